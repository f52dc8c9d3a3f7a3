import { describe, expect, it } from 'vitest';
import { createSubmissionHash } from '../../../src/auth/submission-hash.js';

describe('createSubmissionHash', () => {
  it.each([
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [['ab'], ['ab', '']],
    [[], ['']],
    [['é'], ['e\u0301']],
    [['x'.repeat(10_000)], [`${'x'.repeat(9_999)}y`]],
  ])('tells %j from %j', (one, other) => {
    const hash = createSubmissionHash();
    expect(hash(...one)).not.toBe(hash(...other));
    expect(hash(...one)).toBe(hash(...one));
  });

  it('has a key of its own each time', () => {
    expect(createSubmissionHash()('token')).not.toBe(createSubmissionHash()('token'));
  });

  it('shows nothing of what it names, and is of one length', () => {
    const hash = createSubmissionHash();
    for (const parts of [['secret'], ['basic', 'anna', 'x'.repeat(1_000)]]) {
      expect(hash(...parts)).toMatch(/^[A-Za-z0-9+/]{43}=$/u);
    }
  });
});
