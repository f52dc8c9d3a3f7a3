// Holds the samples of a histogram to each other: bounds are numbers; in OpenMetrics they rise within each label set
// and end at +Inf. Text 0.0.4 is not held to the order: Prometheus never was, and clients print it differently.
// Text 0.0.4 ("Histograms and summaries"), OpenMetrics 1.0 ("Histogram", "GaugeHistogram").

import type { ExpositionFormat, Sample } from './model.js';
import { parseNumber } from './number.js';
import type { ExpositionReason } from './problem.js';
import type { SampleRole } from './roles.js';
import { seriesKey } from './series-key.js';

/** The upper bound of a bucket; undefined when its `le` label is missing, no number or NaN. */
function bucketBound(sample: Sample): number | undefined {
  const le = sample.labels.find(({ name }) => name === 'le');
  const bound = le === undefined ? undefined : parseNumber(le.value);
  return Number.isNaN(bound) ? undefined : bound;
}

/** The bounds seen so far of one histogram family, by label set. */
export class BucketCheck {
  readonly #inOrder: boolean;
  /** NaN where a sum or a count came before any bucket. */
  readonly #lastBounds = new Map<string, number>();

  constructor(format: ExpositionFormat) {
    this.#inOrder = format === 'openmetrics';
  }

  /** Takes note of a sample of the histogram; a reason when it does not fit those before it. */
  add(role: SampleRole, sample: Sample): ExpositionReason | undefined {
    return role === 'bucket' ? this.#addBucket(sample) : this.#addOther(role, sample);
  }

  /** A reason when some label set has no +Inf bucket. */
  finish(): ExpositionReason | undefined {
    for (const bound of this.#lastBounds.values()) {
      if (bound !== Infinity) return 'histogram without a +Inf bucket';
    }
    return undefined;
  }

  #addBucket(sample: Sample): ExpositionReason | undefined {
    const bound = bucketBound(sample);
    if (bound === undefined) return 'bucket without a numeric le label';
    if (!this.#inOrder) return undefined;
    const group = seriesKey('', sample.labels, 'le');
    if ((this.#lastBounds.get(group) ?? NaN) >= bound) return 'buckets out of order';
    this.#lastBounds.set(group, bound);
    return undefined;
  }

  #addOther(role: SampleRole, sample: Sample): undefined {
    if (!this.#inOrder || role === 'created') return;
    const group = seriesKey('', sample.labels);
    if (!this.#lastBounds.has(group)) this.#lastBounds.set(group, NaN);
  }
}
