// Whatever is recorded: nothing throws, every exposition is whole and valid, within its bound, and no request is lost.

import * as fc from 'fast-check';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createLlmMetrics } from '../../src/llm/llm-metrics.js';
import { ManualClock } from '../support/manual-clock.js';
import { callUntyped } from '../support/untyped.js';
import { llmScene, samplesOf } from '../support/llm-scene.js';

const arbitraryText = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    '"',
    '\\',
    '\n',
    '\r',
    '\0',
    '{',
    '}',
    ' ',
    '#',
    '\ud800',
    '\udc00',
    '\u2028',
    'é',
  ),
  maxLength: 5,
});
const arbitraryAnything = fc.oneof(
  arbitraryText,
  fc.double(),
  fc.integer(),
  fc.constantFrom<unknown>(undefined, null, true, 7n, {}, ['a\nb 1'], Symbol('s'), '__other__', '_OTHER'),
);
const MEMBERS = [
  'operation',
  'provider',
  'requestModel',
  'responseModel',
  'tenant',
  'user',
  'key',
  'errorType',
  'durationMs',
  'timeToFirstTokenMs',
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'reasoningOutputTokens',
  'cache',
  'costUsd',
];
const arbitraryRecord = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(fc.constantFrom(...MEMBERS), arbitraryAnything, { maxKeys: 16 }) },
  { weight: 1, arbitrary: arbitraryAnything },
);
const arbitraryMode = fc.constantFrom('pseudonymise', 'keep', 'omit' as const);

test('any records at all leave a valid exposition within its bound', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryRecord, { maxLength: 60 }),
      fc.record({ tenant: arbitraryMode, user: arbitraryMode, key: arbitraryMode }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom('text', 'openmetrics' as const),
      async (records, identities, max, format) => {
        const register = new Registry();
        if (format === 'openmetrics')
          Reflect.set(register, '_contentType', Registry.OPENMETRICS_CONTENT_TYPE);
        const bounds = { maxValuesPerLabel: max, maxIdentities: max, maxSeries: 1_000 };
        const metrics = createLlmMetrics({ register, clock: new ManualClock(), identities, ...bounds });
        for (const record of records) callUntyped(metrics.record, record);
        const samples = samplesOf(await register.metrics(), format);
        expect(samples.length).toBeLessThanOrEqual(bounds.maxSeries);
        const failures = samples.find(({ name }) => name === 'llm_recording_failures_total')?.value;
        expect(metrics.summary().throughput.total_requests + Number(failures)).toBe(records.length);
      },
    ),
    { numRuns: 200 },
  );
});

test('totals are those of the records, whichever series they are in', async () => {
  const arbitraryWhole = fc.record({
    operation: fc.constantFrom('chat', 'embeddings', 'text_completion'),
    provider: fc.constantFrom('openai', 'anthropic'),
    requestModel: fc.constantFrom('a', 'b', 'c', 'd'),
    tenant: fc.constantFrom('t', 'u', 'v'),
    user: fc.constantFrom('anna', 'ben', 'cleo', 'dora'),
    errorType: fc.constantFrom(undefined, 'timeout', '429', '500'),
    durationMs: fc.integer({ min: 0, max: 100_000 }).map((seconds) => seconds * 1000),
    inputTokens: fc.nat({ max: 1_000_000 }),
    outputTokens: fc.nat({ max: 1_000_000 }),
    costUsd: fc.nat({ max: 100 }),
    cache: fc.constantFrom('hit', 'miss', undefined),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryWhole, { minLength: 1, maxLength: 80 }), async (records) => {
      const scene = llmScene({ maxValuesPerLabel: 2, maxIdentities: 2, maxSeries: 1_000 });
      for (const record of records) scene.metrics.record(record);
      const samples = await scene.samples();
      const total = (name: string, label = ''): number =>
        samples
          .filter((sample) => sample.name === name)
          .filter(({ labels }) => label === '' || labels.some(({ value }) => value === label))
          .reduce((sum, { value }) => sum + Number(value), 0);
      const expected = (member: 'inputTokens' | 'outputTokens' | 'costUsd' | 'durationMs'): number =>
        records.reduce((sum, record) => sum + record[member], 0);
      const hits = records.filter(({ cache }) => cache === 'hit').length;
      expect(total('gen_ai_server_request_duration_seconds_count')).toBe(records.length);
      expect(total('gen_ai_server_request_duration_seconds_bucket', '+Inf')).toBe(records.length);
      expect(total('gen_ai_server_request_duration_seconds_sum')).toBe(expected('durationMs') / 1000);
      expect(total('gen_ai_client_token_usage_sum', 'input')).toBe(expected('inputTokens'));
      expect(total('gen_ai_client_token_usage_sum', 'output')).toBe(expected('outputTokens'));
      expect(total('llm_identity_tokens_total')).toBe(expected('inputTokens') + expected('outputTokens'));
      expect(total('llm_cost_usd_total')).toBe(expected('costUsd'));
      expect(total('llm_identity_requests_total')).toBe(records.length);
      expect(total('llm_cache_hits_total')).toBe(hits);
      expect(scene.metrics.summary().cache.cache_hits).toBe(hits);
    }),
    { numRuns: 100 },
  );
});

