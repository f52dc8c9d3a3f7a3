// rate() and increase() of the real Prometheus over aggregated counters, while series vanish, come back and start
// again. The samples get exact times by way of promtool, so that results can be compared to the last digit.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOUNDS, CounterWorld, type StepEvents, type Truth } from '../support/e2e/counter-world.js';
import { eventually } from '../support/e2e/eventually.js';
import { PROMETHEUS_ACCEPT, TEXT_ACCEPT } from '../support/e2e/http-get.js';
import { createBlocks } from '../support/e2e/promtool.js';
import { bearer, makePseudonymKey, makeToken, startGate, type Gate } from '../support/e2e/start-gate.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';
import { OPENMETRICS_TYPE, startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';

const STEPS = 120;
const STEP_SECONDS = 15;
/** The start of a block of Prometheus: a multiple of two hours. */
const START_SECONDS = 1_767_225_600;
/** Windows in steps; each begins and ends on a sample, so that nothing is extrapolated. */
const WINDOWS = [1, 4, 16];
const RELATIVE_ERROR = 1e-9;
/** Far above what a model counts in a step. */
const SPIKE = 5_000;

const RESTART_STEPS = new Set([25, 50, 55, 100]);
/** From here on series neither come nor go, so that raw rates are right, over a restart too. */
const QUIET_FROM_STEP = 85;
const FAILING_STEPS = new Set([17, 33, 95]);
const GATE_RESTART_STEPS = new Set([40, 60]);

const scraper = makeToken();

/** What happened, step by step. */
interface History {
  readonly truth: readonly ReadonlyMap<string, Truth>[];
  readonly events: readonly (StepEvents & { readonly failed: boolean })[];
}

function gateConfig(upstreamUrl: string): Record<string, unknown> {
  return {
    pseudonym_key_file: 'pseudonym.key',
    state_file: 'state.json',
    targets: { world: { url: `${upstreamUrl}/raw`, preset: 'litellm' } },
    views: { sums: { target: 'world' } },
    credentials: { scraper: { bearer_token_digest: scraper.digest, view: 'sums' } },
  };
}

describe.each([
  { format: 'openmetrics', seed: 20_260_101, accept: PROMETHEUS_ACCEPT },
  { format: 'text', seed: 7, accept: TEXT_ACCEPT },
] as const)('rates over exact times, $format', ({ format, seed, accept }) => {
  let folder: string;
  let upstream: Upstream;
  let prometheus: Prometheus;
  let history: History;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-rates-'));
    const world = new CounterWorld(seed);
    let failing = false;
    upstream = await startUpstream(() => ({
      status: failing ? 500 : 200,
      type: format === 'text' ? TEXT_TYPE : OPENMETRICS_TYPE,
      body: world.page(format, false),
    }));
    const start = (): Promise<Gate> =>
      startGate({
        folder,
        files: { 'pseudonym.key': pseudonymKey },
        config: gateConfig(upstream.url),
      });
    const pseudonymKey = makePseudonymKey();
    let gate = await start();
    const lines: string[] = [];
    const truth: ReadonlyMap<string, Truth>[] = [];
    const events: (StepEvents & { failed: boolean })[] = [];
    let restartIsDue = false;
    for (let step = 0; step < STEPS; step += 1) {
      failing = FAILING_STEPS.has(step);
      restartIsDue ||= RESTART_STEPS.has(step);
      // Nobody sees a step that fails, so the world waits: what is never scraped no counter can tell.
      const stepEvents =
        step === 0 || failing
          ? { restarted: false, vanished: 0, appeared: 0 }
          : world.step({ restart: restartIsDue, quiet: step >= QUIET_FROM_STEP });
      if (stepEvents.restarted) restartIsDue = false;
      if (GATE_RESTART_STEPS.has(step)) {
        await gate.stop();
        gate = await start();
      }
      const view = await gate.get('/metrics', { headers: { ...bearer(scraper.token), accept } });
      if (view.status !== (failing ? 502 : 200)) throw new Error(`step ${String(step)}: ${view.head}`);
      if (!failing) {
        const seconds = START_SECONDS + step * STEP_SECONDS;
        lines.push(
          ...stamped(view.text, 'gate', seconds),
          ...stamped(world.page(format, false), 'raw', seconds),
          ...stamped(world.page(format, true), 'plain sum', seconds),
        );
      }
      truth.push(world.truth());
      events.push({ ...stepEvents, failed: failing });
    }
    await gate.stop();
    history = { truth, events };
    const samplesFile = join(folder, 'samples.om');
    const dataFolder = join(folder, 'data');
    await writeFile(samplesFile, `${lines.join('\n')}\n# EOF\n`);
    await createBlocks(samplesFile, dataFolder);
    prometheus = await startPrometheus({ scrapeConfigs: [], dataFolder });
  });

  afterAll(async () => {
    await prometheus?.stop();
    await upstream?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the history holds what it has to show', () => {
    const { events } = history;
    expect(events.filter(({ restarted }) => restarted).length).toBeGreaterThanOrEqual(3);
    expect(events.reduce((sum, { vanished }) => sum + vanished, 0)).toBeGreaterThan(20);
    expect(events.reduce((sum, { appeared }) => sum + appeared, 0)).toBeGreaterThan(20);
    expect(events.filter(({ failed }) => failed)).toHaveLength(FAILING_STEPS.size);
    expect(events.slice(QUIET_FROM_STEP).some(({ restarted }) => restarted)).toBe(true);
  });

  test.each(WINDOWS)('through the gate every increase over %s steps is the true one', async (window) => {
    const { wrong, compared } = await compare('gate', window, () => true);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(1000);
  });

  test.each(WINDOWS)('where the raw series are right over %s steps, the gate agrees', async (window) => {
    const isQuiet = (from: number, to: number): boolean =>
      history.events.slice(from + 1, to + 1).every(({ vanished, appeared }) => vanished + appeared === 0);
    const raw = await compare('raw', window, isQuiet);
    expect(raw.wrong).toEqual([]);
    expect(raw.compared).toBeGreaterThan(300);
    expect((await compare('gate', window, isQuiet)).wrong).toEqual([]);
  });

  test('a plain sum spikes where a series vanishes; the gate never does', async () => {
    const highest = await prometheus.queryRange(
      `max by (job) (sum by (job, requested_model) (rate(world_requests_total[30s])) * ${String(STEP_SECONDS)})`,
      { start: START_SECONDS, end: START_SECONDS + STEPS * STEP_SECONDS, step: STEP_SECONDS },
    );
    const peak = (job: string): number =>
      Math.max(...(highest.find(({ labels }) => labels['job'] === job)?.values.values() ?? []));
    expect(peak('gate')).toBeGreaterThan(100);
    expect(peak('gate')).toBeLessThan(SPIKE);
    expect(peak('plain sum')).toBeGreaterThan(SPIKE);
  });

  test('counters of the gate fall at most when the whole target began anew', async () => {
    const restarts = history.events.filter(({ restarted }) => restarted).length;
    const whole = `${String(STEPS * STEP_SECONDS)}s`;
    const resets = await prometheus.query(
      `max by (job) (resets(world_requests_total[${whole}]))`,
      START_SECONDS + STEPS * STEP_SECONDS,
    );
    const of = (job: string): number =>
      resets.find(({ labels }) => labels['job'] === job)?.value ?? Number.NaN;
    expect(of('gate')).toBeLessThanOrEqual(restarts);
    expect(of('plain sum')).toBeGreaterThan(restarts);
  });

  /** Compares every window that is `wanted` and lies on samples with the truth. */
  async function compare(
    job: string,
    window: number,
    wanted: (from: number, to: number) => boolean,
  ): Promise<{ readonly wrong: readonly string[]; readonly compared: number }> {
    const wrong: string[] = [];
    let compared = 0;
    for (const metric of [
      'requests_total',
      'latency_seconds_bucket',
      'latency_seconds_count',
      'latency_seconds_sum',
    ]) {
      const seconds = String(window * STEP_SECONDS);
      const series = await prometheus.queryRange(
        `sum by (requested_model, le) (increase(world_${metric}{job="${job}"}[${seconds}s]))`,
        { start: START_SECONDS, end: START_SECONDS + STEPS * STEP_SECONDS, step: STEP_SECONDS },
      );
      for (const { labels, values } of series) {
        for (let to = window; to < STEPS; to += 1) {
          const from = to - window;
          if (history.events[from]?.failed !== false || history.events[to]?.failed !== false) continue;
          if (!wanted(from, to)) continue;
          compared += 1;
          const expected = counted(labels, metric, to) - counted(labels, metric, from);
          const actual = values.get(START_SECONDS + to * STEP_SECONDS) ?? Number.NaN;
          if (Math.abs(actual - expected) <= RELATIVE_ERROR * expected) continue;
          wrong.push(
            `${metric} ${JSON.stringify(labels)} ${String(from)}..${String(to)}: ${String(actual)}, not ${String(expected)}`,
          );
        }
      }
    }
    return { wrong, compared };
  }

  function counted(labels: Readonly<Record<string, string>>, metric: string, step: number): number {
    const truth = history.truth[step]?.get(labels['requested_model'] ?? '');
    if (truth === undefined) return Number.NaN;
    if (metric === 'latency_seconds_sum') return truth.requests / 4;
    if (metric !== 'latency_seconds_bucket') return truth.requests;
    const index = BOUNDS.indexOf(labels['le'] ?? '');
    return truth.buckets[index === -1 ? BOUNDS.length : index] ?? Number.NaN;
  }
});

