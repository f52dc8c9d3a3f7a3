// `/v1/metrics` of the built program before a real LiteLLM and before the demo: the counts are those of the requests that
// were sent, the quantiles lie within a bucket of what the sender measured, and a tenant reads its own alone.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../support/e2e/eventually.js';
import { readPage } from '../support/e2e/exposition-reader.js';
import { TEXT_ACCEPT, type HttpAnswer } from '../support/e2e/http-get.js';
import { TEAM_IDS, TENANTS } from '../support/e2e/planted.js';
import { checkMetrics } from '../support/e2e/promtool.js';
import { bearer, makePseudonymKey, makeToken, startGate, type Gate } from '../support/e2e/start-gate.js';
import { startLitellm, type Litellm } from '../support/e2e/start-litellm.js';

/** Upper bounds of LiteLLM's latency buckets, in milliseconds. */
const BUCKETS_MS = [5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10_000];
const SETTLE_DEADLINE_MS = 60_000;

const number = z.nullable(z.number());
const summaryShape = z.strictObject({
  timestamp: z.number(),
  uptime_seconds: number,
  cache: z.strictObject({ cache_hits: number, cache_misses: number, hit_rate: number }),
  latency: z.strictObject({ p50: number, p95: number, p99: number, count: number }),
  memory: z.strictObject({ current_mb: number, peak_mb: number, growth_percent: number }),
  throughput: z.strictObject({ total_requests: number, requests_per_second: number }),
});
type SummaryJson = z.infer<typeof summaryShape>;

/** One request and how long its sender waited. */
interface Sent {
  readonly team: string;
  readonly ms: number;
}

const apiKey = makeToken();
const all = makeToken();
const quill = makeToken();
const bramble = makeToken();
const closed = makeToken();

describe('before a real LiteLLM', () => {
  let litellm: Litellm;
  let gate: Gate;
  let sent: readonly Sent[];

  beforeAll(async () => {
    litellm = await startLitellm({
      workers: 1,
      cache: true,
      delayedModels: { quick: 0, slow: 0.3, slower: 1.2 },
    });
    gate = await startGate({
      files: { 'litellm.key': litellm.masterKey, 'pseudonym.key': makePseudonymKey() },
      env: { METRICS_API_KEY: apiKey.token },
      config: {
        pseudonym_key_file: 'pseudonym.key',
        targets: {
          litellm: { url: litellm.metricsUrl, preset: 'litellm', bearer_token_file: 'litellm.key' },
        },
        views: {
          all: { target: 'litellm' },
          quill: { target: 'litellm', only: { team: [TEAM_IDS.quillfeather] } },
          bramble: { target: 'litellm', only: { team: [TEAM_IDS.bramblewick] } },
        },
        credentials: {
          all: { bearer_token_digest: all.digest, view: 'all', self: true },
          quill: { bearer_token_digest: quill.digest, view: 'quill' },
          bramble: { bearer_token_digest: bramble.digest, view: 'bramble' },
          closed: { bearer_token_digest: closed.digest, view: 'all', summary: false },
        },
      },
    });
    sent = await sendRequests(litellm);
    await untilCounted(sent.length);
  });

  /** LiteLLM counts behind its answers. */
  const untilCounted = async (requests: number): Promise<void> => {
    await eventually(
      async () => {
        const { latency, throughput } = await summary(gate, all.token);
        return (throughput.total_requests === requests && latency.count === requests) || undefined;
      },
      { what: `LiteLLM has counted ${String(requests)}`, deadlineMs: SETTLE_DEADLINE_MS },
    );
  };

  afterAll(async () => {
    await gate?.stop();
    await litellm?.stop();
  });

  test.each([
    ['everything, for its credential', () => all.token, undefined],
    ['everything, for METRICS_API_KEY', () => apiKey.token, undefined],
    ['its own, for one tenant', () => quill.token, TEAM_IDS.quillfeather],
    ['its own, for the other one', () => bramble.token, TEAM_IDS.bramblewick],
  ])('it has %s', async (_what, token, team) => {
    const mine = sent.filter((request) => team === undefined || request.team === team);
    const { cache, latency, throughput, memory, uptime_seconds } = await summary(gate, token());
    expect(throughput.total_requests).toBe(mine.length);
    expect(latency.count).toBe(mine.length);
    // Each tenant sent one question twice. LiteLLM counts no miss of an answer that is not streamed.
    expect(cache).toEqual({
      cache_hits: team === undefined ? 2 : 1,
      cache_misses: null,
      hit_rate: null,
    });
    for (const [quantile, found] of [
      [0.5, latency.p50],
      [0.95, latency.p95],
      [0.99, latency.p99],
    ] as const) {
      const measured = quantileOf(mine, quantile);
      expect(Math.abs((found ?? Number.NaN) - measured)).toBeLessThanOrEqual(bucketWidthAt(measured));
    }
    // Series without a tenant are withheld from a tenant.
    expect([memory.current_mb === null, uptime_seconds === null]).toEqual([
      team !== undefined,
      team !== undefined,
    ]);
    expect([memory.peak_mb, memory.growth_percent]).toEqual([null, null]);
  });

  test('what it has of the process is what LiteLLM says', async () => {
    const { memory, uptime_seconds, timestamp } = await summary(gate, all.token);
    const page = readPage((await litellm.scrape(TEXT_ACCEPT)).text);
    const valueOf = (name: string): number =>
      page.samples.find((sample) => sample.name === name)?.value ?? Number.NaN;
    const megabytes = valueOf('process_resident_memory_bytes') / 1024 / 1024;
    expect(memory.current_mb).toBeGreaterThan(megabytes * 0.8);
    expect(memory.current_mb).toBeLessThan(megabytes * 1.2);
    expect(timestamp - valueOf('process_start_time_seconds')).toBeCloseTo(uptime_seconds ?? Number.NaN, -1);
  });

  test.each([TEXT_ACCEPT, 'application/openmetrics-text;version=1.0.0'])(
    'as metrics it is one whole exposition, as %s',
    async (accept) => {
      const answer = await ask(gate, apiKey.token, '?format=prometheus', accept);
      expect(answer.status).toBe(200);
      const page = readPage(answer.text);
      const valueOf = (name: string): number | undefined =>
        page.samples.find((sample) => sample.name === name)?.value;
      expect(valueOf('requests_total')).toBe(sent.length);
      expect(valueOf('cache_hit_total')).toBe(2);
      expect(valueOf('request_latency_p50')).toBe((await summary(gate, all.token)).latency.p50);
      expect(page.samples.length).toBeGreaterThan(50);
      expect(await isWhole(answer.text)).toBe(true);
    },
  );

  test.each([
    ['nothing', undefined],
    ['a wrong token', 'x'.repeat(43)],
    ['a credential without the summary', closed.token],
  ])('%s gets 403', async (_what, token) => {
    const answer = await gate.get('/v1/metrics', { headers: token === undefined ? {} : bearer(token) });
    expect([answer.status, answer.text]).toEqual([403, '{"detail":"Forbidden"}']);
  });

  test('its rate is that of the requests between the summaries', async () => {
    expect((await summary(gate, all.token)).throughput.total_requests).toBe(sent.length);
    const startedMs = performance.now();
    const more = await sendRequests(litellm);
    await untilCounted(sent.length + more.length);
    // There is none over less than a second.
    const rate = await eventually(
      async () => (await summary(gate, all.token)).throughput.requests_per_second ?? undefined,
      { what: 'the summary has a rate', deadlineMs: SETTLE_DEADLINE_MS },
    );
    // Over a minute at most, of which the sending is a part.
    expect(rate).toBeGreaterThan(more.length / 70);
    expect(rate).toBeLessThan((sent.length + more.length) / ((performance.now() - startedMs) / 1000));
  });
});

