// The numbers that people ask for first, as one JSON object and as metrics. The member names are those of the JSON.
// Pure. A number that is not known is `null`; it has no metric, for zero would be an invention.

import type { ExpositionFormat, Family } from '../exposition/model.js';
import { formatNumber } from '../exposition/number.js';
import { serialiseExposition } from '../exposition/serialise.js';

/** A megabyte of the summary. */
export const BYTES_PER_MB: number = 1024 * 1024;

/** The summary; `N` is what its numbers are where they need not be known. */
export interface Summary<N extends number | null = number> {
  /** When it was made: whole seconds since the Unix epoch. */
  readonly timestamp: number;
  /** Since counting began. */
  readonly uptime_seconds: N;
  readonly cache: {
    readonly cache_hits: N;
    readonly cache_misses: N;
    /** Hits of all requests that the cache was asked for, from 0 to 1; 0 before the first. */
    readonly hit_rate: N;
  };
  /** Milliseconds; 0 before the first request. */
  readonly latency: { readonly p50: N; readonly p95: N; readonly p99: N; readonly count: N };
  /** Resident memory of the process, in megabytes of 1,048,576 bytes. */
  readonly memory: {
    readonly current_mb: N;
    readonly peak_mb: N;
    /** By how much it grew since counting began. */
    readonly growth_percent: N;
  };
  readonly throughput: {
    readonly total_requests: N;
    /** Over the last minute, or since counting began where that is shorter. */
    readonly requests_per_second: N;
  };
}

/** A summary of which every number is known. */
export type LlmSummary = Summary;

interface SummaryMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly value: (summary: Summary<number | null>) => number | null;
}

/** The metrics of a summary, in their order. */
export const SUMMARY_METRICS: readonly SummaryMetric[] = [
  {
    name: 'cache_hit_total',
    type: 'counter',
    help: 'Requests answered from the cache.',
    value: ({ cache }) => cache.cache_hits,
  },
  {
    name: 'cache_miss_total',
    type: 'counter',
    help: 'Requests that the cache was asked for in vain.',
    value: ({ cache }) => cache.cache_misses,
  },
  {
    name: 'cache_hit_rate',
    type: 'gauge',
    help: 'Hits of all requests that the cache was asked for, from 0 to 1.',
    value: ({ cache }) => cache.hit_rate,
  },
  {
    name: 'request_latency_p50',
    type: 'gauge',
    help: 'Latency that half of the requests keep, in milliseconds.',
    value: ({ latency }) => latency.p50,
  },
  {
    name: 'request_latency_p95',
    type: 'gauge',
    help: 'Latency that 95 % of the requests keep, in milliseconds.',
    value: ({ latency }) => latency.p95,
  },
  {
    name: 'request_latency_p99',
    type: 'gauge',
    help: 'Latency that 99 % of the requests keep, in milliseconds.',
    value: ({ latency }) => latency.p99,
  },
  {
    name: 'memory_current_mb',
    type: 'gauge',
    help: 'Resident memory of the process, in megabytes.',
    value: ({ memory }) => memory.current_mb,
  },
  {
    name: 'requests_per_second',
    type: 'gauge',
    help: 'Requests a second, over the last minute.',
    value: ({ throughput }) => throughput.requests_per_second,
  },
  {
    name: 'requests_total',
    type: 'counter',
    help: 'Requests.',
    value: ({ throughput }) => throughput.total_requests,
  },
];

const TOTAL = '_total';

/** The summary as families of an exposition in `format`, without what is not known. */
export function summaryFamilies(
  summary: Summary<number | null>,
  format: ExpositionFormat = 'text',
): readonly Family[] {
  return SUMMARY_METRICS.flatMap(({ name, type, help, value }) => {
    const number = value(summary);
    if (number === null) return [];
    // OpenMetrics has the suffix of a counter at its samples alone.
    const isShort = format === 'openmetrics' && type === 'counter' && name.endsWith(TOTAL);
    const family = isShort ? name.slice(0, -TOTAL.length) : name;
    return [
      { name: family, type, typed: true, help, samples: [{ name, labels: [], value: formatNumber(number) }] },
    ];
  });
}

/** The summary as a whole exposition. */
export function summaryExposition(
  summary: Summary<number | null>,
  format: ExpositionFormat = 'text',
): Uint8Array {
  return serialiseExposition({ format, families: summaryFamilies(summary, format) });
}
