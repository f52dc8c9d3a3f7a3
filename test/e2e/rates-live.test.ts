// The same rates where nothing is arranged: a real Prometheus scrapes a world every second, raw and through two gates,
// directly and behind a balancer that moves from one to the other, while one of them is killed. Scrape times are as
// they come, and Prometheus extrapolates by them; but it does so alike for all series of a scrape, so that whatever is
// counted per step (`world_steps_total`, which no view touches) can be compared to the last digit.

import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stoppedAfterAll, temporaryFolder } from '../support/e2e/scaffold.js';
import { startBalancer, type Balancer } from '../support/e2e/balancer.js';
import { CounterWorld } from '../support/e2e/counter-world.js';
import { eventually } from '../support/e2e/eventually.js';
import { PROMETHEUS_ACCEPT } from '../support/e2e/http-get.js';
import { startReplica, type Replica } from '../support/e2e/replica.js';
import { makePseudonymKey, makeToken } from '../support/e2e/start-gate.js';
import { startPrometheus, type Prometheus, type RangeSeries } from '../support/e2e/start-prometheus.js';
import { OPENMETRICS_TYPE, startUpstream, type Upstream } from '../support/e2e/start-upstream.js';
import { worldConfig } from '../support/e2e/world-history.js';
import {
  grown,
  quantileBetween,
  WORLD_METRICS,
  type WorldMetric,
  type WorldTruth,
} from '../support/e2e/world-truth.js';

const LIVE_STEPS = 26;
/** Until then series neither come nor go, so that raw rates are right. */
const TURBULENT_FROM_STEP = 9;
/** From here on series only grow again, until all are large enough for the target to begin anew. */
const RESTART_FROM_STEP = 17;
const SWAP_STEPS: ReadonlySet<number> = new Set([11, 14, 15, 20]);
const CRASH_STEP = 18;
const STEP_DEADLINE_MS = 30_000;
const WINDOW = '5s';
const QUANTILES = [0.5137, 0.9137];
const RELATIVE_ERROR = 1e-9;

type Job = 'raw' | 'plain' | 'gate' | 'balanced';
const PATHS: Readonly<Record<string, Job | 'second gate'>> = {
  '/raw': 'raw',
  '/plain': 'plain',
  '/first': 'gate',
  '/second': 'second gate',
};

