// What a server gives the gate may be wrong in ways that no check of options sees. It never ends the process.

import { describe, expect, it } from 'vitest';
import { resolveMetricsOptions } from '../../../src/embedded/resolve-options.js';
import { API_KEY, bearer, startGate, type GateScene } from '../../support/gates/gate-scene.js';
import { startNodeGate } from '../../support/gates/node-gate.js';
import { callUntyped } from '../../support/untyped.js';

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('a gate inside of a server', () => {
  it('outlives a listener that is async and rejects', async () => {
    const rejected: unknown[] = [];
    const listener = (reason: unknown): unknown => rejected.push(reason);
    process.on('unhandledRejection', listener);
    try {
      const onEvent = (): Promise<never> => Promise.reject(new Error('listener'));
      const scene = await startGate((options, reached) =>
        callUntyped(startNodeGate, { ...options, onEvent }, reached),
      );
      expect((await scene.get()).status).toBe(200);
      await settled();
      expect(rejected).toEqual([]);
    } finally {
      process.off('unhandledRejection', listener);
    }
  });

  it.each([
    ['nothing', () => undefined],
    ['a promise', () => Promise.resolve({})],
    ['a promise that is rejected', () => Promise.reject(new Error('anna@acme.example'))],
    ['something else', () => ({ cache: {} })],
  ])('is 500 where the summary is %s', async (_, summary) => {
    const scene = await callUntyped<Promise<GateScene>>(startGate, startNodeGate, {
      apiKey: API_KEY,
      llm: { summary },
    });
    expect((await scene.get('/v1/metrics', { headers: bearer(API_KEY) })).status).toBe(500);
    expect(await scene.audit(1)).toMatchObject([{ status: 500, reason: 'internal_error' }]);
    await settled();
  });

  it.each(['register', 'metrics', 'path', 'timeoutMs', 'clock', 'limits', 'onEvent', 'bearerToken'])(
    'takes no null for %s',
    (option) => {
      const resolved = callUntyped<ReturnType<typeof resolveMetricsOptions>>(
        resolveMetricsOptions,
        { [option]: null },
        { metrics: () => '' },
      );
      expect(resolved.ok ? [] : resolved.error.map(({ path }) => path)).toContain(option);
    },
  );
});