/** Whether a page is one that its format allows, as far as can be told by others. */
async function isWhole(text: string): Promise<boolean> {
  if (text.includes('# EOF')) return text.indexOf('# EOF\n') === text.length - '# EOF\n'.length;
  return (await checkMetrics(text)).parsed;
}

async function ask(gate: Gate, token: string, query = '', accept = '*/*'): Promise<HttpAnswer> {
  return gate.get(`/v1/metrics${query}`, { headers: { ...bearer(token), accept } });
}

async function summary(gate: Gate, token: string): Promise<SummaryJson> {
  const { status, text } = await ask(gate, token);
  if (status !== 200) throw new Error(`status ${String(status)}`);
  return summaryShape.parse(JSON.parse(text));
}

/** Two tenants ask models of known slowness; each asks one question twice, and all others once. */
async function sendRequests(litellm: Litellm): Promise<readonly Sent[]> {
  const [quillfeather, bramblewick] = TENANTS;
  if (quillfeather === undefined || bramblewick === undefined) throw new Error('two tenants are planted');
  const sent: Sent[] = [];
  let questions = 0;
  const send = async (tenant: typeof quillfeather, model: string, question: string): Promise<void> => {
    const startedMs = performance.now();
    const { status, text } = await litellm.send({
      key: tenant.api_key,
      userAgent: 'summary-test',
      client: '203.0.113.5',
      path: '/v1/chat/completions',
      body: { model, messages: [{ role: 'user', content: question }] },
      status: 200,
    });
    if (status !== 200) throw new Error(`LiteLLM answered ${String(status)}: ${text}`);
    sent.push({ team: tenant.team_id, ms: performance.now() - startedMs });
  };
  for (const [tenant, plan] of [
    [quillfeather, ['slow', 'slow', 'slow', 'slow', 'slow', 'slow', 'slower']],
    [bramblewick, ['quick', 'quick', 'slow', 'slow', 'slow']],
  ] as const) {
    await send(tenant, 'slow', `the same question of ${tenant.team_id}`);
    for (const model of plan) {
      questions += 1;
      await send(tenant, model, `question ${String(questions)}`);
    }
    await send(tenant, 'slow', `the same question of ${tenant.team_id}`);
  }
  return sent;
}

/** The latency that so many of the requests keep, as their sender measured it. */
function quantileOf(sent: readonly Sent[], quantile: number): number {
  const sorted = sent.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
}

function bucketWidthAt(ms: number): number {
  const at = BUCKETS_MS.findIndex((bound) => ms <= bound);
  return (BUCKETS_MS[at] ?? Number.NaN) - (BUCKETS_MS[at - 1] ?? 0);
}
