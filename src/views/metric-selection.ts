// Which metrics are in a view at all, by glob on their names; what is dropped stays out even when also kept.

import { compileGlobs } from './glob.js';
import type { MetricNames } from './metric-names.js';
import type { ResolvedViewOptions } from './options.js';

/** Compiles globs on metrics into a predicate: true when any of them fits any of the metric's names. */
export function compileMetricGlobs(globs: readonly string[]): (metric: MetricNames) => boolean {
  const fits = compileGlobs(globs);
  return ({ all }) => all.some(fits);
}

/** Compiles the selection of a view. */
export function compileMetricSelection({
  keep,
  drop,
}: ResolvedViewOptions): (metric: MetricNames) => boolean {
  const isKept = keep.length === 0 ? (): boolean => true : compileMetricGlobs(keep);
  const isDropped = compileMetricGlobs(drop);
  return (metric) => isKept(metric) && !isDropped(metric);
}
