// The summary of a target, from the rendered view of a credential: nothing else of the target is known here, so that it
// can count nobody whom the credential may not see. What the view does not have is null, never invented.

import type { ByteChunks } from '../../internal/byte-chunks.js';
import type { PresetName } from '../../views/options.js';
import { BYTES_PER_MB, SUMMARY_METRICS, type Summary } from '../summary.js';
import { FoundMetrics, type SeriesValues } from './found-metrics.js';
import { walkLines } from './lines.js';
import { NameTable } from './name-table.js';
import { histogramQuantile, isAmount } from './quantile.js';
import { createSampleReader } from './sample-reader.js';
import {
  SUMMARY_SOURCES,
  type CacheSource,
  type CounterSource,
  type HistogramSource,
  type SummarySources,
} from './sources.js';
import type { SourcedTotal } from './total-rates.js';

/** What a summary is made from besides the view. */
export interface DeriveContext {
  readonly preset: PresetName;
  /** Unix time. */
  readonly nowMs: number;
  /** How fast a total of requests grows. */
  readonly perSecond: (total: SourcedTotal) => number | null;
  /** Whether the view would show a counter if the target had it, by the name of its samples. */
  readonly isSelected: (name: string) => boolean;
}

/** What was found in a view. */
export interface DerivedSummary {
  readonly summary: Summary<number | null>;
  /** Names of the view, of families and of samples, that metrics of a summary have as well. */
  readonly taken: ReadonlySet<string>;
}

const MS_PER_SECOND = 1000;
const TOTAL = '_total';
/** Clocks of two machines differ by so much; a start further in the future is no time of day. */
const MAX_SKEW_SECONDS = 60;

/** Derives the summary from the body of a view, in slices. */
export function* deriveSummary(body: ByteChunks, context: DeriveContext): Generator<void, DerivedSummary> {
  const sources = SUMMARY_SOURCES[context.preset];
  const found = new FoundMetrics(sources);
  const taken = new Set<string>();
  yield* walkLines(
    body,
    createSampleReader({
      sinks: found.sinks,
      types: found.types,
      named(bytes, from, to) {
        const name = SUMMARY_NAMES.find(bytes, from, to);
        if (name !== undefined) taken.add(name);
      },
    }),
  );
  return { summary: summaryOf(found, sources, context), taken };
}

/** Every name that a metric of a summary has in one format or the other. */
const SUMMARY_NAMES = new NameTable(
  SUMMARY_METRICS.flatMap(({ name }) => {
    const family = name.endsWith(TOTAL) ? name.slice(0, -TOTAL.length) : name;
    return [name, family].map((alike) => [alike, alike] as const);
  }),
);

function summaryOf(
  found: FoundMetrics,
  { requests, latency, cache }: SummarySources,
  { nowMs, perSecond, isSelected }: DeriveContext,
): Summary<number | null> {
  const nowSeconds = nowMs / MS_PER_SECOND;
  const { source, total } = first(requests, (asked) => requestsOf(found, asked)) ?? UNKNOWN_REQUESTS;
  const memory = found.memory();
  const bytes = memory === undefined ? null : amountOf(memory);
  return {
    timestamp: Math.floor(nowSeconds),
    uptime_seconds: uptime(found.starts(), nowSeconds),
    cache: first(cache, (asked) => cacheOf(found, asked, isSelected)) ?? UNKNOWN_CACHE,
    latency: first(latency, (asked) => latencyOf(found, asked)) ?? UNKNOWN_LATENCY,
    memory: {
      current_mb: bytes === null ? null : bytes / BYTES_PER_MB,
      peak_mb: null,
      growth_percent: null,
    },
    throughput: {
      total_requests: total,
      requests_per_second: total === null ? null : perSecond({ source, total }),
    },
  };
}

const UNKNOWN_REQUESTS = { source: '', total: null };
const UNKNOWN_CACHE = { cache_hits: null, cache_misses: null, hit_rate: null };
const UNKNOWN_LATENCY = { p50: null, p95: null, p99: null, count: null };

/** Of the first one that the view has, whether its numbers can be told or not. */
function first<S, T>(sources: readonly S[], read: (source: S) => T | undefined): T | undefined {
  for (const source of sources) {
    const value = read(source);
    if (value !== undefined) return value;
  }
  return undefined;
}

function requestsOf(
  found: FoundMetrics,
  { kind, name }: CounterSource | HistogramSource,
): { readonly source: string; readonly total: number | null } | undefined {
  if (kind === 'counter') {
    const counter = found.counter(name);
    return counter && { source: name, total: amountOf(counter) };
  }
  const buckets = found.histogram(name);
  return buckets && { source: name, total: isAmount(buckets.count) ? buckets.count : null };
}

function cacheOf(
  found: FoundMetrics,
  { hits, others }: CacheSource,
  isSelected: DeriveContext['isSelected'],
): Summary<number | null>['cache'] | undefined {
  const hit = found.counter(hits);
  const other = found.counter(others.name);
  if (hit === undefined && other === undefined) return undefined;
  /** Counters appear at their first use: one that the view would show and the target does not have has counted nothing. */
  const missing = (name: string): number | null => (isSelected(name) ? 0 : null);
  const cache_hits = hit === undefined ? missing(hits) : amountOf(hit);
  const counted = other === undefined ? missing(others.name) : amountOf(other);
  const isBroken = (values: SeriesValues | undefined): boolean =>
    values !== undefined && amountOf(values) === null;
  if (isBroken(hit) || isBroken(other)) return UNKNOWN_CACHE;
  if (others.counted === 'some') {
    return { cache_hits, cache_misses: other === undefined ? null : counted, hit_rate: null };
  }
  const cache_misses = others.are === 'misses' ? counted : difference(counted, cache_hits);
  return { cache_hits, cache_misses, hit_rate: rateOf(cache_hits, cache_misses) };
}

/** Both are read one after the other while they are counted, so that the part can be ahead. */
function difference(whole: number | null, part: number | null): number | null {
  return whole === null || part === null ? null : Math.max(0, whole - part);
}

function rateOf(hits: number | null, misses: number | null): number | null {
  if (hits === null || misses === null) return null;
  const asked = hits + misses;
  if (asked === 0) return 0;
  return Number.isFinite(asked) ? hits / asked : null;
}

function latencyOf(
  found: FoundMetrics,
  { name, unitMs }: HistogramSource,
): Summary<number | null>['latency'] | undefined {
  const buckets = found.histogram(name);
  if (buckets === undefined) return undefined;
  const { count } = buckets;
  if (!isAmount(count)) return UNKNOWN_LATENCY;
  const quantile = (q: number): number | null => {
    const ms = (histogramQuantile(q, buckets) ?? Number.NaN) * unitMs;
    return Number.isFinite(ms) ? ms : null;
  };
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), count };
}

/** Of several processes the oldest says for how long the target has been up. No process began with Unix time itself. */
function uptime(starts: SeriesValues | undefined, nowSeconds: number): number | null {
  const start = starts?.least ?? Number.NaN;
  return start > 0 && start <= nowSeconds + MAX_SKEW_SECONDS ? Math.max(0, nowSeconds - start) : null;
}

/** NaN, infinity and what is negative are nothing that can have been counted. */
function amountOf({ sum, least }: SeriesValues): number | null {
  return isAmount(sum) && isAmount(least) ? sum : null;
}
