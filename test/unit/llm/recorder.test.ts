import { describe, expect, it } from 'vitest';
import { compilePseudonymiser } from '../../../src/views/pseudonym.js';
import { createLlmMetrics } from '../../../src/llm/llm-metrics.js';
import type { LlmRecord } from '../../../src/llm/records.js';
import { callUntyped } from '../../support/untyped.js';
import { llmScene, RECORD, type LlmScene } from '../../support/llm-scene.js';

const KEY = new Uint8Array(32).fill(9);
const LABELS = 'gen_ai_operation_name=chat,gen_ai_provider_name=openai,gen_ai_request_model=gpt-4o';

/** Records what the types do not allow. */
function recordAnything(scene: LlmScene, record: unknown): void {
  callUntyped(scene.metrics.record, record);
}

describe('a record', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    [
      'a member that throws',
      Object.defineProperty({}, 'user', { get: () => callUntyped(fails), enumerable: true }),
    ],
    ['a proxy that throws', new Proxy({}, { get: fails })],
  ])('of %s counts as a failure, and as nothing else', async (_, record) => {
    const scene = llmScene();
    recordAnything(scene, record);
    expect((await scene.recorded()).map(({ name, value }) => [name, value])).toEqual([
      ['llm_recording_failures_total', '1'],
    ]);
    expect(scene.metrics.summary().throughput.total_requests).toBe(0);
  });

  it.each([
    ['durationMs', -1],
    ['durationMs', Number.NaN],
    ['inputTokens', Number.POSITIVE_INFINITY],
    ['outputTokens', '12'],
    ['cachedInputTokens', 1e300],
    ['reasoningOutputTokens', {}],
    ['timeToFirstTokenMs', -0.001],
    ['costUsd', 5n],
    ['cache', 'stale'],
  ])('refuses %s of %s alone', async (field, value) => {
    const scene = llmScene();
    recordAnything(scene, { ...RECORD, inputTokens: 3, user: 'anna', [field]: value });
    expect(await scene.values('llm_refused_values_total')).toEqual({ [`field=${field}`]: 1 });
    expect(Object.values(await scene.values('llm_identity_requests_total'))).toEqual([1]);
    expect(scene.metrics.summary().throughput.total_requests).toBe(1);
  });

  it('is counted in every metric that it says something about', async () => {
    const scene = llmScene({ identities: { user: 'keep', tenant: 'keep', key: 'keep' } });
    const record: LlmRecord = {
      ...RECORD,
      responseModel: 'gpt-4o-2024-11-20',
      tenant: 'acme',
      user: 'anna',
      key: 'key-1',
      durationMs: 1100,
      timeToFirstTokenMs: 100,
      inputTokens: 50,
      outputTokens: 21,
      cachedInputTokens: 20,
      reasoningOutputTokens: 5,
      cache: 'miss',
      costUsd: 0.125,
    };
    scene.metrics.record(record);
    scene.metrics.record({ ...record, cache: 'hit' });
    const group = `${LABELS},gen_ai_response_model=gpt-4o-2024-11-20,tenant=acme`
      .split(',')
      .toSorted()
      .join(',');
    const typed = (type: string): string =>
      `${group},gen_ai_token_type=${type}`.split(',').toSorted().join(',');
    expect(await scene.values('gen_ai_server_request_duration_seconds_sum')).toEqual({ [group]: 2.2 });
    expect(await scene.values('gen_ai_client_token_usage_sum')).toEqual({
      [typed('input')]: 100,
      [typed('output')]: 42,
    });
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_sum')).toEqual({ [group]: 0.2 });
    expect(await scene.values('gen_ai_server_time_per_output_token_seconds_sum')).toEqual({ [group]: 0.1 });
    expect(await scene.values('llm_cached_input_tokens_total')).toEqual({ [group]: 40 });
    expect(await scene.values('llm_reasoning_output_tokens_total')).toEqual({ [group]: 10 });
    expect(await scene.values('llm_cache_hits_total')).toEqual({ [group]: 1 });
    expect(await scene.values('llm_cache_misses_total')).toEqual({ [group]: 1 });
    expect(await scene.values('llm_cost_usd_total')).toEqual({ [group]: 0.25 });
    const identity = 'key=key-1,tenant=acme,user=anna';
    expect(await scene.values('llm_identity_requests_total')).toEqual({ [identity]: 2 });
    expect(await scene.values('llm_identity_tokens_total')).toEqual({
      [`gen_ai_token_type=input,${identity}`]: 100,
      [`gen_ai_token_type=output,${identity}`]: 42,
    });
    expect(await scene.values('llm_identity_cost_usd_total')).toEqual({ [identity]: 0.25 });
  });

  it('that says little has little', async () => {
    const scene = llmScene();
    scene.metrics.record(RECORD);
    const names = new Set(
      (await scene.recorded()).map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')),
    );
    expect([...names]).toEqual(['gen_ai_server_request_duration_seconds']);
    expect(await scene.values('gen_ai_server_request_duration_seconds_count')).toEqual({ [LABELS]: 1 });
  });

  it('of an error has its type at the duration, and no times of tokens', async () => {
    const scene = llmScene();
    scene.metrics.record({
      ...RECORD,
      errorType: 'timeout',
      timeToFirstTokenMs: 5,
      inputTokens: 2,
      outputTokens: 9,
    });
    expect(await scene.values('gen_ai_server_request_duration_seconds_count')).toEqual({
      [`error_type=timeout,${LABELS}`]: 1,
    });
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_count')).toEqual({});
    expect(await scene.values('gen_ai_server_time_per_output_token_seconds_count')).toEqual({});
    expect(Object.values(await scene.values('gen_ai_client_token_usage_sum'))).toEqual([2, 9]);
  });

  it.each([
    ['of one token', { outputTokens: 1, timeToFirstTokenMs: 10 }],
    ['of no known number of tokens', { timeToFirstTokenMs: 10 }],
    ['whose first token came after its end', { outputTokens: 5, timeToFirstTokenMs: 1000 }],
  ])('%s has no time for each of the others', async (_, outcome) => {
    const scene = llmScene();
    scene.metrics.record({ ...RECORD, ...outcome });
    expect(await scene.values('gen_ai_server_time_per_output_token_seconds_count')).toEqual({});
    expect(Object.values(await scene.values('gen_ai_server_time_to_first_token_seconds_count'))).toEqual([1]);
  });
});

