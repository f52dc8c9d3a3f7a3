// Whatever clients send, series and memory stay within what the options allow.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/exposition/model.js';
import { llmScene, RECORD, type LlmScene } from '../../support/llm-scene.js';

const MILLION = 1_000_000;
const MAX_GROWTH_BYTES = 20_000_000;
const DEFAULT_MAX_SERIES = 50_000;
const STRANGERS = 100_000;

function collectGarbage(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no garbage collector to call');
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function totalOf(samples: readonly Sample[], name: string): number {
  return samples.filter((sample) => sample.name === name).reduce((sum, { value }) => sum + Number(value), 0);
}

describe('a million requests of a million users', () => {
  it('leave a bounded exposition, a bounded heap, and exact totals', { timeout: 120_000 }, async () => {
    const scene = llmScene();
    const before = collectGarbage();
    for (let at = 0; at < MILLION; at += 1) {
      scene.metrics.record({
        ...RECORD,
        user: `user-${String(at)}@acme.example`,
        inputTokens: 2,
        costUsd: 1,
      });
    }
    const growth = collectGarbage() - before;
    const samples = await scene.samples();
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
    // Duration, input tokens and cost of requests; three lines of each user that is shown and of all others; own counters.
    expect(samples.length).toBe(17 + 17 + 1 + 1001 * 3 + 9 + 8 + 1);
    expect(totalOf(samples, 'llm_identity_requests_total')).toBe(MILLION);
    expect(totalOf(samples, 'llm_identity_tokens_total')).toBe(2 * MILLION);
    expect(totalOf(samples, 'llm_identity_cost_usd_total')).toBe(MILLION);
    expect((await scene.values('llm_identity_requests_total'))['user=__other__']).toBe(MILLION - 1000);
    expect(await scene.values('llm_overflowed_values_total')).toEqual({ 'field=user': MILLION - 1000 });
    expect(samples.length).toBeLessThan(DEFAULT_MAX_SERIES);
    const { latency, throughput } = scene.metrics.summary();
    expect([latency.count, throughput.total_requests]).toEqual([MILLION, MILLION]);
  });
});

describe('requests in which nothing was ever seen before', () => {
  it('leave a bounded exposition, a bounded heap, and exact totals', async () => {
    const scene = llmScene();
    const before = collectGarbage();
    for (let at = 0; at < STRANGERS; at += 1) {
      const stranger = `${String(at)}@acme.example`;
      scene.metrics.record({
        operation: `operation ${stranger}`,
        provider: `provider ${stranger}`,
        requestModel: `model ${stranger}`,
        responseModel: `answer ${stranger}`,
        tenant: `tenant ${stranger}`,
        user: `user ${stranger}`,
        key: `key ${stranger}`,
        errorType: `error ${stranger}`,
        durationMs: at,
        timeToFirstTokenMs: at,
        inputTokens: 1,
        outputTokens: 2,
        cachedInputTokens: 1,
        reasoningOutputTokens: 1,
        cache: 'miss',
        costUsd: 1,
      });
    }
    const growth = collectGarbage() - before;
    const samples = await scene.samples();
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
    expect(samples.length).toBeLessThanOrEqual(DEFAULT_MAX_SERIES);
    expect(totalOf(samples, 'gen_ai_server_request_duration_seconds_count')).toBe(STRANGERS);
    expect(totalOf(samples, 'gen_ai_client_token_usage_sum')).toBe(3 * STRANGERS);
    expect(totalOf(samples, 'llm_identity_requests_total')).toBe(STRANGERS);
    expect(scene.metrics.summary().cache.cache_misses).toBe(STRANGERS);
  });
});

describe('maxSeries', () => {
  const REQUESTS = 20_000;

  /** Every request is another combination, and the values of no label are many. */
  async function recordCombinations(maxSeries: number): Promise<LlmScene> {
    const scene = llmScene({ maxSeries, maxValuesPerLabel: 1000, maxIdentities: 100_000 });
    for (let at = 0; at < REQUESTS; at += 1) {
      scene.metrics.record({
        operation: `operation ${String(at % 7)}`,
        provider: `provider ${String(at % 11)}`,
        requestModel: `model ${String(at % 13)}`,
        responseModel: `answer ${String(at % 17)}`,
        tenant: `tenant ${String(at % 19)}`,
        user: `user ${String(at)}`,
        key: `key ${String(at % 29)}`,
        ...(at % 3 === 0 && { errorType: `error ${String(at % 31)}` }),
        durationMs: 1,
        timeToFirstTokenMs: 1,
        inputTokens: 1,
        outputTokens: 2,
        cachedInputTokens: 1,
        reasoningOutputTokens: 1,
        cache: at % 2 === 0 ? 'hit' : 'miss',
        costUsd: 1,
      });
    }
    // The values that are others already make up the group of all others by themselves.
    const stranger = '__other__';
    scene.metrics.record({ ...RECORD, operation: stranger, provider: stranger, requestModel: stranger });
    return scene;
  }

  it.each([1_000, 1_001, 1_093, 10_000])('of %i is never passed, and nothing is lost', async (maxSeries) => {
    const scene = await recordCombinations(maxSeries);
    const samples = await scene.samples();
    expect(samples.length).toBeLessThanOrEqual(maxSeries);
    // What is left cannot hold another group.
    expect(samples.length).toBeGreaterThan(maxSeries * 0.9 - 150);
    expect(totalOf(samples, 'gen_ai_server_request_duration_seconds_count')).toBe(REQUESTS + 1);
    expect(totalOf(samples, 'gen_ai_client_token_usage_sum')).toBe(3 * REQUESTS);
    expect(totalOf(samples, 'llm_cost_usd_total')).toBe(REQUESTS);
    expect(totalOf(samples, 'llm_cache_hits_total') + totalOf(samples, 'llm_cache_misses_total')).toBe(
      REQUESTS,
    );
    expect(totalOf(samples, 'llm_identity_requests_total')).toBe(REQUESTS);
    expect((await scene.values('llm_overflowed_values_total'))['field=series']).toBeGreaterThan(0);
  });

  it('leaves identities a fifth, so that neither crowds out the other', async () => {
    const samples = await (await recordCombinations(5_000)).samples();
    const identities = samples.filter(({ name }) => name.startsWith('llm_identity_')).length;
    expect(identities).toBe(1_000);
  });

  it('has one series for every request that is other in all of its labels', async () => {
    const scene = llmScene({ maxValuesPerLabel: 1 });
    const long = 'x'.repeat(500);
    const all = { operation: long, provider: long, requestModel: long, responseModel: long, tenant: long };
    scene.metrics.record({ ...all, user: long, key: long, durationMs: 1, errorType: long });
    scene.metrics.record({ ...all, user: long, key: long, durationMs: 1, errorType: 'first' });
    const values = await scene.values('gen_ai_server_request_duration_seconds_count');
    expect(Object.values(values)).toEqual([2]);
    expect(Object.keys(values)[0]).toContain('error_type=__other__');
  });

  it('leaves out the labels that are omitted, for all others, too', async () => {
    const scene = llmScene({ maxSeries: 1_000, identities: { tenant: 'omit', user: 'keep', key: 'omit' } });
    for (let at = 0; at < 500; at += 1) {
      scene.metrics.record({
        ...RECORD,
        tenant: 't',
        user: `u${String(at)}`,
        requestModel: `m${String(at)}`,
      });
    }
    const labels = (await scene.samples()).flatMap((sample) => sample.labels.map(({ name }) => name));
    expect(labels).not.toContain('tenant');
    expect(labels).not.toContain('key');
    expect(Object.keys(await scene.values('llm_identity_requests_total'))).toContain('user=__other__');
  });
});

describe('a value', () => {
  it('does not keep the text in memory that it was cut from', () => {
    const scene = llmScene({ identities: { user: 'keep' } });
    const before = collectGarbage();
    for (let at = 0; at < 200; at += 1) {
      const body = `${String(at)}-a-user-with-a-name-of-some-length ${'x'.repeat(1_000_000)}`;
      scene.metrics.record({ ...RECORD, user: body.slice(0, 30) });
    }
    expect(collectGarbage() - before).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
