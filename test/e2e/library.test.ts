// The chat examples with a real Prometheus: what they print works as printed, the numbers that Prometheus and the JSON give are
// those of the requests that were sent, and nobody who asked can be found in them.

import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { METRICS } from '../../src/llm/conventions.js';
import { CHAT_EXAMPLES, startChatExample, type ChatExample } from '../support/chat-example.js';
import { bareEnvironment, runChild } from '../support/e2e/child.js';
import { eventually } from '../support/e2e/eventually.js';
import { httpGet, PROMETHEUS_ACCEPT, TEXT_ACCEPT } from '../support/e2e/http-get.js';
import { checkMetrics } from '../support/e2e/promtool.js';
import { startPrometheus, type Prometheus } from '../support/e2e/start-prometheus.js';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const DEADLINE_MS = 60_000;
const PLANTED = /@|%40|planted|lovelace/iu;
/** The summary is exact to a thousandth, and a latency may lie on a bound. */
const FIGURES = 0.001;

/** Answers of 4 to 23 words, so that latencies are spread over several buckets; half of them streamed. */
const QUESTIONS = Array.from({ length: 40 }, (_, at) => ({
  prompt: Array.from({ length: 2 + (at % 20) }, (__, word) => `${String(at)}-${String(word)}`).join(' '),
  user: `planted.${String(at)}@lovelace.example`,
  stream: at % 2 === 0,
}));
/** Asked once more: whole answers are remembered. */
const REPEATED = QUESTIONS.filter(({ stream }) => !stream).slice(0, 5);
const REQUESTS = QUESTIONS.length + REPEATED.length;
const HALF = QUESTIONS.length / 2;

const summaryAnswer = z.object({
  cache: z.object({ cache_hits: z.number(), cache_misses: z.number(), hit_rate: z.number() }),
  latency: z.object({ p50: z.number(), p95: z.number(), p99: z.number(), count: z.number() }),
  throughput: z.object({ total_requests: z.number() }),
});
const prometheusFile = z.object({
  scrape_configs: z.tuple([
    z.looseObject({
      job_name: z.string(),
      authorization: z.object({ type: z.literal('Bearer'), credentials_file: z.string() }),
      static_configs: z.tuple([z.object({ targets: z.tuple([z.literal('127.0.0.1:3000')]) })]),
    }),
  ]),
});

/** The bounds of the bucket that a duration lies in, in seconds. */
function bucketOf(seconds: number): readonly [number, number] {
  const { buckets } = METRICS.duration;
  const at = buckets.findIndex((bound) => seconds <= bound);
  return [buckets[at - 1] ?? 0, buckets[at] ?? Infinity];
}

