import { describe, expect, test } from 'vitest';
import type { Label } from '../../../src/exposition/model.js';
import {
  createMembership,
  type LearnedMembership,
  type Membership,
  type MembershipRules,
} from '../../../src/views/membership.js';
import { TEST_KEY } from '../../support/views.js';

const RULES: MembershipRules = {
  scoped: [{ label: 'team', allowed: new Set(['acme', 'acme-labs']) }],
  links: ['key', 'user'],
  witnesses: ['key', 'user', 'alias'],
  isPlaceholder: (value) => value === 'None',
  hashKey: TEST_KEY,
};

function membership(rules: Partial<MembershipRules> = {}, snapshot?: LearnedMembership): Membership {
  return createMembership({ ...RULES, ...rules }, snapshot);
}

function labels(values: Readonly<Record<string, string>>): readonly Label[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** What is said of a series after learning from others. */
function verdict(
  series: Readonly<Record<string, string>>,
  ...learned: readonly Readonly<Record<string, string>>[]
): string {
  const fresh = membership();
  for (const other of learned) fresh.learn(labels(other));
  return fresh.judge(labels(series));
}

describe('a series without a tenant is withheld', () => {
  test.each([
    ['nothing was learned', { key: 'k' }, []],
    ['it has no identifier', { model: 'm' }, [{ key: 'k', team: 'acme' }]],
    ['its identifier is not known', { key: 'k2' }, [{ key: 'k', team: 'acme' }]],
    ['the identifier is known under another label', { user: 'k' }, [{ key: 'k', team: 'acme' }]],
    ['a label that is no link has the value', { end_user: 'k' }, [{ key: 'k', team: 'acme' }]],
    ['a label that is no link was learned', { key: 'k' }, [{ end_user: 'k', team: 'acme' }]],
    ['its identifier is a placeholder', { key: 'None' }, [{ key: 'None', team: 'acme' }]],
    ['its identifier is empty', { key: '' }, [{ key: '', team: 'acme' }]],
    ['its identifier only begins like a known one', { key: 'k ' }, [{ key: 'k', team: 'acme' }]],
    ['only a placeholder was seen', { key: 'k' }, [{ key: 'k', team: 'None' }]],
    ['no tenant was seen', { key: 'k' }, [{ key: 'k' }, { key: 'k', team: '' }]],
  ])('unknown, when %s', (_when, series, learned) => {
    expect(verdict(series, ...learned)).toBe('unknown');
  });

  test.each([
    ['its identifier is of another tenant', { key: 'k' }, [{ key: 'k', team: 'globex' }]],
    ['the tenant is nearly the allowed one', { key: 'k' }, [{ key: 'k', team: 'Acme' }]],
    ['its owner is known to have no tenant', { key: 'k' }, [{ key: 'k', team: 'None', alias: 'a' }]],
    ['the same with an empty tenant', { key: 'k' }, [{ key: 'k', team: '', user: 'u' }]],
    ['it names another tenant itself', { key: 'k', team: 'globex' }, [{ key: 'k', team: 'acme' }]],
    ['it names nobody itself', { key: 'k', team: 'None' }, [{ key: 'k', team: 'acme' }]],
    ['it names an empty tenant itself', { key: 'k', team: '' }, [{ key: 'k', team: 'acme' }]],
  ])('of a stranger, when %s', (_when, series, learned) => {
    expect(verdict(series, ...learned)).toBe('stranger');
  });

  test.each([
    [
      'its identifier moved to another tenant',
      { key: 'k' },
      [
        { key: 'k', team: 'acme' },
        { key: 'k', team: 'globex' },
      ],
    ],
    [
      'it moved from another tenant',
      { key: 'k' },
      [
        { key: 'k', team: 'globex' },
        { key: 'k', team: 'acme' },
      ],
    ],
    [
      'its owner once had no tenant',
      { key: 'k' },
      [
        { key: 'k', team: 'acme', user: 'u' },
        { key: 'k', team: 'None', user: 'u' },
      ],
    ],
    [
      'its identifiers disagree',
      { key: 'k', user: 'u' },
      [
        { key: 'k', team: 'acme' },
        { user: 'u', team: 'globex' },
      ],
    ],
    [
      'one of its identifiers is ambiguous',
      { key: 'k', user: 'u' },
      [
        { key: 'k', team: 'acme' },
        { user: 'u', team: 'acme' },
        { user: 'u', team: 'globex' },
      ],
    ],
  ])('ambiguous, when %s', (_when, series, learned) => {
    expect(verdict(series, ...learned)).toBe('ambiguous');
  });
});

describe('a series without a tenant is shown', () => {
  test.each([
    ['its identifier is of the tenant', { key: 'k' }, [{ key: 'k', team: 'acme' }]],
    ['both identifiers are', { key: 'k', user: 'u' }, [{ key: 'k', user: 'u', team: 'acme' }]],
    ['one is, and the other is not known', { key: 'k', user: 'u' }, [{ key: 'k', team: 'acme' }]],
    ['one is, and the other is a placeholder', { key: 'k', user: 'None' }, [{ key: 'k', team: 'acme' }]],
    [
      'it was seen with two values that are both in the view',
      { key: 'k' },
      [
        { key: 'k', team: 'acme' },
        { key: 'k', team: 'acme-labs' },
      ],
    ],
    [
      'requests with the key alone were refused',
      { key: 'k' },
      [
        { key: 'k', team: 'acme' },
        { key: 'k', team: 'None', user: 'None', alias: 'None' },
        { key: 'k', team: '' },
      ],
    ],
  ])('when %s', (_when, series, learned) => {
    expect(verdict(series, ...learned)).toBe('member');
  });

  test('with several scoped labels, only where each of them is the tenant’s', () => {
    const scoped = [...RULES.scoped, { label: 'org', allowed: new Set(['o']) }];
    const both = membership({ scoped });
    both.learn(labels({ key: 'both', team: 'acme', org: 'o' }));
    both.learn(labels({ key: 'team', team: 'acme' }));
    both.learn(labels({ key: 'org', org: 'o' }));
    both.learn(labels({ key: 'other-org', team: 'acme', org: 'p' }));
    both.learn(labels({ key: 'other-team', team: 'globex', org: 'o' }));
    both.learn(labels({ key: 'only-other-org', org: 'p' }));
    both.learn(labels({ key: 'moved', team: 'acme', org: 'o' }));
    both.learn(labels({ key: 'moved', team: 'globex' }));
    both.learn(labels({ key: 'moved-org', org: 'o' }));
    both.learn(labels({ key: 'moved-org', org: 'p' }));
    expect(both.judge(labels({ key: 'both' }))).toBe('member');
    expect(both.judge(labels({ key: 'team' }))).toBe('unknown');
    expect(both.judge(labels({ key: 'org' }))).toBe('unknown');
    expect(both.judge(labels({ key: 'other-team' }))).toBe('stranger');
    expect(both.judge(labels({ key: 'only-other-org' }))).toBe('stranger');
    expect(both.judge(labels({ key: 'moved' }))).toBe('ambiguous');
    expect(both.judge(labels({ key: 'moved-org' }))).toBe('ambiguous');
    expect(both.judge(labels({ key: 'moved-org', org: 'p' }))).toBe('stranger');
    expect(both.judge(labels({ key: 'team', org: 'o' }))).toBe('member');
    expect(both.judge(labels({ key: 'team', org: 'p' }))).toBe('stranger');
    expect(both.judge(labels({ key: 'other-org' }))).toBe('stranger');
    expect(both.judge(labels({ key: 'both', org: 'p' }))).toBe('stranger');
  });

  test('a placeholder that the view allows teaches nothing: many have it', () => {
    const none = membership({ scoped: [{ label: 'team', allowed: new Set(['None']) }] });
    none.learn(labels({ key: 'k', team: 'None' }));
    expect(none.judge(labels({ key: 'k' }))).toBe('unknown');
  });
});

describe('what was learned', () => {
  test('holds from the moment it is learned, and is gone with a refused scrape', () => {
    const fresh = membership();
    fresh.learn(labels({ key: 'k', team: 'acme' }));
    expect(fresh.judge(labels({ key: 'k' }))).toBe('member');
    fresh.rollback();
    expect(fresh.judge(labels({ key: 'k' }))).toBe('unknown');
    fresh.learn(labels({ key: 'k', team: 'acme' }));
    fresh.commit();
    fresh.learn(labels({ key: 'k', team: 'globex' }));
    expect(fresh.judge(labels({ key: 'k' }))).toBe('ambiguous');
    fresh.rollback();
    expect(fresh.judge(labels({ key: 'k' }))).toBe('member');
  });

  test('stays ambiguous, over a restart too', () => {
    const before = membership();
    before.learn(labels({ key: 'moved', team: 'acme' }));
    before.learn(labels({ key: 'ours', team: 'acme' }));
    before.commit();
    before.learn(labels({ key: 'moved', team: 'globex' }));
    before.learn(labels({ key: 'theirs', team: 'globex' }));
    before.commit();
    const after = membership({}, before.snapshot());
    for (const key of ['moved', 'ours', 'theirs']) after.learn(labels({ key, team: 'acme' }));
    expect(['moved', 'ours', 'theirs'].map((key) => after.judge(labels({ key })))).toEqual([
      'ambiguous',
      'member',
      'ambiguous',
    ]);
  });

  test('is kept as hashes alone, and without what is under way', () => {
    const fresh = membership();
    fresh.learn(labels({ key: 'secret-key', team: 'acme' }));
    fresh.commit();
    fresh.learn(labels({ key: 'under-way', team: 'acme' }));
    const snapshot = fresh.snapshot();
    expect(snapshot).toEqual({ inside: [expect.stringMatching(/^[\w-]{22}$/)], outside: [], both: [] });
  });

  test('changes the version whenever a verdict may change, and only then', () => {
    const fresh = membership();
    const versionAfter = (change: () => void): boolean => {
      const before = fresh.version;
      change();
      return fresh.version !== before;
    };
    const ours = labels({ key: 'k', team: 'acme' });
    expect(versionAfter(() => fresh.learn(labels({ model: 'm', team: 'acme' })))).toBe(false);
    expect(versionAfter(() => fresh.learn(ours))).toBe(true);
    expect(versionAfter(() => fresh.learn(ours))).toBe(false);
    expect(versionAfter(() => fresh.commit())).toBe(false);
    expect(versionAfter(() => fresh.learn(ours))).toBe(false);
    expect(versionAfter(() => fresh.rollback())).toBe(false);
    expect(versionAfter(() => fresh.learn(labels({ key: 'k', team: 'globex' })))).toBe(true);
    expect(versionAfter(() => fresh.rollback())).toBe(true);
  });
});

describe('the bound on what is learned', () => {
  test('nothing new is learned beyond it, but what is known can still become ambiguous', () => {
    const full = membership({ maxLinkValues: 2 });
    full.learn(labels({ key: 'a', team: 'acme' }));
    full.learn(labels({ key: 'b', team: 'globex' }));
    full.learn(labels({ key: 'c', team: 'acme' }));
    full.commit();
    expect(['a', 'b', 'c'].map((key) => full.judge(labels({ key })))).toEqual([
      'member',
      'stranger',
      'unknown',
    ]);
    full.learn(labels({ key: 'a', team: 'globex' }));
    expect(full.judge(labels({ key: 'a' }))).toBe('ambiguous');
  });

  test('beyond it an identifier that is not known withholds its series, for it may be another’s', () => {
    const rules = { maxLinkValues: 1 };
    const full = membership(rules);
    full.learn(labels({ key: 'ours', team: 'acme' }));
    full.learn(labels({ user: 'theirs', team: 'globex' }));
    expect(full.judge(labels({ key: 'ours', user: 'theirs' }))).toBe('unknown');
    expect(full.judge(labels({ key: 'ours' }))).toBe('member');
    full.commit();
    const after = membership(rules, full.snapshot());
    expect(after.judge(labels({ key: 'ours', user: 'theirs' }))).toBe('unknown');
  });

  test('a refused scrape fills no place', () => {
    const full = membership({ maxLinkValues: 1 });
    full.learn(labels({ key: 'refused', team: 'globex' }));
    full.rollback();
    full.learn(labels({ key: 'ours', team: 'acme' }));
    expect(full.judge(labels({ key: 'ours' }))).toBe('member');
  });
});
