// How gauges that became equal are put together. Only a declared function is ever used: adding gauges blindly gives
// numbers that mean nothing.

import { ExactSum } from './exact-sum.js';
import type { MetricNames } from './metric-names.js';
import { compileMetricGlobs } from './metric-selection.js';
import type { GaugeFunction, ResolvedViewOptions } from './options.js';
import { PRESETS } from './presets.js';

/** A declared function, and where it is declared. */
export interface GaugeRule {
  readonly gaugeFunction: GaugeFunction;
  readonly source: 'view' | 'preset';
  /** Its glob on metric names. */
  readonly glob: string;
}

/** The declared function of a metric; undefined where there is none. */
export type GaugeFunctions = (metric: MetricNames) => GaugeRule | undefined;

/** Compiles the gauge functions of a view: its own before its preset's, the first glob that fits. */
export function compileGaugeFunctions(options: ResolvedViewOptions): GaugeFunctions {
  const declared = [
    ...Object.entries(options.gauges).map((entry) => compileGaugeRule(entry, 'view')),
    ...PRESETS[options.preset].gauges.map((entry) => compileGaugeRule(entry, 'preset')),
  ];
  return (metric) => declared.find(({ fits }) => fits(metric))?.rule;
}

function compileGaugeRule(
  [glob, gaugeFunction]: readonly [glob: string, gaugeFunction: GaugeFunction],
  source: GaugeRule['source'],
): { readonly fits: (metric: MetricNames) => boolean; readonly rule: GaugeRule } {
  return { fits: compileMetricGlobs([glob]), rule: { gaugeFunction, source, glob } };
}

/** Puts values together as PromQL does: NaN spoils a sum or an average, and loses against any number in min and max. */
export function combineGauges(gaugeFunction: GaugeFunction, values: readonly number[]): number {
  switch (gaugeFunction) {
    case 'sum':
      return sum(values);
    case 'avg':
      return sum(values) / values.length;
    case 'min':
      return values.reduce((a, b) => (Number.isNaN(a) || b < a ? b : a), Number.NaN);
    case 'max':
      return values.reduce((a, b) => (Number.isNaN(a) || b > a ? b : a), Number.NaN);
  }
}

function sum(values: readonly number[]): number {
  const total = new ExactSum();
  for (const value of values) total.add(value);
  return total.value();
}
