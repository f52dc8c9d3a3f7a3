// Which series belong to a view's tenant. Exact values of exact labels: nothing is trimmed, folded or guessed.
// A series without a scoped label is withheld unless its metric is shared by name: a total of all tenants, less
// one's own series, gives away the others.

import type { Label } from '../exposition/model.js';
import type { MetricNames } from './metric-names.js';
import { compileMetricGlobs } from './metric-selection.js';
import type { ResolvedViewOptions } from './options.js';

/** Whether a series of a metric is in the view. */
export type TenantScope = (labels: readonly Label[], metric: MetricNames) => boolean;

/** One scoped label and the values that are in the view. */
export interface ScopedLabel {
  readonly label: string;
  readonly allowed: ReadonlySet<string>;
}

/** The scoped labels of a view; none without `only`. */
export function scopedLabels({ only }: ResolvedViewOptions): readonly ScopedLabel[] {
  return Object.entries(only).map(([label, values]) => ({ label, allowed: new Set(values) }));
}

/** Compiles the tenant scope of a view; without `only` every series is in it. */
export function compileTenantScope(options: ResolvedViewOptions): TenantScope {
  const scoped = scopedLabels(options);
  if (scoped.length === 0) return () => true;
  const isShared = compileMetricGlobs(options.share);
  return (labels, metric) => {
    let missing = false;
    for (const { label, allowed } of scoped) {
      const found = labels.find(({ name }) => name === label);
      if (found === undefined) missing = true;
      // Another tenant's series stays out even where the metric is shared.
      else if (!allowed.has(found.value)) return false;
    }
    return !missing || isShared(metric);
  };
}
