// The metrics of a view that the sources of a preset name, added up while the view is read. A metric that the view
// declares to be of another type is another metric, whatever it is called.

import { escapeFamilyName, isClassicMetricName } from '../../exposition/names.js';
import { BucketSums } from './bucket-sums.js';
import { NameTable } from './name-table.js';
import type { CumulativeBuckets } from './quantile.js';
import type { ReadSample, SampleSink, TypeSink } from './sample-reader.js';
import { MEMORY_GAUGE, START_GAUGE, type SummarySources } from './sources.js';

/** What a metric is that has no type: text and OpenMetrics have a word for it each. It may be of any. */
const NO_TYPES: readonly string[] = ['untyped', 'unknown'];

/** What the series of a metric come to. */
export interface SeriesValues {
  readonly sum: number;
  /** NaN where one of them is. */
  readonly least: number;
}

/** Adds up, and keeps the least. */
class Values implements SampleSink {
  #found: SeriesValues | undefined;

  take({ value }: ReadSample): void {
    const { sum, least } = this.#found ?? { sum: 0, least: Infinity };
    this.#found = { sum: sum + value, least: Math.min(least, value) };
  }

  result(): SeriesValues | undefined {
    return this.#found;
  }
}

/** Hands on the samples of a metric as long as it can be of the type that is asked for. */
class Typed<S extends SampleSink> implements SampleSink, TypeSink {
  readonly sums: S;
  readonly #type: string;
  #fits = true;

  constructor(type: 'counter' | 'gauge' | 'histogram', sums: S) {
    this.#type = type;
    this.sums = sums;
  }

  declare(type: string): void {
    this.#fits = type === this.#type || NO_TYPES.includes(type);
  }

  take(sample: ReadSample): void {
    if (this.#fits) this.sums.take(sample);
  }
}

/** Everything that the sources of a preset name. */
export class FoundMetrics {
  readonly sinks: NameTable<SampleSink>;
  /** By the names that metadata has. */
  readonly types: NameTable<TypeSink>;
  readonly #memory = new Typed('gauge', new Values());
  readonly #starts = new Typed('gauge', new Values());
  readonly #counters = new Map<string, Typed<Values>>();
  readonly #histograms = new Map<string, Typed<BucketSums>>();

  constructor({ requests, latency, cache }: SummarySources) {
    for (const { kind, name } of [...requests, ...latency]) {
      if (kind === 'counter') this.#counters.set(name, new Typed('counter', new Values()));
      else this.#histograms.set(name, new Typed('histogram', new BucketSums()));
    }
    for (const { hits, others } of cache) {
      for (const name of [hits, others.name]) {
        this.#counters.set(name, new Typed('counter', new Values()));
      }
    }
    const values = [[MEMORY_GAUGE, this.#memory], [START_GAUGE, this.#starts], ...this.#counters] as const;
    const families = [...this.#histograms].flatMap(([name, sums]) =>
      familyNames(name).map((family) => [family, sums] as const),
    );
    const buckets = families.map(([family, sums]) => [`${family}_bucket`, sums] as const);
    this.sinks = new NameTable<SampleSink>([...values, ...buckets]);
    this.types = new NameTable<TypeSink>([
      ...values,
      // OpenMetrics has the suffix of a counter at its samples alone, and that one is of no other type.
      ...families,
      ...buckets,
    ]);
  }

  counter(name: string): SeriesValues | undefined {
    return this.#counters.get(name)?.sums.result();
  }

  histogram(name: string): CumulativeBuckets | undefined {
    return this.#histograms.get(name)?.sums.result();
  }

  memory(): SeriesValues | undefined {
    return this.#memory.sums.result();
  }

  starts(): SeriesValues | undefined {
    return this.#starts.sums.result();
  }
}

/** How a histogram may be called in a view. */
function familyNames(family: string): readonly string[] {
  const escaped = escapeFamilyName({ name: family, type: 'histogram' }, 'text');
  return isClassicMetricName(family) ? [escaped] : [family, escaped];
}