describe.each(CHAT_EXAMPLES)('the example %s', (name) => {
  let folder: string;
  let example: ChatExample;
  let prometheus: Prometheus;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-library-'));
    example = await startChatExample(name, REPOSITORY);
    await Promise.all(
      QUESTIONS.map((question) => (question.stream ? example.stream(question) : example.ask(question))),
    );
    for (const question of REPEATED) await example.ask(question);
    prometheus = await startPrometheus({ scrapeConfigs: [await scrapeConfig()] });
  });

  afterAll(async () => {
    await prometheus?.stop();
    await example?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The job of the example's own prometheus.yml; only the port and the place of the key are those of this test. */
  async function scrapeConfig(): Promise<object> {
    const text = await readFile(join(REPOSITORY, 'examples', name, 'prometheus.yml'), 'utf8');
    const [job] = prometheusFile.parse(parse(text)).scrape_configs;
    const keyFile = join(folder, 'metrics.key');
    await writeFile(keyFile, `${example.key}\n`, { mode: 0o600 });
    return {
      ...job,
      authorization: { ...job.authorization, credentials_file: keyFile },
      static_configs: [{ targets: [new URL(example.url).host] }],
    };
  }

  async function summary(): Promise<z.infer<typeof summaryAnswer>> {
    const answer = await example.get('/v1/metrics');
    expect(answer.status).toBe(200);
    return summaryAnswer.parse(JSON.parse(answer.text));
  }

  /** A single number, once Prometheus has scraped. */
  async function queried(expression: string): Promise<number> {
    const [series, ...others] = await prometheus.query(expression);
    expect(others).toEqual([]);
    return series?.value ?? Number.NaN;
  }

  test('is closed without the key', async () => {
    expect((await httpGet(`${example.url}/metrics`)).status).toBe(401);
    const refused = await httpGet(`${example.url}/v1/metrics`);
    expect([refused.status, refused.text]).toEqual([403, '{"detail":"Forbidden"}']);
  });

  test('Prometheus has every request, and so has the JSON', async () => {
    await eventually(async () => ((await prometheus.query('up == 1')).length === 1 ? true : undefined), {
      what: 'Prometheus has scraped the example',
      deadlineMs: DEADLINE_MS,
    });
    const { cache, latency, throughput } = await summary();
    expect([throughput.total_requests, latency.count]).toEqual([REQUESTS, REQUESTS]);
    expect(await queried('sum(gen_ai_server_request_duration_seconds_count)')).toBe(REQUESTS);
    expect(await queried('sum(llm_identity_requests_total)')).toBe(REQUESTS);
    expect(await queried('count(count by (user) (llm_identity_requests_total))')).toBe(QUESTIONS.length);
    expect(await queried('sum(gen_ai_server_time_to_first_token_seconds_count)')).toBe(HALF);
    expect([cache.cache_hits, cache.cache_misses]).toEqual([REPEATED.length, HALF]);
    expect(await queried('sum(llm_cache_hits_total)')).toBe(REPEATED.length);
    const words = [...QUESTIONS, ...REPEATED].map(({ prompt }) => prompt.split(' ').length);
    expect(await queried('sum(gen_ai_client_token_usage_sum{gen_ai_token_type="input"})')).toBe(
      words.reduce((sum, count) => sum + count, 0),
    );
  });

  test.each([50, 95, 99] as const)(
    'histogram_quantile and the JSON agree on the %i th percentile within the bucket',
    async (percentile) => {
      const { latency } = await summary();
      const told = latency[`p${percentile}`] / 1000;
      const buckets = 'sum by (le) (gen_ai_server_request_duration_seconds_bucket)';
      const computed = await queried(`histogram_quantile(${String(percentile / 100)}, ${buckets})`);
      const [low, high] = bucketOf(computed);
      expect(told).toBeGreaterThanOrEqual(low * (1 - FIGURES));
      expect(told).toBeLessThanOrEqual(high * (1 + FIGURES));
    },
  );

  test('whoever asked is nowhere to be found', async () => {
    const text = await example.get('/metrics', { accept: TEXT_ACCEPT });
    const scraped = await example.get('/metrics', { accept: PROMETHEUS_ACCEPT });
    const both = await example.get('/v1/metrics?format=prometheus', { accept: TEXT_ACCEPT });
    expect(await checkMetrics(text.text)).toMatchObject({ parsed: true });
    expect(await checkMetrics(both.text)).toMatchObject({ parsed: true });
    expect(both.text).toContain(`\nrequests_total ${String(REQUESTS)}\n`);
    expect(text.text.match(/user="p_[a-z2-7]{26}"/gu)?.length).toBeGreaterThan(QUESTIONS.length);
    const everything = encodeURIComponent('{__name__=~".+"}');
    const stored = await prometheus.api(`/api/v1/series?match[]=${everything}`);
    const shown = [text, scraped, both, await example.get('/v1/metrics')].map(({ text: body }) => body);
    for (const body of [...shown, stored]) expect(body).not.toMatch(PLANTED);
    expect(example.child.stdout() + example.child.stderr()).not.toMatch(/planted|lovelace/iu);
  });

  test('the printed curl lines work as printed', async () => {
    const outputs: string[] = [];
    for (const line of example.curlLines) {
      const args = ['-c', line.replace('curl ', 'curl --silent --fail ')];
      const ended = await runChild({
        command: 'bash',
        args,
        env: bareEnvironment(),
        deadlineMs: DEADLINE_MS,
      });
      expect(ended).toMatchObject({ code: 0 });
      outputs.push(ended.stdout);
    }
    const [stream = '', metrics, json = ''] = outputs;
    expect(stream).toContain('"outputTokens":3');
    expect(metrics).toContain('gen_ai_server_time_to_first_token_seconds_bucket{');
    expect(summaryAnswer.parse(JSON.parse(json)).throughput.total_requests).toBe(REQUESTS + 1);
  });
});