test('quantiles of the summary lie in the buckets in which histogram_quantile looks for them', async () => {
  const FIGURES = 0.001;
  const arbitraryMs = fc.oneof(
    fc.integer({ min: 1, max: 80_000 }),
    fc.double({ min: 0.1, max: 500, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryMs, { minLength: 1, maxLength: 200 }), async (durations) => {
      const scene = llmScene();
      const request = { operation: 'chat', provider: 'openai' };
      for (const durationMs of durations) scene.metrics.record({ ...request, durationMs });
      const buckets = (await scene.samples())
        .filter(({ name }) => name === 'gen_ai_server_request_duration_seconds_bucket')
        .map(({ labels, value }) => ({
          le: Number(labels.find(({ name }) => name === 'le')?.value.replace('+Inf', 'Infinity')),
          count: Number(value),
        }));
      const { p50, p95, p99 } = scene.metrics.summary().latency;
      for (const [quantile, ms] of [
        [50, p50],
        [95, p95],
        [99, p99],
      ] as const) {
        const at = buckets.findIndex(({ count }) => count * 100 >= quantile * durations.length);
        const seconds = ms / 1000;
        expect(seconds).toBeGreaterThanOrEqual((buckets[at - 1]?.le ?? 0) * (1 - FIGURES));
        expect(seconds).toBeLessThanOrEqual((buckets[at]?.le ?? 0) * (1 + FIGURES));
      }
    }),
    { numRuns: 300 },
  );
});

test('a measured stream is the stream, however it is read', async () => {
  const arbitrarySteps = fc.array(fc.constantFrom('next', 'return', 'throw'), { maxLength: 12 });
  async function* source(length: number, failsAtEnd: boolean): AsyncGenerator<number, string> {
    for (let at = 0; at < length; at += 1) yield at;
    await Promise.resolve();
    if (failsAtEnd) throw new Error('cut');
    return 'end';
  }
  const read = async (
    iterator: AsyncIterator<number>,
    steps: readonly string[],
    atOnce: boolean,
  ): Promise<unknown> => {
    const results: Promise<unknown>[] = [];
    for (const step of steps) {
      const result =
        step === 'next'
          ? iterator.next()
          : step === 'return'
            ? iterator.return?.('stop')
            : iterator.throw?.(new Error('thrown into it'));
      results.push(Promise.resolve(result).catch((error: unknown) => String(error)));
      if (!atOnce) await results.at(-1);
    }
    return Promise.all(results);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 5 }),
      fc.boolean(),
      arbitrarySteps,
      fc.boolean(),
      async (length, fails, steps, atOnce) => {
        const { metrics } = llmScene();
        const request = { operation: 'chat', provider: 'openai' };
        const measured = metrics.measureStream(request, () => source(length, fails))[Symbol.asyncIterator]();
        const bare = source(length, fails);
        expect(await read(measured, steps, atOnce)).toEqual(await read(bare, steps, atOnce));
        expect(metrics.summary().latency.count).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 300 },
  );
});
