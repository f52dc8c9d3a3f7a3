// The rules in a real Prometheus, before a real gate. While all is well no alert fires; then every single one is
// provoked, and every expression of the dashboard of the gates has something to show. No rule ever fails to evaluate.

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { asRecord } from '../../src/internal/option-problems.js';
import { chosenExpressions, untilData } from '../support/e2e/dashboard-data.js';
import { eventually } from '../support/e2e/eventually.js';
import { httpGet } from '../support/e2e/http-get.js';
import {
  basic,
  bearer,
  gateConfig,
  hashPassword,
  makePseudonymKey,
  startGate,
  type Gate,
  type GateOptions,
} from '../support/e2e/start-gate.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';
import {
  calmConfig,
  SCRAPED,
  startFaultyGate,
  startTroubledWorld,
  TOKENS,
  troubledConfig,
  type TroubledWorld,
} from '../support/e2e/troubled-world.js';
import { makeCertificate } from '../support/make-certificate.js';

const RULES = new URL('../../deploy/prometheus/rules.yml', import.meta.url);
const DEADLINE_MS = 60_000;
const EVER = '30m';
const CALM_SCRAPES = 3;
const DAY_MS = 86_400_000;
/** A client of its own: lockouts are counted by address. */
const LOCKED_OUT = '127.0.0.2';
/** More than the gate keeps. */
const CROWD = 60;

/** What waits for minutes in the rules waits for seconds here; everything else is as it is. */
const HURRIED: readonly (readonly [from: string, to: string])[] = [
  ['scrapegate_issuer_keys_age_seconds > 1800', 'scrapegate_issuer_keys_age_seconds > 2'],
  [
    'scrapegate_target_last_success_timestamp_seconds > 3600',
    'scrapegate_target_last_success_timestamp_seconds > 5',
  ],
  ['changes(process_start_time_seconds[1h]) > 3', 'changes(process_start_time_seconds[1h]) > 0'],
];

function hurry(rules: string): string {
  const bounded = HURRIED.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, rules);
  return bounded.replaceAll(/^ +for: .*\n/gmu, '');
}

function alertNames(rules: string): readonly string[] {
  return [...rules.matchAll(/- alert: (\w+)/gu)].map(([, name = '']) => name);
}

