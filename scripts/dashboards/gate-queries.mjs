// How panels about gates ask: always for the gates that are chosen on the dashboard.

import { BAD, GOOD, WATCH } from './panel.mjs';

const GATE = 'job=~"$job", instance=~"$instance"';
export const DAY = 86_400;

export const of = (metric, more = '') => `${metric}{${GATE}${more === '' ? '' : `, ${more}`}}`;
export const rate = (metric, more) => `rate(${of(metric, more)}[$__rate_interval])`;
/** Zero where nothing is counted, so that "none" is not "no data". */
export const orZero = (expression) => `${expression} or vector(0)`;
export const quantile = (q, metric, by) =>
  `histogram_quantile(${q}, sum by (le, ${by}) (${rate(`${metric}_bucket`)}))`;

export const NONE_IS_GOOD = [
  [0, GOOD],
  [1, BAD],
];
export const SOME_TO_WATCH = [
  [0, GOOD],
  [1, WATCH],
];
export const YES = { 0: 'no', 1: 'yes' };
export const ONE_IS_GOOD = [
  [0, BAD],
  [1, GOOD],
];
