// The registry target: what a source gives, and all that it can do wrong.

import { Counter, Registry, type RegistryContentType } from 'prom-client';
import { describe, expect, it } from 'vitest';
import {
  createRegistryTarget,
  type MetricsSource,
  type RegistryTargetOptions,
} from '../../../src/targets/registry-target.js';
import type { Target } from '../../../src/targets/target.js';
import { ManualClock } from '../../support/manual-clock.js';
import { callUntyped } from '../../support/untyped.js';

const TEXT = '# TYPE requests_total counter\nrequests_total 3\n';
const OPENMETRICS = '# TYPE requests counter\nrequests_total 3\n# EOF\n';

interface Scene {
  readonly target: Target;
  readonly clock: ManualClock;
}

function targetOf(source: MetricsSource, options: Partial<RegistryTargetOptions> = {}): Scene {
  const clock = new ManualClock();
  const target = createRegistryTarget(
    { name: 'registry', source, timeoutMs: 10_000, maxBytes: 1_000, ...options },
    { clock },
  );
  return { target, clock };
}

function giving(text: unknown, contentType?: unknown): MetricsSource {
  const source = { metrics: () => Promise.resolve(text), contentType };
  return callUntyped((given: MetricsSource) => given, source);
}

describe('a source that fails', () => {
  it.each([
    ['throws', () => callUntyped(JSON.parse, '{'), { reason: 'source_failed' }],
    ['rejects', () => Promise.reject(new Error('anna@acme.example')), { reason: 'source_failed' }],
    [
      'rejects with a code',
      () => Promise.reject(Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })),
      { reason: 'source_failed', detail: 'ECONNREFUSED' },
    ],
    ['gives no text', () => Promise.resolve(undefined), { reason: 'source_failed', detail: 'NO_TEXT' }],
    ['gives bytes', () => Buffer.from(TEXT), { reason: 'source_failed', detail: 'NO_TEXT' }],
  ])('because it %s is a value', async (_, metrics, error) => {
    const { target } = targetOf(callUntyped((given: MetricsSource) => given, { metrics }));
    expect(await target.fetch('text')).toEqual({ ok: false, error });
  });

  it('because its type cannot be read is a value', async () => {
    const source: MetricsSource = {
      metrics: () => TEXT,
      get contentType(): string {
        throw new Error('anna@acme.example');
      },
    };
    expect(await targetOf(source).target.fetch('text')).toEqual({
      ok: false,
      error: { reason: 'source_failed' },
    });
  });

  it.each(['text/html', 'application/json', '', 'text/plain; version=9', 7])(
    'because its type is %j is a value',
    async (type) => {
      expect(await targetOf(giving(TEXT, type)).target.fetch('text')).toEqual({
        ok: false,
        error: { reason: 'content_type_unknown' },
      });
    },
  );

  it.each([
    ['in characters', 'x'.repeat(48)],
    ['in bytes', 'ü'.repeat(24)],
  ])('because it gives too much %s is a value', async (_, text) => {
    expect(await targetOf(giving(text), { maxBytes: 47 }).target.fetch('text')).toEqual({
      ok: false,
      error: { reason: 'body_too_large' },
    });
    expect(await targetOf(giving(text), { maxBytes: 48 }).target.fetch('text')).toMatchObject({ ok: true });
  });
});

