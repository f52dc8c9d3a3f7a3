// Histograms and counters as a prom-client registry prints them, without what prom-client does for each observation:
// it builds the key of a series anew out of every label. Here whoever counts holds the series itself.
// They never throw, keep no more series than they are asked to, and are printed in the order in which they came.

import type { MetricDefinition } from './conventions.js';

/** Labels of a series; absent ones have no member. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** One line of an exposition, as prom-client wants it. */
interface PrintedValue {
  /** `le` is a number, but for the infinite one. */
  readonly labels: Readonly<Record<string, string | number>>;
  readonly sharedLabels?: SeriesLabels;
  readonly value: number;
  readonly metricName?: string;
}

/** What a metric gives prom-client. */
interface PrintedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly PrintedValue[];
}

/** Lines of one series of a metric. */
export function linesOfSeries({ type, buckets }: MetricDefinition): number {
  // `+Inf`, `_sum` and `_count`.
  return type === 'histogram' ? buckets.length + 3 : 1;
}

/** What all metrics have for a registry. */
abstract class RegisteredMetric {
  /** Not read-only: a registry that prints OpenMetrics takes `_total` away. */
  name: string;
  readonly help: string;
  readonly type: string;
  /** How a cluster puts the numbers of its workers together. */
  readonly aggregator = 'sum';

  constructor({ name, help, type }: MetricDefinition) {
    this.name = name;
    this.help = help;
    this.type = type;
  }

  /** With all labels in each value, for JSON and clusters. */
  get(): Promise<PrintedMetric> {
    const values = this.values().map(({ labels, sharedLabels, ...rest }) => ({
      ...rest,
      labels: { ...labels, ...sharedLabels },
    }));
    return Promise.resolve(this.#printed(values));
  }

  /** With the labels of a series beside those of its lines, so that they are escaped once. */
  getForPromString(): Promise<PrintedMetric> {
    return Promise.resolve(this.#printed(this.values()));
  }

  /** Begins anew at zero. */
  abstract reset(): void;

  protected abstract values(): readonly PrintedValue[];

  #printed(values: readonly PrintedValue[]): PrintedMetric {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values };
  }
}

/** One series of a counter. */
export class CounterSeries {
  readonly labels: SeriesLabels;
  readonly #isAlwaysShown: boolean;
  #value = 0;
  #isUsed = false;

  constructor(labels: SeriesLabels, isAlwaysShown: boolean) {
    this.labels = labels;
    this.#isAlwaysShown = isAlwaysShown;
  }

  get value(): number {
    return this.#value;
  }

  /** A counter that nothing was added to yet, or zero alone, can be shown: zero is a number. */
  get isShown(): boolean {
    return this.#isUsed || this.#isAlwaysShown;
  }

  /** `amount`: finite, not negative. */
  add(amount: number): void {
    this.#value += amount;
    this.#isUsed = true;
  }

  reset(): void {
    this.#value = 0;
    this.#isUsed = false;
  }
}

/** A counter. */
export class CounterMetric extends RegisteredMetric {
  readonly #series: CounterSeries[] = [];

  /** A new series. The caller sees to it that there is none with these labels. It is printed once it was used, or always. */
  series(labels: SeriesLabels, isAlwaysShown = false): CounterSeries {
    const added = new CounterSeries(labels, isAlwaysShown);
    this.#series.push(added);
    return added;
  }

  override reset(): void {
    for (const series of this.#series) series.reset();
  }

  protected override values(): readonly PrintedValue[] {
    return this.#series.filter(({ isShown }) => isShown).map(({ labels, value }) => ({ labels, value }));
  }
}

/** One series of a histogram. */
export class HistogramSeries {
  readonly labels: SeriesLabels;
  readonly #bounds: readonly number[];
  /** Observations of each bucket alone, the infinite one last. */
  readonly #counts: Float64Array;
  #sum = 0;
  #count = 0;

  constructor(labels: SeriesLabels, bounds: readonly number[]) {
    this.labels = labels;
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  get count(): number {
    return this.#count;
  }

  /** `value`: finite, not negative. */
  observe(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#count += 1;
  }

  reset(): void {
    this.#counts.fill(0);
    this.#sum = 0;
    this.#count = 0;
  }

  values(name: string): readonly PrintedValue[] {
    const { labels: sharedLabels } = this;
    let cumulative = 0;
    const buckets = this.#bounds.map((le, bucket) => {
      cumulative += this.#counts[bucket] ?? 0;
      return { labels: { le }, sharedLabels, value: cumulative, metricName: `${name}_bucket` };
    });
    return [
      ...buckets,
      { labels: { le: '+Inf' }, sharedLabels, value: this.#count, metricName: `${name}_bucket` },
      { labels: {}, sharedLabels, value: this.#sum, metricName: `${name}_sum` },
      { labels: {}, sharedLabels, value: this.#count, metricName: `${name}_count` },
    ];
  }
}

/** A histogram. */
export class HistogramMetric extends RegisteredMetric {
  readonly #bounds: readonly number[];
  readonly #series: HistogramSeries[] = [];

  constructor(definition: MetricDefinition) {
    super(definition);
    this.#bounds = definition.buckets;
  }

  /** A new series. The caller sees to it that there is none with these labels. It is printed once it was used. */
  series(labels: SeriesLabels): HistogramSeries {
    const added = new HistogramSeries(labels, this.#bounds);
    this.#series.push(added);
    return added;
  }

  override reset(): void {
    for (const series of this.#series) series.reset();
  }

  protected override values(): readonly PrintedValue[] {
    return this.#series.filter(({ count }) => count > 0).flatMap((series) => series.values(this.name));
  }
}
