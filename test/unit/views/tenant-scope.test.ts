import { describe, expect, test } from 'vitest';
import type { MetricNames } from '../../../src/views/metric-names.js';
import { compileTenantScope } from '../../../src/views/tenant-scope.js';
import { resolveViewOptions } from '../../../src/views/resolve-options.js';

const named = (metric: string): MetricNames => ({ canonical: metric, all: [metric] });
const scope = compileTenantScope(
  resolveViewOptions({
    name: 'v',
    target: 't',
    only: { team: ['a', 'b'] },
    share: ['in_flight', 'shared_*'],
  }),
);
const series = (labels: Readonly<Record<string, string>>, metric = 'm'): boolean =>
  scope(
    Object.entries(labels).map(([name, value]) => ({ name, value })),
    named(metric),
  );

describe('compileTenantScope', () => {
  test.each([
    [{}],
    [{ team: 'c' }],
    [{ team: 'A' }],
    [{ team: 'a ' }],
    [{ team: ' a' }],
    [{ team: 'a\u200b' }],
    [{ team: '' }],
    [{ team: 'None' }],
    [{ team_alias: 'a' }],
    [{ Team: 'a' }],
    [{ team: 'a,b' }],
  ])('P10: withholds %j', (labels) => {
    expect(series(labels)).toBe(false);
  });

  test.each([[{ team: 'a' }], [{ team: 'b', user: 'x' }]])('shows %j', (labels) => {
    expect(series(labels)).toBe(true);
  });

  test('P11: a metric without the label is shown only where it is shared by name', () => {
    expect(series({}, 'in_flight')).toBe(true);
    expect(series({}, 'shared_total')).toBe(true);
    expect(series({}, 'in_flight_total')).toBe(false);
  });

  test('P11: sharing a metric never shows the series of another tenant', () => {
    expect(series({ team: 'c' }, 'in_flight')).toBe(false);
  });

  test('several labels must all fit', () => {
    const both = compileTenantScope(
      resolveViewOptions({ name: 'v', target: 't', only: { team: ['a'], org: ['o'] } }),
    );
    expect(both([{ name: 'team', value: 'a' }], named('m'))).toBe(false);
    expect(
      both(
        [
          { name: 'org', value: 'o' },
          { name: 'team', value: 'a' },
        ],
        named('m'),
      ),
    ).toBe(true);
  });

  test('without a scope everything is in the view', () => {
    expect(compileTenantScope(resolveViewOptions({ name: 'v', target: 't' }))([], named('m'))).toBe(true);
  });
});
