// rate(), increase() and histogram_quantile() of the real Prometheus over aggregated counters, while series vanish and
// come back, the target starts again, and the scraper moves between two gates that are stopped and killed. The samples
// get exact times by way of promtool, so that results can be compared to the last digit.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROMETHEUS_ACCEPT, TEXT_ACCEPT } from '../support/e2e/http-get.js';
import { createBlocks } from '../support/e2e/promtool.js';
import { startPrometheus, type Prometheus, type RangeSeries } from '../support/e2e/start-prometheus.js';
import {
  QUIET_FROM_STEP,
  recordHistory,
  START_SECONDS,
  STEP_SECONDS,
  STEPS,
  type History,
} from '../support/e2e/world-history.js';
import {
  grown,
  quantileBetween,
  WORLD_METRICS,
  type WorldMetric,
  type WorldTruth,
} from '../support/e2e/world-truth.js';

/** Windows in steps; each begins and ends on a sample, so that nothing is extrapolated. */
const WINDOWS = [1, 4, 16];
/** Ranks that no whole number of requests meets, where two buckets would do. */
const QUANTILES = [0.5137, 0.9137];
const RELATIVE_ERROR = 1e-9;
/** Far above what a model counts in a step. */
const SPIKE = 5_000;

/** A job of the history. */
type Job = 'gate' | 'raw' | 'plain sum';
/** Which windows to compare, by their first and last step. */
type Wanted = (from: number, to: number) => boolean;
/** The true result for a series over a window. */
type Expected = (labels: Readonly<Record<string, string>>, from: number, to: number) => number;

interface Comparison {
  readonly wrong: readonly string[];
  readonly compared: number;
}