describe('live scrapes', () => {
  const folder = temporaryFolder('live');
  const running = stoppedAfterAll();
  const truths = new Map<number, WorldTruth>();
  const happened = { vanished: 0, returned: 0, resumed: 0, restarts: 0 };
  let balancer: Balancer;
  let prometheus: Prometheus;
  let startSeconds: number;
  let turbulentFromSeconds: number;
  let endSeconds: number;

  beforeAll(async () => {
    const world = new CounterWorld(11);
    const seen = new Set<string>();
    const upstream = await startUpstream((path) => {
      const who = PATHS[path] ?? 'nobody';
      seen.add(who);
      return { type: OPENMETRICS_TYPE, body: world.page('openmetrics', who === 'plain') };
    });
    running.push(upstream);
    const { replicas, token } = await startReplicas(upstream);
    const [first] = replicas;
    balancer = await startBalancer(replicas, () => seen.add('balanced'));
    running.push(balancer);
    prometheus = await startPrometheus({
      scrapeConfigs: [
        jobOf('raw', `${upstream.url}/raw`),
        jobOf('plain', `${upstream.url}/plain`),
        jobOf('gate', `${first.url}/metrics`, token),
        jobOf('balanced', `${balancer.url}/metrics`, token),
      ],
    });
    running.push(prometheus);

    startSeconds = Date.now() / 1000;
    for (let step = 0; step < LIVE_STEPS; step += 1) {
      if (step === TURBULENT_FROM_STEP) turbulentFromSeconds = Date.now() / 1000;
      if (SWAP_STEPS.has(step)) balancer.swap();
      if (step === CRASH_STEP) await first.crash(PROMETHEUS_ACCEPT);
      if (step > 0) {
        const isDue = step >= RESTART_FROM_STEP && happened.restarts === 0;
        const events = world.step({ restart: isDue, quiet: step < TURBULENT_FROM_STEP || isDue });
        happened.vanished += events.restarted ? 0 : events.vanished;
        happened.returned += events.returned;
        happened.resumed += events.resumed;
        happened.restarts += Number(events.restarted);
      }
      truths.set(world.tick, world.truth());
      seen.clear();
      await eventually(() => (seen.size === Object.keys(PATHS).length + 1 ? true : undefined), {
        what: `everybody has scraped step ${String(step)}`,
        deadlineMs: STEP_DEADLINE_MS,
        context: () => [...seen].join(' '),
      });
    }
    endSeconds = Date.now() / 1000;
  });

  test('what was scraped holds what it has to show', () => {
    expect(happened.vanished).toBeGreaterThan(3);
    expect(happened.returned).toBeGreaterThan(1);
    expect(happened.resumed).toBeGreaterThan(0);
    expect(happened.restarts).toBe(1);
    expect(balancer.answered.first).toBeGreaterThan(3);
    expect(balancer.answered.second).toBeGreaterThan(3);
  });

  test('P24: both gates gave the balancer the same bytes', () => {
    expect(balancer.compared()).toBeGreaterThan(LIVE_STEPS / 2);
    expect(balancer.disagreements()).toBe(0);
  });

  test.each(['gate', 'balanced'] as const)(
    'P14: every rate and quantile is the true one: %s',
    async (job) => {
      const { wrong, compared } = await compareAll(job, startSeconds, endSeconds);
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(500);
    },
  );

  test('while series only grow, the raw ones say the same', async () => {
    const { wrong, compared } = await compareAll('raw', startSeconds, turbulentFromSeconds);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });

  test('a plain sum spikes, and is wrong', async () => {
    const { wrong, highest } = await compareGrowth('plain', 'requests_total', startSeconds, endSeconds);
    expect(wrong.length).toBeGreaterThan(3);
    expect(highest).toBeGreaterThan(3);
    const [resets] = await prometheus.query('max(resets(world_requests_total{job="plain"}[10m]))');
    expect(resets?.value).toBeGreaterThan(happened.restarts);
    const [ofGates] = await prometheus.query('max(resets(world_requests_total{job=~"gate|balanced"}[10m]))');
    expect(ofGates?.value).toBeLessThanOrEqual(happened.restarts);
  });

  async function startReplicas(
    upstream: Upstream,
  ): Promise<{ readonly replicas: readonly [Replica, Replica]; readonly token: string }> {
    const scraper = makeToken();
    const pseudonymKey = makePseudonymKey();
    const start = async (name: string): Promise<Replica> => {
      const replica = await startReplica({
        folder: join(folder(), name),
        pseudonymKey,
        token: scraper.token,
        config: worldConfig(`${upstream.url}/${name}`, scraper.digest),
      });
      running.push(replica);
      return replica;
    };
    return { replicas: [await start('first'), await start('second')], token: scraper.token };
  }

  interface LiveComparison {
    readonly wrong: readonly string[];
    readonly compared: number;
    /** The highest multiple of the truth. */
    readonly highest: number;
  }

  async function compareAll(job: Job, from: number, to: number): Promise<LiveComparison> {
    const comparisons: LiveComparison[] = [];
    for (const metric of WORLD_METRICS) comparisons.push(await compareGrowth(job, metric, from, to));
    for (const quantile of QUANTILES) {
      const rates = `sum by (requested_model, le) (rate(world_latency_seconds_bucket{job="${job}"}[${WINDOW}]))`;
      comparisons.push(
        await compare(
          job,
          `histogram_quantile(${String(quantile)}, ${rates})`,
          { from, to },
          ({ requested_model: model = '' }, before, after) => quantileBetween(quantile, model, before, after),
        ),
      );
    }
    return {
      wrong: comparisons.flatMap(({ wrong }) => wrong),
      compared: comparisons.reduce((sum, { compared }) => sum + compared, 0),
      highest: Math.max(...comparisons.map(({ highest }) => highest)),
    };
  }

  /** What a metric grew by for each step of the world. */
  function compareGrowth(job: Job, metric: WorldMetric, from: number, to: number): Promise<LiveComparison> {
    const rates = `sum by (requested_model, le) (rate(world_${metric}{job="${job}"}[${WINDOW}]))`;
    const steps = `scalar(rate(world_steps_total{job="${job}"}[${WINDOW}]))`;
    return compare(
      job,
      `${rates} / ${steps}`,
      { from, to },
      (labels, before, after, stepsBetween) => grown(metric, labels, before, after) / stepsBetween,
    );
  }

  async function compare(
    job: Job,
    expression: string,
    { from, to }: { readonly from: number; readonly to: number },
    expected: (
      labels: Readonly<Record<string, string>>,
      before: WorldTruth,
      after: WorldTruth,
      steps: number,
    ) => number,
  ): Promise<LiveComparison> {
    // Whole seconds, so that the queries meet at the same times.
    const range = { start: Math.ceil(from) + 5, end: Math.floor(to), step: 1 };
    const ticks = `world_steps_total{job="${job}"}[${WINDOW}]`;
    const firstTicks = valuesOf(await prometheus.queryRange(`min_over_time(${ticks})`, range));
    const lastTicks = valuesOf(await prometheus.queryRange(`max_over_time(${ticks})`, range));
    const wrong: string[] = [];
    let compared = 0;
    let highest = 0;
    for (const { labels, values } of await prometheus.queryRange(expression, range)) {
      for (const [time, actual] of values) {
        const first = firstTicks.get(time) ?? Number.NaN;
        const last = lastTicks.get(time) ?? Number.NaN;
        const before = truths.get(first);
        const after = truths.get(last);
        if (before === undefined || after === undefined || first === last) continue;
        compared += 1;
        const right = expected(labels, before, after, last - first);
        highest = Math.max(highest, actual / right);
        if (Math.abs(actual - right) <= RELATIVE_ERROR * right) continue;
        wrong.push(
          `${expression} ${JSON.stringify(labels)} ${String(first)}..${String(last)}: ${String(actual)}, not ${String(right)}`,
        );
      }
    }
    return { wrong, compared, highest };
  }
});

function jobOf(name: Job, url: string, token?: string): object {
  const { host, pathname } = new URL(url);
  return {
    job_name: name,
    metrics_path: pathname,
    scrape_interval: '1s',
    scrape_timeout: '1s',
    ...(token === undefined ? {} : { authorization: { credentials: token } }),
    static_configs: [{ targets: [host] }],
  };
}

function valuesOf(series: readonly RangeSeries[]): ReadonlyMap<number, number> {
  return series[0]?.values ?? new Map<number, number>();
}
