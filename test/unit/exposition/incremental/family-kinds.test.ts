// Kinds of families under numbers, and what they claim: remembered where it is about as long as what was sent, and weighed.

import { describe, expect, it } from 'vitest';
import { Catalogue } from '../../../../src/exposition/incremental/catalogue.js';
import { FamilyKinds } from '../../../../src/exposition/incremental/family-kinds.js';
import { claimedNames } from '../../../../src/exposition/name-claims.js';

describe('a kind', () => {
  it('has one number for its name and type', () => {
    const kinds = new FamilyKinds();
    expect(kinds.number({ name: 'calls', type: 'counter' })).toBe(0);
    expect(kinds.number({ name: 'calls', type: 'gauge' })).toBe(1);
    expect(kinds.number({ name: 'costs', type: 'counter' })).toBe(2);
    expect(kinds.number({ name: 'calls', type: 'gauge' })).toBe(1);
    expect(kinds.kinds).toEqual([
      { name: 'calls', type: 'counter' },
      { name: 'calls', type: 'gauge' },
      { name: 'costs', type: 'counter' },
    ]);
  });
});

describe('what a kind claims', () => {
  it.each([
    ['is found out once', 'seconds', true],
    ['is found out each time where names are escaped, which can be many times as long', '.'.repeat(9), false],
  ])('%s', (_, name, isRemembered) => {
    const kinds = new FamilyKinds();
    const family = { name, type: 'histogram' } as const;
    const claimed = kinds.claimedNames(family, 'openmetrics');
    expect(claimed).toEqual(claimedNames(family, 'openmetrics'));
    expect(kinds.claimedNames(family, 'openmetrics') === claimed).toBe(isRemembered);
    expect(kinds.claimedLetters > 0).toBe(isRemembered);
  });

  it('weighs as much as its letters', () => {
    const catalogue = new Catalogue();
    const name = 'n'.repeat(1000);
    catalogue.kinds.claimedNames({ name, type: 'histogram' }, 'openmetrics');
    // Buckets, count, sum and creation time.
    expect(catalogue.weight).toBeGreaterThan(4 * 2 * name.length);
  });
});
