import { describe, expect, it } from 'vitest';
import { familyOf, metricNamesOf } from '../../support/promql.js';

describe('metricNamesOf', () => {
  it.each([
    ['1 > 2', []],
    ['vector(0) > bool 1', []],
    ['up == 0', ['up']],
    ['sum without (a, b) (rate(x_total{c!="", d=~"y|z{"}[5m]))', ['x_total']],
    ['a{b="c"} / ignoring (d) e:f:g and on (h) last_over_time(i[7d])', ['a', 'e:f:g', 'i']],
    ['x_total unless x_total offset 15m', ['x_total', 'x_total']],
    ['histogram_quantile(0.95, sum by (le) (rate(h_bucket[$__rate_interval])))', ['h_bucket']],
    ['time() - t_seconds < 14 * 86400', ['t_seconds']],
  ])('of %s', (expression, names) => {
    expect(metricNamesOf(expression)).toEqual(names);
  });
});

describe('familyOf', () => {
  const families = new Set(['h', 'things_count']);
  it.each([
    ['h_total', undefined],
    ['h_bucket', 'h'],
    ['h_sum', 'h'],
    ['things_count', 'things_count'],
  ])('of %s', (metric, family) => {
    expect(familyOf(metric, families)).toBe(family);
  });
});
