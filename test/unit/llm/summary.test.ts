import { describe, expect, it } from 'vitest';
import type { ExpositionFormat } from '../../../src/exposition/model.js';
import { processMemory } from '../../../src/llm/process-memory.js';
import { SummarySource } from '../../../src/llm/summary-source.js';
import { BYTES_PER_MB, summaryExposition, type LlmSummary, type Summary } from '../../../src/llm/summary.js';
import { samplesOf } from '../../support/llm-scene.js';
import { CLOCK_START_MS, ManualClock } from '../../support/manual-clock.js';

const SECOND_MS = 1000;

function scene(): { readonly clock: ManualClock; readonly source: SummarySource; use: number } {
  const clock = new ManualClock();
  const state = { use: 100 * BYTES_PER_MB };
  const memory = (): { currentBytes: number; peakBytes: number } => ({
    currentBytes: state.use,
    peakBytes: 200 * BYTES_PER_MB,
  });
  return Object.assign(state, { clock, source: new SummarySource({ clock, memory }) });
}

describe('a summary', () => {
  it('is made of numbers alone, which are zero before the first request', () => {
    const { source } = scene();
    const expected: LlmSummary = {
      timestamp: CLOCK_START_MS / SECOND_MS,
      uptime_seconds: 0,
      cache: { cache_hits: 0, cache_misses: 0, hit_rate: 0 },
      latency: { p50: 0, p95: 0, p99: 0, count: 0 },
      memory: { current_mb: 100, peak_mb: 200, growth_percent: 0 },
      throughput: { total_requests: 0, requests_per_second: 0 },
    };
    expect(source.summary()).toEqual(expected);
    expect(JSON.parse(JSON.stringify(source.summary()))).toEqual(expected);
  });

  it('counts requests, hits and misses, and how fast they came', () => {
    const { source, clock } = scene();
    for (const cache of ['hit', 'hit', 'hit', 'miss', undefined] as const) {
      source.add(10, cache);
      clock.advance(SECOND_MS);
    }
    const { cache, throughput, uptime_seconds: uptime, timestamp } = source.summary();
    expect(cache).toEqual({ cache_hits: 3, cache_misses: 1, hit_rate: 0.75 });
    expect(throughput).toEqual({ total_requests: 5, requests_per_second: 1 });
    expect([uptime, timestamp]).toEqual([5, CLOCK_START_MS / SECOND_MS + 5]);
  });

  it('has latencies that are exact to a thousandth, from a microsecond to a day', () => {
    const { source } = scene();
    for (let ms = 1; ms <= 1000; ms += 1) source.add(ms, undefined);
    const { p50, p95, p99, count } = source.summary().latency;
    expect(count).toBe(1000);
    for (const [measured, exact] of [
      [p50, 500],
      [p95, 950],
      [p99, 990],
    ] as const) {
      expect(Math.abs(measured / exact - 1)).toBeLessThan(0.001);
    }
  });

  it('has the latency that so many requests keep, when they are few', () => {
    const { source } = scene();
    for (let at = 0; at < 10; at += 1) source.add(1, undefined);
    source.add(1000, undefined);
    const { p50, p95 } = source.summary().latency;
    expect([Math.round(p50), Math.round(p95)]).toEqual([1, 1000]);
  });

  it.each([
    [0, 0.001],
    [1e12, 86_400_000],
  ])('takes %d ms for %d ms', (durationMs, shown) => {
    const { source } = scene();
    source.add(durationMs, undefined);
    expect(Math.abs(source.summary().latency.p50 / shown - 1)).toBeLessThan(0.001);
  });

  it('counts a request whose latency is not known', () => {
    const { source } = scene();
    source.add(undefined, 'hit');
    const { latency, throughput, cache } = source.summary();
    expect([latency.count, throughput.total_requests, cache.cache_hits]).toEqual([0, 1, 1]);
  });

  it('says how memory grew, or shrank, since the start', () => {
    const world = scene();
    world.use = 150 * BYTES_PER_MB;
    expect(world.source.summary().memory).toEqual({ current_mb: 150, peak_mb: 200, growth_percent: 50 });
    world.use = 75 * BYTES_PER_MB;
    expect(world.source.summary().memory.growth_percent).toBe(-25);
  });
});

describe('summaryExposition', () => {
  const summary: LlmSummary = {
    timestamp: 1,
    uptime_seconds: 2,
    cache: { cache_hits: 3, cache_misses: 1, hit_rate: 0.75 },
    latency: { p50: 10.5, p95: 20, p99: 30, count: 4 },
    memory: { current_mb: 64, peak_mb: 65, growth_percent: 1 },
    throughput: { total_requests: 4, requests_per_second: 0.5 },
  };
  const EXPECTED = {
    cache_hit_total: '3',
    cache_miss_total: '1',
    cache_hit_rate: '0.75',
    request_latency_p50: '10.5',
    request_latency_p95: '20',
    request_latency_p99: '30',
    memory_current_mb: '64',
    requests_per_second: '0.5',
    requests_total: '4',
  };
  const valuesOf = (given: Summary<number | null>, format: ExpositionFormat): Record<string, string> =>
    Object.fromEntries(
      samplesOf(new TextDecoder().decode(summaryExposition(given, format)), format).map(({ name, value }) => [
        name,
        value,
      ]),
    );

  it.each(['text', 'openmetrics'] as const)('has every metric, as %s', (format) => {
    expect(valuesOf(summary, format)).toEqual(EXPECTED);
  });

  it('says what is a counter and what is a gauge', () => {
    const text = new TextDecoder().decode(summaryExposition(summary));
    const counters = [...text.matchAll(/^# TYPE (\w+) counter$/gm)].map(([, name]) => name);
    expect(counters).toEqual(['cache_hit_total', 'cache_miss_total', 'requests_total']);
    expect([...text.matchAll(/^# TYPE \w+ gauge$/gm)]).toHaveLength(6);
  });

  it('leaves out what is not known', () => {
    const partial = { ...summary, cache: { cache_hits: null, cache_misses: 2, hit_rate: null } };
    const { cache_hit_total: _hits, cache_hit_rate: _rate, ...rest } = EXPECTED;
    expect(valuesOf(partial, 'text')).toEqual({ ...rest, cache_miss_total: '2' });
  });
});

describe('processMemory', () => {
  it('is that of this process, of which the peak is the most', () => {
    const { currentBytes, peakBytes } = processMemory();
    expect(currentBytes).toBeGreaterThan(BYTES_PER_MB);
    expect(peakBytes).toBeGreaterThanOrEqual(currentBytes);
  });
});