describe('live scrapes', () => {
  const LIVE_STEPS = 14;

  test('Prometheus sees no spike through the gate, and one without it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-live-'));
    const world = new CounterWorld(11);
    const scrapes = { raw: 0, plain: 0 };
    const upstream = await startUpstream((path) => {
      const plain = path === '/plain';
      scrapes[plain ? 'plain' : 'raw'] += 1;
      return { type: OPENMETRICS_TYPE, body: world.page('openmetrics', plain) };
    });
    const gate = await startGate({
      folder,
      files: { 'pseudonym.key': makePseudonymKey() },
      config: gateConfig(upstream.url),
    });
    const job = (name: string, url: string, more: object): object => ({
      job_name: name,
      ...more,
      static_configs: [{ targets: [new URL(url).host] }],
    });
    const prometheus = await startPrometheus({
      scrapeConfigs: [
        job('gate', gate.url, { authorization: { credentials: scraper.token } }),
        job('plain', upstream.url, { metrics_path: '/plain' }),
      ],
    });
    try {
      const before = world.truth();
      let restarts = 0;
      let vanished = 0;
      for (let step = 0; step < LIVE_STEPS; step += 1) {
        if (step > 0) {
          const events = world.step({ restart: step === 6, quiet: false });
          restarts += Number(events.restarted);
          vanished += events.vanished;
        }
        const seen = { ...scrapes };
        await eventually(() => (scrapes.raw > seen.raw && scrapes.plain > seen.plain ? true : undefined), {
          what: 'both jobs have scraped this step',
          deadlineMs: 30_000,
        });
      }
      expect(vanished).toBeGreaterThan(0);
      const truth = [...world.truth()].map(
        ([model, { requests }]) => requests - (before.get(model)?.requests ?? 0),
      );
      const counted = truth.reduce((sum, value) => sum + value, 0);
      const increases = await prometheus.query('sum by (job) (increase(world_requests_total[10m]))');
      const increase = (name: string): number =>
        increases.find(({ labels }) => labels['job'] === name)?.value ?? Number.NaN;
      // Over a window longer than the data Prometheus extrapolates by half a scrape at each end.
      expect(increase('gate')).toBeGreaterThan(counted * 0.8);
      expect(increase('gate')).toBeLessThan(counted * 1.2);
      expect(increase('plain')).toBeGreaterThan(counted * 1.5);
      const [resets] = await prometheus.query('max(resets(world_requests_total{job="gate"}[10m]))');
      expect(resets?.value).toBeLessThanOrEqual(restarts);
    } finally {
      await prometheus.stop();
      await gate.stop();
      await upstream.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** The samples of a page as OpenMetrics with a job and a time. */
function stamped(page: string, job: string, seconds: number): readonly string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('world_'))
    .map((line) => `${line.replace('{', `{job="${job}",`)} ${String(seconds)}`);
}
