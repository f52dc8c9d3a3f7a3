// Holds the buckets of an OpenMetrics histogram to their order: bounds rise within each label set and end at +Inf.
// Text 0.0.4 is not held to it: Prometheus never was, and multiprocess clients print their sums first.
// OpenMetrics 1.0, "Histogram" and "GaugeHistogram".

import type { Sample } from './model.js';
import type { ExpositionReason } from './problem.js';
import type { SampleRole } from './roles.js';
import { bucketBound } from './sample-rules.js';
import { seriesKey } from './series-key.js';

/** The bounds seen so far of one histogram family, by label set. */
export class BucketCheck {
  readonly #lastBounds = new Map<string, number>();

  /** Takes note of a sample; a reason when its bucket does not follow the one before it. */
  add(role: SampleRole, sample: Sample): ExpositionReason | undefined {
    if (role === 'created') return undefined;
    const group = seriesKey('', sample.labels, role === 'bucket' ? 'le' : undefined);
    const last = this.#lastBounds.get(group);
    if (role !== 'bucket') {
      this.#lastBounds.set(group, last ?? NaN);
      return undefined;
    }
    const bound = bucketBound(sample) ?? NaN;
    if (last !== undefined && last >= bound) return 'buckets out of order';
    this.#lastBounds.set(group, bound);
    return undefined;
  }

  /** A reason when some label set has no +Inf bucket. */
  finish(): ExpositionReason | undefined {
    for (const bound of this.#lastBounds.values()) {
      if (bound !== Infinity) return 'histogram without a +Inf bucket';
    }
    return undefined;
  }
}
