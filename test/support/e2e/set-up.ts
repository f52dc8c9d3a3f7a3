// From an empty folder to a Prometheus that is up: `scrapegate init`, `check`, `serve` with what it wrote, and a real
// Prometheus with the lines that it printed.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { bareEnvironment, runChild, type Finished } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { runGate, serveGate } from './start-gate.js';
import { startPrometheus, type ScrapeTarget } from './start-prometheus.js';

const DEADLINE_MS = 60_000;

/** What came of a set-up. */
export interface SetUpOutcome {
  readonly init: Finished;
  readonly check: Finished;
  readonly promtool: Finished;
  /** `audit` of the new address, as a stranger and as a scraper; ends with 3 where anything is above `info`. */
  readonly audit: Finished;
  /** The targets of Prometheus. */
  readonly targets: readonly ScrapeTarget[];
  /** Series that Prometheus got of the target. */
  readonly series: number;
  /** Everything that commands and gate printed and logged. */
  readonly printed: string;
  readonly token: string;
  /** From the empty folder until Prometheus was up. */
  readonly seconds: number;
}

const scrapeConfigs = z.object({ scrape_configs: z.array(z.looseObject({ job_name: z.string() })) });

/** Sets a gate up before `url`. `withGate` is called while all of it runs. */
export async function setUpBefore(
  url: string,
  options: readonly string[] = [],
  withGate: (gate: { readonly url: string; readonly tokenFile: string }) => Promise<void> = () =>
    Promise.resolve(),
): Promise<SetUpOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-init-'));
  const began = performance.now();
  const port = await freePort();
  try {
    const listen = `127.0.0.1:${String(port)}`;
    const init = await runGate(['init', url, '--listen', listen, ...options], { cwd: folder });
    if (init.code !== 0) throw new Error(`init failed: ${init.stderr}`);
    const check = await runGate(['check', '--config', 'scrapegate.yml'], { cwd: folder });
    const promtool = await runChild({
      command: process.env['SCRAPEGATE_E2E_PROMTOOL'] ?? 'promtool',
      args: ['check', 'config', join(folder, 'prometheus.yml')],
      env: bareEnvironment(),
      deadlineMs: DEADLINE_MS,
    });
    const gate = await serveGate(join(folder, 'scrapegate.yml'), port);
    const printed = /For prometheus\.yml[^\n]*\n((?: [^\n]*\n)+)/.exec(init.stdout)?.[1] ?? '';
    const { scrape_configs } = scrapeConfigs.parse(parse(`scrape_configs:\n${printed}`));
    const prometheus = await startPrometheus({ scrapeConfigs: scrape_configs });
    try {
      const targets = await eventually(
        async () => {
          const settled = await prometheus.settledTargets();
          return settled.every(({ health }) => health === 'up') ? settled : undefined;
        },
        { what: 'every target is up', deadlineMs: DEADLINE_MS, context: gate.child.stderr },
      );
      const seconds = (performance.now() - began) / 1000;
      const job = scrape_configs[0]?.job_name ?? '';
      // A target is up a moment before its samples can be asked for.
      const series = await eventually(
        async () => (await prometheus.query(`scrape_samples_scraped{job="${job}"}`))[0]?.value,
        { what: 'Prometheus has what it scraped', deadlineMs: DEADLINE_MS },
      );
      const tokenFile = join(folder, 'scrapegate.token');
      const audit = await runGate(
        [
          'audit',
          `${gate.url}/metrics`,
          '--no-ports',
          '--interval',
          '0',
          '--bearer-token-file',
          tokenFile,
          '--fail-on',
          'low',
        ],
        { cwd: folder },
      );
      await withGate({ url: gate.url, tokenFile });
      return {
        init,
        check,
        promtool,
        audit,
        targets,
        series,
        printed:
          [init, check].map((ended) => ended.stdout + ended.stderr).join('') +
          gate.child.stdout() +
          gate.child.stderr(),
        token: await readFile(tokenFile, 'utf8'),
        seconds,
      };
    } finally {
      await prometheus.stop();
      await gate.child.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