describe('a source that hangs', () => {
  const TIMEOUT = { ok: false, error: { reason: 'timeout' } };
  const STILL_RUNNING = { ok: false, error: { reason: 'timeout', detail: 'STILL_RUNNING' } };

  function hanging() {
    const answers: ((text: string) => void)[] = [];
    const scene = targetOf({ metrics: () => new Promise((resolve) => answers.push(resolve)) });
    const fetchLate = (): Promise<unknown> => {
      const fetched = scene.target.fetch('text');
      scene.clock.advance(10_000);
      return fetched;
    };
    return { ...scene, answers, fetchLate };
  }

  it('is too late after its time, and not a moment before', async () => {
    const { target, clock, answers } = hanging();
    const fetched = target.fetch('text');
    clock.advance(9_999);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1);
    expect(await fetched).toEqual(TIMEOUT);
    expect(answers).toHaveLength(1);
  });

  it('is asked for few expositions that never come, and again once one of them came', async () => {
    const { target, answers, clock, fetchLate } = hanging();
    for (let round = 0; round < 4; round += 1) expect(await fetchLate()).toEqual(TIMEOUT);
    expect(await target.fetch('text')).toEqual(STILL_RUNNING);
    expect(answers).toHaveLength(4);
    expect(clock.pendingTimers).toBe(0);
    answers[2]?.(TEXT);
    await new Promise((resolve) => setImmediate(resolve));
    const fetched = target.fetch('text');
    expect(answers).toHaveLength(5);
    answers[4]?.(TEXT);
    expect(await fetched).toMatchObject({ ok: true });
    expect(await fetchLate()).toEqual(TIMEOUT);
    expect(await target.fetch('text')).toEqual(STILL_RUNNING);
  });

  it('holds up no close, and nothing is asked for afterwards', async () => {
    const { target, answers, clock } = hanging();
    const fetched = target.fetch('text');
    await target.close();
    expect(await fetched).toEqual({ ok: false, error: { reason: 'closed' } });
    expect(await target.fetch('text')).toEqual({ ok: false, error: { reason: 'closed' } });
    expect(answers).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a source that answers', () => {
  it.each([
    ['text by its type', giving(TEXT, 'text/plain; version=0.0.4; charset=utf-8'), 'text', false],
    ['text that may quote names', giving(TEXT, 'text/plain; version=1.0.0'), 'text', true],
    ['OpenMetrics by its type', giving(OPENMETRICS, Registry.OPENMETRICS_CONTENT_TYPE), 'openmetrics', true],
    ['OpenMetrics by its end', giving(OPENMETRICS), 'openmetrics', true],
    ['OpenMetrics without a last line feed', giving(OPENMETRICS.trimEnd()), 'openmetrics', true],
    ['nothing but an end', giving('# EOF'), 'openmetrics', true],
    ['text without a type', giving(TEXT), 'text', false],
    ['text that only mentions the end', giving(`${TEXT}## EOF\n`), 'text', false],
    ['nothing', giving(''), 'text', false],
  ] as const)('with %s is read so', async (_, source, format, quotedNames) => {
    const fetched = await targetOf(source).target.fetch('openmetrics');
    expect(fetched).toMatchObject({ ok: true, value: { format, quotedNames } });
  });

  it('gives its text as UTF-8, with its size and how long it took', async () => {
    const { target, clock } = targetOf({
      metrics() {
        clock.advance(25);
        return '# HELP a Grüße\na 1\n';
      },
    });
    const fetched = await target.fetch('text');
    expect(fetched).toMatchObject({ ok: true, value: { receivedBytes: 21, durationMs: 25 } });
    expect(fetched.ok && Buffer.from(fetched.value.body).toString()).toBe('# HELP a Grüße\na 1\n');
    expect(clock.pendingTimers).toBe(0);
  });

  it('may be a registry of prom-client in either format', async () => {
    for (const [type, format] of [
      [Registry.PROMETHEUS_CONTENT_TYPE, 'text'],
      [Registry.OPENMETRICS_CONTENT_TYPE, 'openmetrics'],
    ] as const) {
      const registry = new Registry<RegistryContentType>();
      registry.setContentType(type);
      new Counter({ name: 'served_total', help: 'Served.', registers: [registry] }).inc(2);
      const fetched = await targetOf(registry).target.fetch('text');
      expect(fetched).toMatchObject({ ok: true, value: { format } });
      expect(fetched.ok && Buffer.from(fetched.value.body).toString()).toContain('served_total 2\n');
    }
  });
});