describe('alerts', () => {
  let rules: string;
  let folder: string;
  let world: TroubledWorld;
  let faulty: Awaited<ReturnType<typeof startFaultyGate>>;
  let gate: Gate;
  let prometheus: Prometheus;
  let passwordHash: string;
  let options: GateOptions;
  const crowd: Socket[] = [];
  const enough = new AbortController();
  let traffic: Promise<void> = Promise.resolve();

  beforeAll(async () => {
    rules = await readFile(RULES, 'utf8');
    folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-alerts-'));
    await mkdir(join(folder, 'state'));
    [world, faulty, passwordHash] = await Promise.all([
      startTroubledWorld(),
      startFaultyGate(),
      hashPassword('correct horse battery staple'),
    ]);
    const { cert, key } = makeCertificate();
    options = {
      folder,
      scheme: 'https',
      files: { 'pseudonym.key': makePseudonymKey(), 'tls.crt': cert, 'tls.key': key },
      config: calmConfig(world.url, passwordHash),
    };
    gate = await startGate(options);
    const job = (name: string, path: string, token: string, url = gate.url): object => ({
      job_name: name,
      metrics_path: path,
      scheme: new URL(url).protocol.slice(0, -1),
      tls_config: { insecure_skip_verify: true },
      authorization: { credentials: token },
      static_configs: [{ targets: [new URL(url).host] }],
    });
    prometheus = await startPrometheus({
      interval: '1s',
      rules: hurry(rules),
      scrapeConfigs: [
        job('gates', '/-/metrics', TOKENS.operator.token),
        job('faulty', '/', 'none', faulty.url),
        ...SCRAPED.map((name) => job(name, `/metrics/${name}`, TOKENS[name].token)),
      ],
    });
  });

  afterAll(async () => {
    enough.abort();
    await traffic.catch(() => undefined);
    for (const socket of crowd) socket.destroy();
    await prometheus?.stop();
    await gate?.stop();
    await faulty?.stop();
    await world?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The names of the alerts that fire now, or that have fired within a while. */
  async function firing(when: string): Promise<ReadonlySet<string>> {
    const alerts = 'ALERTS{alertstate="firing", code!="WARN_SCRAPEGATE_NODE_OUTDATED"}';
    const series = await prometheus.query(when === 'now' ? alerts : `last_over_time(${alerts}[${when}])`);
    return new Set(series.map(({ labels }) => labels['alertname'] ?? ''));
  }

  /** Those of the alerts that have fired, once that is all of them. */
  async function firedOf(names: readonly string[]): Promise<readonly string[]> {
    let silent = names;
    return eventually(
      async () => {
        const fired = await firing(EVER);
        silent = names.filter((name) => !fired.has(name));
        return silent.length === 0 ? names.filter((name) => fired.has(name)) : undefined;
      },
      {
        what: 'every alert has fired',
        deadlineMs: DEADLINE_MS,
        context: () => `${silent.join('\n')}\n${gate.child.stderr().slice(-2000)}`,
      },
    );
  }

  /** What nobody who means well does, again and again. */
  async function misbehave(round: number): Promise<void> {
    const ask = (path: string, headers: Record<string, string>, localAddress: string): Promise<unknown> =>
      httpGet(`${gate.url}${path}`, { headers, localAddress });
    faulty.fail();
    await Promise.all([
      ask('/-/metrics', bearer(TOKENS.calm.token), '127.0.0.4'),
      ask('/metrics/calm', bearer(`opaque-token-number-${round}`), '127.0.0.5'),
      ask('/metrics/calm', basic('books', 'guessed'), LOCKED_OUT),
      ask('/metrics/calm', basic('books', 'guessed'), `127.0.1.${(round % 250) + 1}`),
    ]);
    do {
      const socket = connect({ host: '127.0.0.1', port: gate.port });
      socket.on('error', () => undefined);
      crowd.push(socket);
    } while (crowd.length < CROWD);
  }

  test('none fires while all is well', async () => {
    const scrapes = async (): Promise<number> => {
      const up = await prometheus.query('count(up == 1)');
      const [counted] = await prometheus.query('min(count_over_time(up[5m]))');
      return up[0]?.value === SCRAPED.length + 2 ? (counted?.value ?? 0) : 0;
    };
    let now: ReadonlySet<string> = new Set();
    const calmAfter = (least: number): Promise<number> =>
      eventually(
        async () => {
          now = await firing('now');
          const count = await scrapes();
          return now.size === 0 && count >= least ? count : undefined;
        },
        {
          what: 'every job is up, and the alerts that nothing was scraped yet have ended',
          deadlineMs: DEADLINE_MS,
          context: () => [...now].join('\n'),
        },
      );
    const count = await calmAfter(2);
    await eventually(async () => ((await scrapes()) >= count + CALM_SCRAPES ? true : undefined), {
      what: 'every job was scraped some times more',
      deadlineMs: DEADLINE_MS,
    });
    expect(await firing(`${CALM_SCRAPES}s`)).toEqual(new Set());
  });

  test('fire for what they are for', async () => {
    world.isTroubled = true;
    const ending = makeCertificate({ notAfterMs: Date.now() + 5 * DAY_MS });
    await writeFile(join(folder, 'tls.crt'), ending.cert);
    await writeFile(join(folder, 'tls.key'), ending.key);
    await writeFile(gate.configFile, gateConfig(gate.port, troubledConfig(world.url, passwordHash)));
    await eventually(() => gate.log().find(({ event }) => event === 'reloaded'), {
      what: 'the new configuration is in force',
      deadlineMs: DEADLINE_MS,
      context: gate.child.stderr,
    });
    // Before that, the configuration would have been refused.
    await rename(join(folder, 'state'), join(folder, 'elsewhere'));
    traffic = (async () => {
      for (let round = 0; !enough.signal.aborted; round += 1) await misbehave(round).catch(() => undefined);
    })();
    const later = ['ScrapegateReloadFailed', 'ScrapegateDown', 'ScrapegateAbsent', 'ScrapegateRestarting'];
    const names = alertNames(rules).filter((name) => !later.includes(name));
    expect(await firedOf(names)).toEqual(names);
  });

  test('leave no panel of the dashboard without data', async () => {
    const expressions = chosenExpressions('scrapegate');
    expect(expressions.length).toBeGreaterThan(35);
    await untilData(prometheus, expressions, DEADLINE_MS);
  });

  test('fire for a configuration that cannot be loaded', async () => {
    await writeFile(gate.configFile, 'targets: {');
    expect(await firedOf(['ScrapegateReloadFailed'])).toEqual(['ScrapegateReloadFailed']);
  });

  test('fire for a gate that is gone, and for one that starts again', async () => {
    enough.abort();
    await traffic;
    for (const socket of crowd) socket.destroy();
    await gate.stop();
    await faulty.stop();
    expect(await firedOf(['ScrapegateDown'])).toEqual(['ScrapegateDown']);
    await eventually(async () => ((await firing('now')).has('ScrapegateAbsent') ? true : undefined), {
      what: 'no gate is there',
      deadlineMs: DEADLINE_MS,
    });
    await mkdir(join(folder, 'state'), { recursive: true });
    gate = await startGate({ ...options, port: gate.port });
    expect(await firedOf(['ScrapegateRestarting'])).toEqual(['ScrapegateRestarting']);
  });

  test('were all evaluated without an error', async () => {
    const states = await prometheus.rules();
    const groups: unknown = asRecord(parse(rules))?.['groups'];
    expect(states.length).toBe(stringify(groups).match(/expr:/gu)?.length);
    expect(states.filter(({ health, lastError }) => health !== 'ok' || lastError !== '')).toEqual([]);
    expect(await firing(EVER)).toEqual(new Set(alertNames(rules)));
  });
});
