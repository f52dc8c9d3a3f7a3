// A real Prometheus on a port of its own, with the questions that tests put to it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { bareEnvironment, startChild } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { httpGet } from './http-get.js';

/** How to start it. */
export interface PrometheusOptions {
  /** Entries of `scrape_configs`, each with one target. */
  readonly scrapeConfigs: readonly object[];
  /** Existing blocks to serve. @default an empty folder */
  readonly dataFolder?: string;
  /** Of scrapes, and how long each may take, and of rules. @default '2s' */
  readonly interval?: string;
  /** The text of a file of rules. @default none */
  readonly rules?: string;
}

/** An active scrape target as Prometheus sees it. */
export interface ScrapeTarget {
  readonly job: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

/** A rule as Prometheus sees it. */
export interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError: string;
}

/** One series of an instant query. */
export interface InstantSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A span of Unix time, in seconds; both ends inclusive. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** One series of a range query. */
export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<number, number>;
}

/** A running Prometheus. */
export interface Prometheus {
  readonly url: string;
  /** An instant query, now or at a Unix time in seconds. */
  query(expression: string, atSeconds?: number): Promise<readonly InstantSeries[]>;
  /** A range query: the value at each step, by Unix time in seconds. */
  queryRange(expression: string, range: TimeRange): Promise<readonly RangeSeries[]>;
  /** The scrape targets, once each has been scraped. */
  settledTargets(): Promise<readonly ScrapeTarget[]>;
  /** Every rule, as its last evaluation left it. */
  rules(): Promise<readonly RuleState[]>;
  /** The text of an API answer, whole. */
  api(path: string): Promise<string>;
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 60_000;
const SETTLE_DEADLINE_MS = 60_000;
const FOREVER = '100y';
const SCRAPE_INTERVAL = '2s';

/** Starts Prometheus. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { interval = SCRAPE_INTERVAL } = options;
  const folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-prometheus-'));
  const port = await freePort();
  const configFile = join(folder, 'prometheus.yml');
  await writeFile(
    configFile,
    stringify({
      global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
      ...(options.rules !== undefined && { rule_files: ['rules.yml'] }),
      scrape_configs: options.scrapeConfigs,
    }),
  );
  if (options.rules !== undefined) await writeFile(join(folder, 'rules.yml'), options.rules);
  const child = startChild({
    command: process.env['SCRAPEGATE_E2E_PROMETHEUS'] ?? 'prometheus',
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${options.dataFolder ?? join(folder, 'data')}`,
      `--storage.tsdb.retention.time=${FOREVER}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
    ],
    env: bareEnvironment(),
    cwd: folder,
  });
  const url = `http://127.0.0.1:${String(port)}`;

  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      async () => {
        if (child.exit() !== undefined) return 'ended';
        return (await httpGet(`${url}/-/ready`)).status === 200 ? 'ready' : undefined;
      },
      { what: 'Prometheus is ready', deadlineMs: START_DEADLINE_MS, context: child.stderr },
    );
    if (child.exit() !== undefined) throw new Error(`Prometheus did not start: ${child.stderr()}`);
  } catch (error) {
    await stop();
    throw error;
  }

  async function api(path: string): Promise<string> {
    const answer = await httpGet(`${url}${path}`);
    if (answer.status !== 200) throw new Error(`${path}: ${String(answer.status)} ${answer.text}`);
    return answer.text;
  }
  return {
    url,
    api,
    stop,
    async query(expression, atSeconds) {
      const time = atSeconds === undefined ? '' : `&time=${String(atSeconds)}`;
      return readVector(await api(`/api/v1/query?query=${encodeURIComponent(expression)}${time}`));
    },
    async queryRange(expression, { start, end, step }) {
      const range = `start=${String(start)}&end=${String(end)}&step=${String(step)}`;
      return readMatrix(await api(`/api/v1/query_range?query=${encodeURIComponent(expression)}&${range}`));
    },
    rules: async () => readRules(await api('/api/v1/rules')),
    settledTargets: () =>
      eventually(
        async () => {
          const targets = readTargets(await api('/api/v1/targets?state=active'));
          const settled = targets.filter(({ health }) => health !== 'unknown');
          return settled.length === options.scrapeConfigs.length ? settled : undefined;
        },
        { what: 'every target has been scraped', deadlineMs: SETTLE_DEADLINE_MS, context: child.stderr },
      ),
  };
}

const vectorAnswer = z.object({
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

function readVector(json: string): readonly InstantSeries[] {
  const { data } = vectorAnswer.parse(JSON.parse(json));
  return data.result.map(({ metric, value }) => ({ labels: metric, value: readNumber(value[1]) }));
}

const matrixAnswer = z.object({
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

function readMatrix(json: string): readonly RangeSeries[] {
  const { data } = matrixAnswer.parse(JSON.parse(json));
  return data.result.map(({ metric, values }) => ({
    labels: metric,
    values: new Map(values.map(([time, value]) => [time, readNumber(value)])),
  }));
}

/** Prometheus writes `+Inf`, which JavaScript does not read. */
function readNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

const targetsAnswer = z.object({
  data: z.object({
    activeTargets: z.array(
      z.object({
        labels: z.object({ job: z.string() }),
        health: z.enum(['up', 'down', 'unknown']),
        lastError: z.string(),
      }),
    ),
  }),
});

function readTargets(json: string): readonly ScrapeTarget[] {
  const { data } = targetsAnswer.parse(JSON.parse(json));
  return data.activeTargets.map(({ labels, health, lastError }) => ({ job: labels.job, health, lastError }));
}

const rulesAnswer = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(z.object({ name: z.string(), health: z.string(), lastError: z.string().default('') })),
      }),
    ),
  }),
});

function readRules(json: string): readonly RuleState[] {
  return rulesAnswer.parse(JSON.parse(json)).data.groups.flatMap(({ rules }) => rules);
}
