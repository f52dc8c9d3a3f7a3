// Which metrics are in a view at all, by glob on their names; what is dropped stays out even when also kept.

import { compileGlob, compileGlobs } from './glob.js';
import type { MetricNames } from './metric-names.js';
import type { ResolvedViewOptions } from './options.js';

/** Compiles globs on metrics into a predicate: true when any of them fits any of the metric's names. */
export function compileMetricGlobs(globs: readonly string[]): (metric: MetricNames) => boolean {
  const fits = compileGlobs(globs);
  return ({ all }) => all.some(fits);
}

/** Whether a metric is in a view, and the glob that says so. */
export interface MetricSelection {
  readonly isSelected: boolean;
  /** `all` where there is nothing to keep or drop by; `unnamed` where `keep` does not name the metric. */
  readonly by: 'all' | 'keep' | 'drop' | 'unnamed';
  /** Absent where no glob fits. */
  readonly glob?: string;
}

const ALL: MetricSelection = { isSelected: true, by: 'all' };
const UNNAMED: MetricSelection = { isSelected: false, by: 'unnamed' };

/** Compiles the selection of a view. */
export function compileMetricSelection({
  keep,
  drop,
}: ResolvedViewOptions): (metric: MetricNames) => MetricSelection {
  const rules = [
    ...drop.map((glob) => compileSelectionRule(glob, 'drop')),
    ...keep.map((glob) => compileSelectionRule(glob, 'keep')),
  ];
  const otherwise = keep.length === 0 ? ALL : UNNAMED;
  return ({ all }) => rules.find(({ fits }) => all.some(fits))?.selection ?? otherwise;
}

function compileSelectionRule(
  glob: string,
  by: 'keep' | 'drop',
): { readonly fits: (name: string) => boolean; readonly selection: MetricSelection } {
  return { fits: compileGlob(glob), selection: { isSelected: by === 'keep', by, glob } };
}