describe('identities', () => {
  const record: LlmRecord = { ...RECORD, tenant: 'Acme GmbH', user: 'anna@acme.example', key: 'key-1' };

  it('never reach the registry as they are', async () => {
    const scene = llmScene();
    scene.metrics.record(record);
    const text = await scene.register.metrics();
    const json = JSON.stringify(await scene.register.getMetricsAsJSON());
    for (const raw of ['Acme', 'anna', 'key-1']) {
      expect(text).not.toContain(raw);
      expect(json).not.toContain(raw);
    }
  });

  it('have the pseudonyms that a gateway with the same key gives them', async () => {
    const scene = llmScene({ pseudonymKey: KEY });
    scene.metrics.record(record);
    const pseudonym = compilePseudonymiser(KEY, 'default');
    expect(await scene.values('llm_identity_requests_total')).toEqual({
      [`key=${pseudonym('key-1')},tenant=${pseudonym('Acme GmbH')},user=${pseudonym('anna@acme.example')}`]: 1,
    });
  });

  it('differ between processes without a key', async () => {
    const scenes = [llmScene(), llmScene()];
    for (const { metrics } of scenes) metrics.record(record);
    const [first, second] = await Promise.all(
      scenes.map((scene) => scene.values('llm_identity_requests_total')),
    );
    expect(Object.keys(first ?? {})).not.toEqual(Object.keys(second ?? {}));
  });

  it('are kept or left out where that is asked for', async () => {
    const scene = llmScene({ identities: { tenant: 'omit', user: 'keep', key: 'omit' } });
    scene.metrics.record(record);
    expect(await scene.values('llm_identity_requests_total')).toEqual({ 'user=anna@acme.example': 1 });
    expect(Object.keys(await scene.values('gen_ai_server_request_duration_seconds_sum'))).toEqual([LABELS]);
  });

  it('have no counters of their own for a tenant alone', async () => {
    const scene = llmScene({ identities: { tenant: 'keep' } });
    scene.metrics.record({ ...RECORD, tenant: 'acme' });
    expect(await scene.values('llm_identity_requests_total')).toEqual({});
    expect(await scene.values('gen_ai_server_request_duration_seconds_count')).toEqual({
      [`${LABELS},tenant=acme`]: 1,
    });
  });
});

describe('before the first request', () => {
  it('there is an exposition that a strict reader takes', async () => {
    const names = new Set((await llmScene().samples()).map(({ name }) => name));
    expect([...names]).toEqual([
      'llm_overflowed_values_total',
      'llm_refused_values_total',
      'llm_recording_failures_total',
    ]);
  });
});

describe('close', () => {
  it('takes everything out of the registry, which can have others then', async () => {
    const scene = llmScene();
    scene.metrics.record(RECORD);
    scene.metrics.close();
    expect(scene.register.getMetricsAsArray()).toEqual([]);
    scene.metrics.record(RECORD);
    expect(scene.metrics.summary().throughput.total_requests).toBe(2);
    const others = createLlmMetrics({ register: scene.register });
    others.record(RECORD);
    expect(Object.values(await scene.values('gen_ai_server_request_duration_seconds_count'))).toEqual([1]);
  });
});

function fails(): never {
  throw new Error('not today');
}
