// `npm start`: what a newcomer sees first. What it prints has to work as printed.

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { bareEnvironment, runChild, startChild, type Child } from '../support/e2e/child.js';
import { eventually } from '../support/e2e/eventually.js';
import { readPage, type ReadPage } from '../support/e2e/exposition-reader.js';
import { freePort } from '../support/e2e/free-port.js';
import { httpGet, TEXT_ACCEPT } from '../support/e2e/http-get.js';
import { checkMetrics } from '../support/e2e/promtool.js';
import { bearer, readLog } from '../support/e2e/start-gate.js';
import { startPrometheus } from '../support/e2e/start-prometheus.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const START_DEADLINE_MS = 120_000;
const VIEWS = ['operations', 'finance', 'acme'];

const summaryShape = z.object({
  latency: z.object({ p50: z.number(), p99: z.number() }),
  throughput: z.object({ total_requests: z.number() }),
});
const pastedConfig = z.object({ scrape_configs: z.array(z.looseObject({ job_name: z.string() })).min(1) });

let demo: Child;
let url: string;
let printed: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${String(port)}`;
  demo = startChild({
    command: 'npm',
    args: ['start'],
    cwd: REPOSITORY,
    env: bareEnvironment({ PORT: String(port) }),
  });
  printed = await eventually(
    () => {
      if (demo.exit() !== undefined) throw new Error('npm start has ended');
      const text = demo.stdout();
      return text.includes('Ctrl+C') ? text : undefined;
    },
    {
      what: 'npm start prints what to do',
      deadlineMs: START_DEADLINE_MS,
      context: () => demo.stdout() + demo.stderr(),
    },
  );
});

afterAll(async () => {
  await demo?.stop();
});

/** The token that is printed below the name of a view. */
function tokenOf(view: string): string {
  const token = new RegExp(`^ +${view}:.*\n +token: (\\S+)$`, 'mu').exec(printed)?.[1];
  if (token === undefined) throw new Error(`no token is printed for ${view}`);
  return token;
}

/** The log, without what npm says. */
function logLines(): string {
  return demo
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .join('\n');
}

async function pageOf(view: string): Promise<{ readonly text: string; readonly page: ReadPage }> {
  const answer = await httpGet(`${url}/metrics`, {
    headers: { ...bearer(tokenOf(view)), accept: TEXT_ACCEPT },
  });
  expect(answer.status).toBe(200);
  return { text: answer.text, page: readPage(answer.text) };
}

describe('npm start', () => {
  test('prints the address, a token of 256 bits for each view, and what each hides', () => {
    expect(printed).toContain(`${url}/metrics`);
    expect(new Set(VIEWS.map(tokenOf)).size).toBe(VIEWS.length);
    for (const view of VIEWS) expect(Buffer.from(tokenOf(view), 'base64url')).toHaveLength(32);
    const [, hidden = ''] = printed.split('All three, but');
    expect(hidden).toMatch(/^ +- .*\bdropped\b/mu);
    expect(hidden).toMatch(/replaced by pseudonyms/u);
  });

  test('the printed curl line answers with metrics as it stands', async () => {
    const line = /^ +(curl .+)$/mu.exec(printed)?.[1];
    if (line === undefined) throw new Error('no curl line is printed');
    const ended = await runChild({
      command: 'bash',
      args: ['-c', line],
      env: bareEnvironment(),
      deadlineMs: 30_000,
    });
    expect(ended.code).toBe(0);
    const page = readPage(ended.stdout);
    expect(page.samples.length).toBeGreaterThan(100);
    expect(ended.stdout).not.toMatch(/[\w.]+@[\w.]+|client_ip=|user_agent=/u);
  });

  test('the printed scrape_configs make Prometheus scrape it', async () => {
    const text = /^( +)scrape_configs:\n(?:\1 .*\n)+/mu.exec(printed)?.[0];
    if (text === undefined) throw new Error('no scrape_configs are printed');
    const prometheus = await startPrometheus({
      scrapeConfigs: pastedConfig.parse(parse(text)).scrape_configs,
    });
    try {
      const targets = await prometheus.settledTargets();
      expect(targets.map(({ health, lastError }) => ({ health, lastError }))).toEqual([
        { health: 'up', lastError: '' },
      ]);
    } finally {
      await prometheus.stop();
    }
  });

  test.each(VIEWS)('promtool parses the %s view', async (view) => {
    const { text } = await pageOf(view);
    expect(await checkMetrics(text)).toMatchObject({ parsed: true });
  });

  test('its three views differ as printed', async () => {
    const emails = ({ page }: { readonly page: ReadPage }): readonly string[] =>
      page.samples.flatMap(({ labels }) => [...labels.values()]).filter((value) => value.includes('@'));
    const teams = ({ page }: { readonly page: ReadPage }): ReadonlySet<string | undefined> =>
      new Set(page.samples.map(({ labels }) => labels.get('team')));
    const operations = await pageOf('operations');
    expect(emails(operations)).toEqual([]);
    expect(teams(operations).size).toBeGreaterThanOrEqual(3);
    expect(emails(await pageOf('finance')).length).toBeGreaterThan(0);
    const acme = await pageOf('acme');
    expect(emails(acme)).toEqual([]);
    expect(teams(acme).size).toBe(1);
    expect(teams(acme).has(undefined)).toBe(false);
  });

  test.each(VIEWS)('the summary of the %s view lies between two scrapes of it', async (view) => {
    const total = ({ page }: { readonly page: ReadPage }): number =>
      page.samples
        .filter(({ name }) => name === 'litellm_proxy_total_requests_metric_total')
        .reduce((sum, { value }) => sum + value, 0);
    const before = total(await pageOf(view));
    const answer = await httpGet(`${url}/v1/metrics`, { headers: bearer(tokenOf(view)) });
    const after = total(await pageOf(view));
    expect(answer.status).toBe(200);
    const { throughput, latency } = summaryShape.parse(JSON.parse(answer.text));
    expect(before).toBeGreaterThan(0);
    expect(throughput.total_requests).toBeGreaterThanOrEqual(before);
    expect(throughput.total_requests).toBeLessThanOrEqual(after);
    expect(latency.p50).toBeGreaterThan(0);
    expect(latency.p99).toBeGreaterThanOrEqual(latency.p50);
  });

  test('nobody reads anything without a token, and nothing listens beyond loopback', async () => {
    expect((await httpGet(`${url}/metrics`)).status).toBe(401);
    const listening = readLog(logLines()).filter((line) => line['event'] === 'listening');
    expect(listening.map((line) => line['url'])).toEqual([url]);
  });

  test('its log shows no token', () => {
    for (const view of VIEWS) expect(demo.stderr()).not.toContain(tokenOf(view));
  });
});
