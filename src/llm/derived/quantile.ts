// A quantile of a classic histogram, as Prometheus' histogram_quantile estimates it. Pure.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile

/** A histogram whose series were put together. */
export interface CumulativeBuckets {
  /** Finite upper bounds, rising. */
  readonly bounds: readonly number[];
  /** Observations up to each bound. */
  readonly counts: readonly number[];
  /** Observations of all. */
  readonly count: number;
}

/**
 * The quantile, in the unit of the bounds: on a straight line within its bucket, which begins at 0 where it is the first.
 * The last bound where it lies beyond that; 0 of nothing; null where there is no bound to tell by, or a bucket holds what is
 * no number of observations.
 */
export function histogramQuantile(
  quantile: number,
  { bounds, counts, count }: CumulativeBuckets,
): number | null {
  if (![count, ...counts].every(isAmount)) return null;
  if (count === 0) return 0;
  if (bounds.length === 0) return null;
  const rank = quantile * count;
  let before = 0;
  for (const [at, bound] of bounds.entries()) {
    // Series that are read while they are counted can fall by a little.
    const reached = Math.max(before, counts[at] ?? 0);
    if (reached >= rank) {
      // Where the first bucket ends at 0 or below, it has no beginning that is known.
      const start = at === 0 ? Math.min(0, bound) : (bounds[at - 1] ?? 0);
      return start + (bound - start) * ((rank - before) / (reached - before));
    }
    before = reached;
  }
  return bounds.at(-1) ?? null;
}

/** Whether so much can have been counted. */
export function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
