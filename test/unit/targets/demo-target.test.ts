import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ExpositionFormat } from '../../../src/exposition/model.js';
import { parseExposition } from '../../../src/exposition/parse.js';
import { createDemoTarget, DEMO_TENANTS } from '../../../src/targets/demo-target.js';
import { ManualClock } from '../../support/manual-clock.js';

const STEPS_MS = [0, 1, 999, 15_000, 60_000, 3_600_000, 86_400_000];

async function bodyOf(
  clock: ManualClock,
  target = createDemoTarget('demo', { clock }),
  format: ExpositionFormat = 'text',
) {
  const outcome = await target.fetch(format);
  if (!outcome.ok) throw new Error(outcome.error.reason);
  return Buffer.from(outcome.value.body).toString();
}

/** Series key to value, comments left out. */
function seriesOf(body: string): Map<string, number> {
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, key = '', value = ''] = /^(.*?[^\\]"\}|\w+) (\S+)/.exec(line) ?? [];
      return [key, Number(value.replace('Inf', 'Infinity'))];
    }),
  );
}

describe('the demo target', () => {
  test('answers nothing once it is closed', async () => {
    const target = createDemoTarget('demo', { clock: new ManualClock() });
    await target.close();
    expect(await target.fetch('text')).toEqual({ ok: false, error: { reason: 'closed' } });
  });

  test('has the size of a small gateway', async () => {
    const series = seriesOf(await bodyOf(new ManualClock()));
    expect(series.size).toBeGreaterThan(200);
    expect(series.size).toBeLessThan(600);
    expect([...series.keys()]).not.toContain('');
  });

  test.each(['text', 'openmetrics'] as const)(
    'gives the same %s at the same time, and moves on',
    async (format) => {
      const [a, b] = [new ManualClock(), new ManualClock()];
      const [one, other] = [createDemoTarget('one', { clock: a }), createDemoTarget('other', { clock: b })];
      a.advance(90_000);
      b.advance(30_000);
      b.advance(60_000);
      const before = await bodyOf(a, one, format);
      expect(await bodyOf(b, other, format)).toBe(before);
      expect(await bodyOf(a, one, format)).toBe(before);
      a.advance(15_000);
      expect(await bodyOf(a, one, format)).not.toBe(before);
    },
  );

  test('has counters and buckets that never fall, are whole, and always have the same series', async () => {
    const clock = new ManualClock();
    const target = createDemoTarget('demo', { clock });
    let before = seriesOf(await bodyOf(clock, target));
    for (const step of STEPS_MS) {
      clock.advance(step);
      const now = seriesOf(await bodyOf(clock, target));
      expect([...now.keys()]).toEqual([...before.keys()]);
      const cumulative = [...now].filter(([key]) => /^\w+_(?:total|bucket|count|sum)\{/.test(key));
      expect(cumulative.length).toBeGreaterThan(300);
      expect(cumulative.filter(([key, value]) => value < (before.get(key) ?? 0))).toEqual([]);
      const whole = cumulative.filter(([key]) => !/^\w+_sum|^litellm_spend/.test(key));
      expect(whole.filter(([, value]) => !Number.isInteger(value))).toEqual([]);
      before = now;
    }
  });

  test('has histograms whose buckets rise to their count', async () => {
    const series = seriesOf(await bodyOf(new ManualClock()));
    const histograms = new Map<string, number[]>();
    for (const [key, value] of series) {
      if (!key.includes('_bucket{')) continue;
      const countKey = key.replace(/le="[^"]*",/, '').replace('_bucket{', '_count{');
      histograms.set(countKey, [...(histograms.get(countKey) ?? []), value]);
    }
    expect(histograms.size).toBeGreaterThan(10);
    for (const [countKey, buckets] of histograms) {
      expect(buckets).toHaveLength(18);
      expect(buckets).toEqual(buckets.toSorted((x, y) => x - y));
      expect(series.get(countKey)).toBe(buckets.at(-1));
    }
  });

  test('agrees with itself: tokens in and out are the total, requests those of the deployments', async () => {
    const series = [...seriesOf(await bodyOf(new ManualClock()))];
    const sum = (name: string): number =>
      series.filter(([key]) => key.startsWith(`${name}{`)).reduce((total, [, value]) => total + value, 0);
    expect(sum('litellm_input_tokens_metric_total') + sum('litellm_output_tokens_metric_total')).toBe(
      sum('litellm_total_tokens_metric_total'),
    );
    expect(sum('litellm_proxy_total_requests_metric_total')).toBe(
      sum('litellm_deployment_total_requests_total'),
    );
    expect(sum('litellm_proxy_failed_requests_metric_total')).toBeGreaterThan(0);
  });

  test('has three tenants, each with several keys or users, and all that must not leak', async () => {
    const body = await bodyOf(new ManualClock());
    for (const { team } of Object.values(DEMO_TENANTS)) {
      expect(team).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const lines = body.split('\n').filter((line) => line.includes(`team="${team}"`));
      const callers = new Set(lines.map((line) => /hashed_api_key="(\w+)"/.exec(line)?.[1]));
      expect(callers.size).toBeGreaterThan(1);
    }
    expect(body).toContain(
      `hashed_api_key="${createHash('sha256').update('sk-demo-acme-prod').digest('hex')}"`,
    );
    expect(body).toContain('team_alias="Umbrella \\\\\\"Research\\\\\\""');
    expect(body).toContain('user_agent="claude-cli/2.0.14 (external, cli)"');
    expect(body).toMatch(/client_ip="10\./);
    expect(body).toMatch(/client_ip="2001:db8:/);
    expect(body).toContain('api_base="http://10.42.7.19:8000/v1"');
    expect(body).toContain('="None"');
  });

  test('has only addresses that belong to nobody', async () => {
    const body = await bodyOf(new ManualClock(), undefined, 'openmetrics');
    const hosts = [...body.matchAll(/[\w.]+@([\w.-]+)/g)].map(([, host]) => host);
    expect(hosts.length).toBeGreaterThan(10);
    expect(hosts.filter((host) => host?.endsWith('.example') !== true)).toEqual([]);
    const addresses = [...body.matchAll(/client_ip="([^"]+)"/g)].map(([, address]) => address ?? '');
    const reserved = /^(?:10\.|127\.0\.0\.1$|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)/;
    expect(addresses.filter((address) => !reserved.test(address))).toEqual([]);
  });

  test('follows the rules of OpenMetrics where it speaks it', async () => {
    const clock = new ManualClock();
    const body = await bodyOf(clock, undefined, 'openmetrics');
    expect(body.endsWith('\n# EOF\n')).toBe(true);
    const counters = [...body.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name ?? '');
    expect(counters).toContain('litellm_proxy_total_requests_metric');
    expect(counters.filter((name) => name.endsWith('_total'))).toEqual([]);
    const exemplars = [
      ...body.matchAll(/le="([^"]+)".* # \{trace_id="([0-9a-f]{32})",user="([^"]+)"\} (\S+) (\d+)$/gm),
    ];
    expect(exemplars.length).toBeGreaterThan(5);
    for (const [, le, traceId, user, value, timestamp] of exemplars) {
      expect(Number(value)).toBeLessThanOrEqual(Number(le));
      expect(`trace_id${traceId ?? ''}user${user ?? ''}`.length).toBeLessThanOrEqual(128);
      expect(Number(timestamp)).toBe(clock.nowMs() / 1000);
    }
    expect(exemplars.some(([, , , user]) => user?.includes('@'))).toBe(true);
  });

  test.each(['text', 'openmetrics'] as const)('is a valid exposition in %s', async (format) => {
    const body = Buffer.from(await bodyOf(new ManualClock(), undefined, format));
    expect(parseExposition(body, format)).toMatchObject({ ok: true });
  });

  test('has no exemplars in text, where they are not allowed', async () => {
    expect(await bodyOf(new ManualClock())).not.toMatch(/\} \S+ # \{/);
  });

  test('reports its name, format and size', async () => {
    const target = createDemoTarget('playground', { clock: new ManualClock() });
    expect(target.name).toBe('playground');
    const outcome = await target.fetch('openmetrics');
    expect(outcome).toMatchObject({ ok: true, value: { format: 'openmetrics', durationMs: 0 } });
    expect(outcome.ok && outcome.value.receivedBytes === outcome.value.body.length).toBe(true);
  });
});
