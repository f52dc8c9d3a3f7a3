import { describe, expect, test } from 'vitest';
import type { MetricNames } from '../../../src/views/metric-names.js';
import { compileTenantScope, isInScope, type ScopeVerdict } from '../../../src/views/tenant-scope.js';
import { resolveViewOptions } from '../../../src/views/resolve-options.js';

const named = (metric: string): MetricNames => ({ canonical: metric, all: [metric], remembered: metric });
const scope = compileTenantScope(
  resolveViewOptions({
    name: 'v',
    target: 't',
    only: { team: ['a', 'b'] },
    share: ['in_flight', 'shared_*'],
  }),
);
const series = (labels: Readonly<Record<string, string>>, metric = 'm'): ScopeVerdict =>
  scope(
    Object.entries(labels).map(([name, value]) => ({ name, value })),
    named(metric),
  );

describe('compileTenantScope', () => {
  test.each<[Record<string, string>, ScopeVerdict]>([
    [{}, 'without_tenant'],
    [{ team: 'c' }, 'other_tenant'],
    [{ team: 'A' }, 'other_tenant'],
    [{ team: 'a ' }, 'other_tenant'],
    [{ team: ' a' }, 'other_tenant'],
    [{ team: 'a\u200b' }, 'other_tenant'],
    [{ team: '' }, 'other_tenant'],
    [{ team: 'None' }, 'other_tenant'],
    [{ team_alias: 'a' }, 'without_tenant'],
    [{ Team: 'a' }, 'without_tenant'],
    [{ team: 'a,b' }, 'other_tenant'],
  ])('P10: withholds %j: %s', (labels, verdict) => {
    expect(series(labels)).toBe(verdict);
    expect(isInScope(verdict)).toBe(false);
  });

  test.each([[{ team: 'a' }], [{ team: 'b', user: 'x' }]])('shows %j', (labels) => {
    expect(series(labels)).toBe('tenant');
    expect(isInScope('tenant')).toBe(true);
  });

  test('P11: a metric without the label is shown only where it is shared by name', () => {
    expect(series({}, 'in_flight')).toBe('shared');
    expect(series({}, 'shared_total')).toBe('shared');
    expect(isInScope('shared')).toBe(true);
    expect(series({}, 'in_flight_total')).toBe('without_tenant');
  });

  test('P11: sharing a metric never shows the series of another tenant', () => {
    expect(series({ team: 'c' }, 'in_flight')).toBe('other_tenant');
  });

  test('several labels must all fit', () => {
    const both = compileTenantScope(
      resolveViewOptions({ name: 'v', target: 't', only: { team: ['a'], org: ['o'] } }),
    );
    expect(both([{ name: 'team', value: 'a' }], named('m'))).toBe('without_tenant');
    expect(
      both(
        [
          { name: 'org', value: 'o' },
          { name: 'team', value: 'a' },
        ],
        named('m'),
      ),
    ).toBe('tenant');
  });

  test('without a scope everything is in the view', () => {
    const everything = compileTenantScope(resolveViewOptions({ name: 'v', target: 't' }));
    expect(everything([], named('m'))).toBe('unscoped');
    expect(isInScope('unscoped')).toBe(true);
  });
});
