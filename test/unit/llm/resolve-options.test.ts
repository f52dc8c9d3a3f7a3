import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import { METRICS } from '../../../src/llm/conventions.js';
import { createLlmMetrics } from '../../../src/llm/llm-metrics.js';
import type { LlmMetricsOptions } from '../../../src/llm/options.js';
import { BOUNDS, resolveLlmMetricsOptions } from '../../../src/llm/resolve-options.js';
import { callUntyped } from '../../support/untyped.js';

function problemsOf(options: unknown): readonly string[] {
  try {
    callUntyped(createLlmMetrics, options);
  } catch (error) {
    const isExpected = error instanceof ScrapegateError && error.code === 'ERR_SCRAPEGATE_OPTIONS_INVALID';
    if (!isExpected) throw error;
    return error.problems.map(({ path }) => path);
  }
  return [];
}

describe('options of createLlmMetrics', () => {
  it('are refused with everything that is wrong with them, and without their values', () => {
    const secret = 'sk-secret';
    const options = {
      registry: new Registry(),
      register: { registerMetric: secret },
      identities: { user: 'hash', team: 'keep' },
      pseudonymKey: new Uint8Array(31),
      maxValuesPerLabel: 0,
      maxIdentities: 1.5,
      maxSeries: Number.POSITIVE_INFINITY,
      knownValues: {
        requestModel: ['a\nb'],
        provider: secret,
        operation: [''],
        user: ['x'.repeat(300)],
        model: ['gpt-4o'],
      },
      errorTypeOf: secret,
      clock: { nowMs: 1 },
      memory: 5,
    };
    expect(problemsOf(options)).toEqual([
      'registry',
      'maxValuesPerLabel',
      'maxIdentities',
      'maxSeries',
      'identities.team',
      'identities.user',
      'register',
      'pseudonymKey',
      'knownValues.model',
      'knownValues.operation',
      'knownValues.provider',
      'knownValues.requestModel',
      'knownValues.user',
      'errorTypeOf',
      'clock',
      'memory',
    ]);
    expect(() => callUntyped(createLlmMetrics, options)).not.toThrow(secret);
  });

  it.each(['text', [], 5])('that are %j are no options', (options) => {
    expect(problemsOf(options)).toEqual(['']);
  });

  it.each([
    [{ pseudonymKey: 'x'.repeat(32) }, ['pseudonymKey']],
    [{ identities: [] }, ['identities']],
    [{ knownValues: 'gpt-4o' }, ['knownValues']],
    [{ knownValues: { requestModel: ['a', 'b'] }, maxValuesPerLabel: 1 }, ['knownValues.requestModel']],
    [{ knownValues: { user: ['x'.repeat(200)] }, identities: { user: 'keep' } }, ['knownValues.user']],
    [{ knownValues: { provider: ['__other__'] } }, ['knownValues.provider']],
  ])('%j are refused', (options, paths) => {
    expect(problemsOf({ register: new Registry(), ...options })).toEqual(paths);
  });

  it.each(Object.entries(BOUNDS))('%s has the bounds that it says', (name, { min, max, fallback }) => {
    const wrong = [min - 1, max + 1, '5'].map((value) =>
      problemsOf({ register: new Registry(), [name]: value }),
    );
    expect(wrong).toEqual([[name], [name], [name]]);
    for (const value of [min, max])
      expect(problemsOf({ register: new Registry(), [name]: value })).toEqual([]);
    const resolved = resolveLlmMetricsOptions({ register: new Registry() });
    expect(resolved).toMatchObject({ ok: true, value: { [name]: fallback } });
  });

  it('are refused where the registry has such a metric, before any is registered', () => {
    const register = new Registry();
    createLlmMetrics({ register });
    const before = register.getMetricsAsArray().length;
    expect(problemsOf({ register })).toEqual(Object.keys(METRICS).map(() => 'register'));
    expect(register.getMetricsAsArray()).toHaveLength(before);
  });

  it('are pseudonyms for all, and the registry of prom-client, by default', async () => {
    const { register } = await import('prom-client');
    const metrics = createLlmMetrics();
    try {
      expect(register.getSingleMetric(METRICS.duration.name)).toBeDefined();
      const resolved = resolveLlmMetricsOptions({ register: new Registry() } satisfies LlmMetricsOptions);
      expect(resolved).toMatchObject({
        ok: true,
        value: { identities: { tenant: 'pseudonymise', user: 'pseudonymise', key: 'pseudonymise' } },
      });
    } finally {
      metrics.close();
    }
  });

  it('keep combinations of values exact, at their largest', () => {
    const { maxValuesPerLabel, maxIdentities } = BOUNDS;
    const [label, identity] = [maxValuesPerLabel.max + 2, maxIdentities.max + 2];
    expect(label ** 5).toBeLessThan(Number.MAX_SAFE_INTEGER);
    expect(label * identity ** 2).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});
