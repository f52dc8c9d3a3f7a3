// The summary of a target, from the rendered view of a credential: nothing else of the target is known here, so that it
// can count nobody whom the credential may not see. What the view does not have is null, never invented.

import { escapeFamilyName, isClassicMetricName } from '../../exposition/names.js';
import type { ByteChunks } from '../../internal/byte-chunks.js';
import type { PresetName } from '../../views/options.js';
import { BYTES_PER_MB, SUMMARY_METRICS, type Summary } from '../summary.js';
import { BucketSums } from './bucket-sums.js';
import { walkLines } from './lines.js';
import { NameTable } from './name-table.js';
import { histogramQuantile, type CumulativeBuckets } from './quantile.js';
import { createSampleReader, type ReadSample, type SampleSink } from './sample-reader.js';
import {
  MEMORY_GAUGE,
  START_GAUGE,
  SUMMARY_SOURCES,
  type CacheSource,
  type CounterSource,
  type HistogramSource,
  type SummarySources,
} from './sources.js';

/** What a summary is made from besides the view. */
export interface DeriveContext {
  readonly preset: PresetName;
  /** Unix time. */
  readonly nowMs: number;
  /** How fast a total grows. */
  readonly perSecond: (total: number) => number | null;
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

/** Adds up, and keeps the least. */
class Values implements SampleSink {
  sum: number | undefined;
  least = Infinity;

  take({ value }: ReadSample): void {
    this.sum = (this.sum ?? 0) + value;
    this.least = Math.min(this.least, value);
  }
}

/** Everything that the sources of a preset name. */
class FoundMetrics {
  readonly sinks: NameTable<SampleSink>;
  readonly memory: Values = new Values();
  readonly starts: Values = new Values();
  readonly #counters = new Map<string, Values>();
  readonly #histograms = new Map<string, BucketSums>();

  constructor({ requests, latency, cache }: SummarySources) {
    for (const { kind, name } of [...requests, ...latency]) {
      if (kind === 'counter') this.#counters.set(name, new Values());
      else this.#histograms.set(name, new BucketSums());
    }
    for (const { hits, others } of cache) {
      for (const name of [hits, others.name]) this.#counters.set(name, new Values());
    }
    this.sinks = new NameTable<SampleSink>([
      [MEMORY_GAUGE, this.memory],
      [START_GAUGE, this.starts],
      ...this.#counters,
      ...[...this.#histograms].flatMap(([name, sums]) =>
        bucketNames(name).map((bucket): [string, SampleSink] => [bucket, sums]),
      ),
    ]);
  }

  counter(name: string): number | undefined {
    return this.#counters.get(name)?.sum;
  }

  histogram(name: string): CumulativeBuckets | undefined {
    return this.#histograms.get(name)?.result();
  }
}

/** How the samples of a histogram's buckets may be called in a view. */
function bucketNames(family: string): readonly string[] {
  const escaped = escapeFamilyName({ name: family, type: 'histogram' }, 'text');
  return [...(isClassicMetricName(family) ? [] : [`${family}_bucket`]), `${escaped}_bucket`];
}

function summaryOf(
  found: FoundMetrics,
  { requests, latency, cache }: SummarySources,
  { nowMs, perSecond }: DeriveContext,
): Summary<number | null> {
  const nowSeconds = nowMs / MS_PER_SECOND;
  const total = first(requests, (source) => requestsOf(found, source));
  const memory = known(found.memory.sum);
  return {
    timestamp: Math.floor(nowSeconds),
    uptime_seconds: uptime(found.starts, nowSeconds),
    cache: first(cache, (source) => cacheOf(found, source)) ?? UNKNOWN_CACHE,
    latency: first(latency, (source) => latencyOf(found, source)) ?? UNKNOWN_LATENCY,
    memory: {
      current_mb: memory === null ? null : memory / BYTES_PER_MB,
      peak_mb: null,
      growth_percent: null,
    },
    throughput: {
      total_requests: total ?? null,
      requests_per_second: total === undefined ? null : perSecond(total),
    },
  };
}

const UNKNOWN_CACHE = { cache_hits: null, cache_misses: null, hit_rate: null };
const UNKNOWN_LATENCY = { p50: null, p95: null, p99: null, count: null };

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
): number | undefined {
  const value = kind === 'counter' ? found.counter(name) : found.histogram(name)?.count;
  return known(value) ?? undefined;
}

function cacheOf(
  found: FoundMetrics,
  { hits, others }: CacheSource,
): Summary<number | null>['cache'] | undefined {
  const hit = known(found.counter(hits));
  const other = known(found.counter(others.name));
  if (hit === null && other === null) return undefined;
  const cache_hits = hit ?? 0;
  if (others.counted === 'some') return { cache_hits, cache_misses: other, hit_rate: null };
  const cache_misses = others.are === 'misses' ? (other ?? 0) : Math.max(0, (other ?? 0) - cache_hits);
  const asked = cache_hits + cache_misses;
  return { cache_hits, cache_misses, hit_rate: asked === 0 ? 0 : cache_hits / asked };
}

function latencyOf(
  found: FoundMetrics,
  { name, unitMs }: HistogramSource,
): Summary<number | null>['latency'] | undefined {
  const buckets = found.histogram(name);
  if (buckets === undefined || !Number.isFinite(buckets.count)) return undefined;
  const quantile = (q: number): number | null => {
    const value = histogramQuantile(q, buckets);
    return value === null ? null : known(value * unitMs);
  };
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), count: buckets.count };
}

/** Of several processes the oldest says for how long the target has been up. */
function uptime({ sum, least }: Values, nowSeconds: number): number | null {
  if (sum === undefined || !Number.isFinite(least) || least > nowSeconds + MAX_SKEW_SECONDS) return null;
  return Math.max(0, nowSeconds - least);
}

/** NaN and infinity are no numbers that a summary can have. */
function known(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
