// Which series belong to a view's tenant. Exact values of exact labels: nothing is trimmed, folded or guessed.
// A series without a scoped label is withheld unless its metric is shared by name: a total of all tenants, less
// one's own series, gives away the others.

import type { Label } from '../exposition/model.js';
import type { MetricNames } from './metric-names.js';
import { compileMetricGlobs } from './metric-selection.js';
import type { ResolvedViewOptions } from './options.js';

/**
 * Why a series is in the view, or is not, as its own labels tell: nothing is scoped; its tenant is; its metric is shared;
 * its tenant is another one; it names none.
 */
export type ScopeVerdict = 'unscoped' | 'tenant' | 'shared' | 'other_tenant' | 'without_tenant';

/** Judges a series of a metric. */
export type TenantScope = (labels: readonly Label[], metric: MetricNames) => ScopeVerdict;

/** Whether a verdict puts a series into the view. */
export function isInScope(verdict: ScopeVerdict): boolean {
  return verdict !== 'other_tenant' && verdict !== 'without_tenant';
}

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
  if (scoped.length === 0) return () => 'unscoped';
  const isShared = compileMetricGlobs(options.share);
  return (labels, metric) => {
    let missing = false;
    for (const { label, allowed } of scoped) {
      const found = labels.find(({ name }) => name === label);
      if (found === undefined) missing = true;
      // Another tenant's series stays out even where the metric is shared.
      else if (!allowed.has(found.value)) return 'other_tenant';
    }
    if (!missing) return 'tenant';
    return isShared(metric) ? 'shared' : 'without_tenant';
  };
}
