// Which metric types add up, and which are gauges: the same for every renderer.

import type { MetricType } from '../exposition/model.js';

/** Types whose series only ever grow, so that they can be added up. */
export const COUNTING_TYPES: ReadonlySet<MetricType> = new Set<MetricType>([
  'counter',
  'histogram',
  'summary',
]);
/** Types whose values go up and down. `untyped` and `unknown` may be counters, but nobody said so. */
export const GAUGE_TYPES: ReadonlySet<MetricType> = new Set<MetricType>(['gauge', 'untyped', 'unknown']);