describe.each([
  { format: 'openmetrics', seed: 20_260_101, accept: PROMETHEUS_ACCEPT },
  { format: 'text', seed: 7, accept: TEXT_ACCEPT },
] as const)('rates over exact times, $format', ({ format, seed, accept }) => {
  let folder: string;
  let prometheus: Prometheus;
  let history: History;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-rates-'));
    history = await recordHistory({ seed, format, accept, folder });
    const samplesFile = join(folder, 'samples.om');
    const dataFolder = join(folder, 'data');
    await writeFile(samplesFile, `${history.lines.join('\n')}\n# EOF\n`);
    await createBlocks(samplesFile, dataFolder);
    prometheus = await startPrometheus({ scrapeConfigs: [], dataFolder });
  });

  afterAll(async () => {
    await prometheus?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the history holds what it has to show', () => {
    const { events } = history;
    const sum = (of: 'vanished' | 'appeared' | 'returned' | 'resumed'): number =>
      events.reduce((total, event) => total + event[of], 0);
    expect(events.filter(({ restarted }) => restarted).length).toBeGreaterThanOrEqual(3);
    expect(sum('vanished')).toBeGreaterThan(20);
    expect(sum('appeared')).toBeGreaterThan(20);
    expect(sum('returned')).toBeGreaterThan(10);
    expect(sum('resumed')).toBeGreaterThan(5);
    expect(sum('returned') - sum('resumed')).toBeGreaterThan(5);
    expect(events.filter(({ failed }) => failed)).toHaveLength(3);
    expect(events.filter(({ swapped }) => swapped)).toHaveLength(9);
    expect(events.filter(({ restartedReplica }) => restartedReplica)).toHaveLength(5);
    expect(events.some(({ restarted, restartedReplica }) => restarted && restartedReplica)).toBe(true);
    expect(events.slice(QUIET_FROM_STEP).some(({ restarted }) => restarted)).toBe(true);
  });

  test('P24: two replicas answer with the same bytes: in other places of the world, after stops and crashes', () => {
    expect(history.disagreements).toEqual([]);
  });

  test.each(WINDOWS)(
    'P14: through the gate every increase, rate and quantile over %s steps is the true one',
    async (window) => {
      for (const { wrong, compared } of await compareAll('gate', window, () => true)) {
        expect(wrong).toEqual([]);
        expect(compared).toBeGreaterThan(200);
      }
    },
  );

  test.each(WINDOWS)('where the raw series are right over %s steps, the gate agrees', async (window) => {
    for (const job of ['raw', 'gate'] as const) {
      for (const { wrong, compared } of await compareAll(job, window, isQuiet)) {
        expect([job, ...wrong]).toEqual([job]);
        expect(compared).toBeGreaterThan(60);
      }
    }
  });

  test('a plain sum spikes where a series vanishes, before Prometheus and in it; the gate never does', async () => {
    const perStep = `* ${String(STEP_SECONDS)}`;
    expect(
      await peak(`sum by (requested_model) (rate(world_requests_total{job="gate"}[30s])) ${perStep}`),
    ).toBeLessThan(SPIKE);
    expect(
      await peak(`sum by (requested_model) (rate(world_requests_total{job="gate"}[30s])) ${perStep}`),
    ).toBeGreaterThan(100);
    expect(
      await peak(`sum by (requested_model) (rate(world_requests_total{job="plain sum"}[30s])) ${perStep}`),
    ).toBeGreaterThan(SPIKE);
    // The same mistake as a recording rule makes it.
    const recorded = '(sum by (requested_model) (world_requests_total{job="raw"}))[30s:15s]';
    expect(await peak(`rate(${recorded}) ${perStep}`)).toBeGreaterThan(SPIKE);
    expect((await compareQuantiles('plain sum', 1, () => true)).wrong.length).toBeGreaterThan(5);
  });

  test('counters of the gate fall at most when the whole target began anew', async () => {
    const restarts = history.events.filter(({ restarted }) => restarted).length;
    const resets = async (job: Job): Promise<number> =>
      peak(`resets(world_requests_total{job="${job}"}[${String(STEPS * STEP_SECONDS)}s])`);
    expect(await resets('gate')).toBeLessThanOrEqual(restarts);
    expect(await resets('plain sum')).toBeGreaterThan(restarts);
  });

  function isQuiet(from: number, to: number): boolean {
    return history.events
      .slice(from + 1, to + 1)
      .every(({ vanished, appeared }) => vanished + appeared === 0);
  }

  /** The highest value that an expression has at any step. */
  async function peak(expression: string): Promise<number> {
    const series = await overHistory(expression);
    return Math.max(...series.flatMap(({ values }) => [...values.values()]));
  }

  function overHistory(expression: string): Promise<readonly RangeSeries[]> {
    return prometheus.queryRange(expression, {
      start: START_SECONDS,
      end: START_SECONDS + STEPS * STEP_SECONDS,
      step: STEP_SECONDS,
    });
  }

  async function compareAll(job: Job, window: number, wanted: Wanted): Promise<readonly Comparison[]> {
    const comparisons = [await compareQuantiles(job, window, wanted)];
    for (const metric of WORLD_METRICS) comparisons.push(await compareGrowth(job, metric, window, wanted));
    return comparisons;
  }

  /** increase() and rate() of a metric, of every bucket where it has some. */
  async function compareGrowth(
    job: Job,
    metric: WorldMetric,
    window: number,
    wanted: Wanted,
  ): Promise<Comparison> {
    const seconds = window * STEP_SECONDS;
    const selected = `world_${metric}{job="${job}"}[${String(seconds)}s]`;
    const truth =
      (divisor: number): Expected =>
      (labels, from, to) =>
        grown(metric, labels, at(from), at(to)) / divisor;
    return together([
      await compare(`sum by (requested_model, le) (increase(${selected}))`, window, wanted, truth(1)),
      await compare(`sum by (requested_model, le) (rate(${selected}))`, window, wanted, truth(seconds)),
    ]);
  }

  async function compareQuantiles(job: Job, window: number, wanted: Wanted): Promise<Comparison> {
    const buckets = `world_latency_seconds_bucket{job="${job}"}[${String(window * STEP_SECONDS)}s]`;
    const comparisons: Comparison[] = [];
    for (const quantile of QUANTILES) {
      const summed = `sum by (requested_model, le) (rate(${buckets}))`;
      comparisons.push(
        await compare(
          `histogram_quantile(${String(quantile)}, ${summed})`,
          window,
          wanted,
          ({ requested_model: model = '' }, from, to) => quantileBetween(quantile, model, at(from), at(to)),
        ),
      );
    }
    return together(comparisons);
  }

  /** Compares every window that is `wanted` and lies on samples with the truth. */
  async function compare(
    expression: string,
    window: number,
    wanted: Wanted,
    expected: Expected,
  ): Promise<Comparison> {
    const wrong: string[] = [];
    let compared = 0;
    for (const { labels, values } of await overHistory(expression)) {
      for (let to = window; to < STEPS; to += 1) {
        const from = to - window;
        if (history.events[from]?.failed !== false || history.events[to]?.failed !== false) continue;
        if (!wanted(from, to)) continue;
        compared += 1;
        const right = expected(labels, from, to);
        const actual = values.get(START_SECONDS + to * STEP_SECONDS) ?? Number.NaN;
        if (Math.abs(actual - right) <= RELATIVE_ERROR * right) continue;
        wrong.push(
          `${expression} ${JSON.stringify(labels)} ${String(from)}..${String(to)}: ${String(actual)}, not ${String(right)}`,
        );
      }
    }
    return { wrong, compared };
  }

  function at(step: number): WorldTruth {
    const truth = history.truth[step];
    if (truth === undefined) throw new Error(`no step ${String(step)}`);
    return truth;
  }
});

function together(comparisons: readonly Comparison[]): Comparison {
  return {
    wrong: comparisons.flatMap(({ wrong }) => wrong),
    compared: comparisons.reduce((sum, { compared }) => sum + compared, 0),
  };
}
