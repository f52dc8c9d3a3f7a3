// What a preset is: what is known about one kind of software, so that an operator need not write it down.

import type { GaugeFunction, LabelAction, LabelRule } from '../options.js';

/** Rules for labels and gauges, the first that fits wins. */
export interface Preset {
  readonly rules: readonly LabelRule[];
  /** Glob on the metric name → how its gauges are put together when they become equal. */
  readonly gauges: readonly (readonly [metric: string, gaugeFunction: GaugeFunction])[];
  /** Values that stand for "nobody": they stay readable where a pseudonym would stand. */
  readonly placeholders: readonly string[];
}

/** One rule for each label name. */
export function rulesFor(action: LabelAction, labels: readonly string[]): readonly LabelRule[] {
  return labels.map((label) => ({ label, action }));
}
