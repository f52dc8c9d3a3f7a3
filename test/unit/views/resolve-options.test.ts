import { describe, expect, test } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import type { ViewOptions } from '../../../src/views/options.js';
import { resolveViewOptions } from '../../../src/views/resolve-options.js';

function problemPaths(options: Partial<Record<keyof ViewOptions, unknown>>): readonly string[] {
  try {
    // JavaScript callers can pass anything; so does this.
    const anything = Object.assign({ name: 'v', target: 't' }, options as object);
    resolveViewOptions(anything);
  } catch (error) {
    if (error instanceof ScrapegateError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('resolveViewOptions', () => {
  test('fills in every default and freezes the result', () => {
    const resolved = resolveViewOptions({ name: 'v', target: 't' });
    expect(resolved).toEqual({
      name: 'v',
      target: 't',
      preset: 'generic',
      only: {},
      share: [],
      keep: [],
      drop: [],
      labels: [],
      reveal: [],
      gauges: {},
      pseudonymScope: 'default',
      maxSeries: 2_000_000,
      seriesRetentionMs: 86_400_000,
    });
    expect(Object.isFrozen(resolved)).toBe(true);
  });

  test.each([
    [{ preset: 'no-such' }, ['preset']],
    [{ preset: '__proto__' }, ['preset']],
    [{ only: {} }, ['only']],
    [{ only: { team: [] } }, ['only.team']],
    [{ only: { team: ['a', ''] } }, ['only.team']],
    [{ only: { le: ['1'] } }, ['only.le']],
    [{ share: ['x'] }, ['share']],
    [{ only: { team: ['a'] }, share: [] }, ['share']],
    [{ metrics: { keep: [] } }, ['metrics.keep']],
    [{ metrics: { drop: ['(a+)+$'] } }, ['metrics.drop[0]']],
    [{ labels: [{ label: 'le', action: 'drop' }] }, ['labels[0].label']],
    [{ labels: [{ label: '', action: 'drop' }] }, ['labels[0].label']],
    [{ labels: [{ label: 'a', metric: '[', action: 'hash' }] }, ['labels[0].metric', 'labels[0].action']],
    [{ reveal: [] }, ['reveal']],
    [{ reveal: ['*'] }, ['reveal[0]']],
    [{ reveal: ['user', 'ALL'] }, ['reveal[1]']],
    [{ gauges: { x: 'median' } }, ['gauges.x']],
    [{ pseudonymScope: ' ' }, ['pseudonym_scope']],
    [{ maxSeries: 0 }, ['max_series']],
    [{ seriesRetentionMs: Number.NaN }, ['series_retention']],
  ])('refuses %j at %j', (options, paths) => {
    expect([...new Set(problemPaths(options))]).toEqual(paths);
  });

  test('P21: there are no regular expressions to be slow: a pattern with their signs is refused', () => {
    expect(problemPaths({ labels: [{ label: '(a+)+$', action: 'keep' }] })).toEqual(['labels[0].label']);
  });

  test('lists all problems at once', () => {
    expect(problemPaths({ preset: 'x', only: {}, reveal: ['*'], maxSeries: -1 })).toHaveLength(4);
  });
});
