import { describe, expect, test } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import { PRESET_NAMES, PRESETS } from '../../../src/views/presets.js';
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
      deriveFrom: [],
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
    [{ maxValuesPerLabel: 0 }, ['max_values_per_label']],
    [{ maxValuesPerLabel: 1.5 }, ['max_values_per_label']],
    [{ maxValuesPerLabel: Number.POSITIVE_INFINITY }, ['max_values_per_label']],
    [{ derive: true }, ['derive']],
    [{ derive: 'yes', only: { team: ['a'] } }, ['derive']],
    [{ derive: true, only: { end_user: ['a'] } }, ['derive']],
    [{ derive: true, preset: 'litellm', only: { hashed_api_key: ['a'] } }, ['derive']],
    [{ deriveFrom: ['hashed_api_key'], only: { team: ['a'] } }, ['derive_from']],
    [{ derive: true, deriveFrom: [], only: { team: ['a'] } }, ['derive_from']],
    [{ derive: true, deriveFrom: ['key*'], only: { team: ['a'] } }, ['derive_from[0]']],
    [{ derive: true, deriveFrom: ['le'], only: { team: ['a'] } }, ['derive_from[0]']],
    [{ derive: true, deriveFrom: ['hashed_api_key', 'Team'], only: { team: ['a'] } }, ['derive_from[1]']],
    [{ seriesRetentionMs: Number.NaN }, ['series_retention']],
  ])('refuses %j at %j', (options, paths) => {
    expect([...new Set(problemPaths(options))]).toEqual(paths);
  });

  test('P21: there are no regular expressions to be slow: a pattern with their signs is refused', () => {
    expect(problemPaths({ labels: [{ label: '(a+)+$', action: 'keep' }] })).toEqual(['labels[0].label']);
  });

  test.each([
    'end_user',
    'End-User',
    'user_agent',
    'client_ip',
    'requester_ip_address',
    'metadata_team',
    'tag',
    'tag_team',
    'requested_model',
    'session_id',
    'api_key_alias',
    'key_name',
    'user_email',
  ])('membership is never learned from %s, which a client or a person chooses', (label) => {
    const options = { only: { team: ['a'] }, derive: true };
    expect(problemPaths({ ...options, deriveFrom: [label] })).toEqual(['derive_from[0]']);
  });

  test('membership is learned from what the preset says, or what the operator says instead', () => {
    const options = { name: 'v', target: 't', preset: 'litellm', only: { team: ['a'] } } as const;
    expect(resolveViewOptions(options).deriveFrom).toEqual([]);
    expect(resolveViewOptions({ ...options, derive: false }).deriveFrom).toEqual([]);
    expect(resolveViewOptions({ ...options, derive: true }).deriveFrom).toEqual(['hashed_api_key']);
    const deriveFrom = ['hashed_api_key', 'user', 'user'];
    expect(resolveViewOptions({ ...options, derive: true, deriveFrom }).deriveFrom).toEqual([
      'hashed_api_key',
      'user',
    ]);
  });

  test.each(PRESET_NAMES)('no identifier of the preset %s is chosen by a client or a person', (preset) => {
    const { links } = PRESETS[preset].membership;
    expect(links.length).toBeGreaterThan(0);
    const options = { only: { team: ['a'] }, preset, derive: true, deriveFrom: links };
    expect(problemPaths(options)).toEqual([]);
  });

  test('lists all problems at once', () => {
    expect(problemPaths({ preset: 'x', only: {}, reveal: ['*'], maxSeries: -1 })).toHaveLength(4);
  });
});
