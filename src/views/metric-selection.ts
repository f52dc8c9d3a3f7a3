// Which metrics are in a view at all, by glob on their names; what is dropped stays out even when also kept.

import type { ExpositionFormat, Family } from '../exposition/model.js';
import { compileGlobs } from './glob.js';
import type { ResolvedViewOptions } from './options.js';

/** Compiles the selection of a view. */
export function compileMetricSelection({ keep, drop }: ResolvedViewOptions): (metric: string) => boolean {
  const isKept = keep.length === 0 ? (): boolean => true : compileGlobs(keep);
  const isDropped = compileGlobs(drop);
  return (metric) => isKept(metric) && !isDropped(metric);
}

/**
 * The name under which rules know a family, the same in both formats: as in a query, so with `_total` for an
 * OpenMetrics counter and `_info` for an info metric; histograms and summaries without their suffixes.
 */
export function metricName(family: Pick<Family, 'name' | 'type'>, format: ExpositionFormat): string {
  if (format === 'text') return family.name;
  if (family.type === 'counter') return `${family.name}_total`;
  if (family.type === 'info') return `${family.name}_info`;
  return family.name;
}
