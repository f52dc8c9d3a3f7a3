import { describe, expect, it } from 'vitest';
import type { Claims } from '../../../src/auth/decision.js';
import { readClaim } from '../../../src/guard/claim-values.js';

const MISSING = { ok: false, error: 'claim_missing' };
const INVALID = { ok: false, error: 'claim_invalid' };

describe('readClaim', () => {
  it.each([
    ['no claims at all', undefined, ['team']],
    ['no such claim', { teams: 'a' }, ['team']],
    ['no such claim, but one that every object has', {}, ['constructor']],
    ['no claim called __proto__', {}, ['__proto__']],
    ['no such claim within', { realm_access: {} }, ['realm_access', 'roles']],
    ['nothing that it could be within', {}, ['realm_access', 'roles']],
    ['a path in one name', { realm_access: { roles: 'a' } }, ['realm_access.roles']],
    ['another case', { Team: 'a' }, ['team']],
  ])('finds nothing where there is %s', (_, claims, path) => {
    expect(readClaim(claims, path, 16)).toEqual(MISSING);
  });

  it.each([
    ['null', null],
    ['a number', 7],
    ['true', true],
    ['an object', { a: 'b' }],
    ['an empty text', ''],
    ['an empty list', []],
    ['a list with a number', ['a', 7]],
    ['a list with an empty text', ['a', '']],
    ['a list of lists', [['a']]],
    ['too many values', Array.from({ length: 17 }, (_, index) => `team-${index}`)],
    ['too many equal values', Array.from({ length: 17 }, () => 'team')],
    ['more than 256 bytes', 'ä'.repeat(129)],
    ['NUL', 'a\0b'],
    ['a line break', 'a\nb'],
    ['DEL', 'a\u007f'],
    ['a control character beyond ASCII', 'a\u0085'],
    ['half a character', 'a\ud800'],
  ])('refuses %s', (_, team) => {
    expect(readClaim({ team }, ['team'], 16)).toEqual(INVALID);
  });

  it('refuses a text or a list where members are expected', () => {
    expect(readClaim({ a: 'text' }, ['a', 'length'], 16)).toEqual(INVALID);
    expect(readClaim({ a: ['text'] }, ['a', '0'], 16)).toEqual(INVALID);
  });

  it('gives a text as it is: nothing is trimmed, folded or split', () => {
    for (const team of [' a ', 'A', 'a,b', 'ａ', 'a\u200b', '__proto__', 'ä'.repeat(128), '😀']) {
      expect(readClaim({ team }, ['team'], 16)).toEqual({ ok: true, value: [team] });
    }
  });

  it('gives the values of a list once each, in an order that does not depend on theirs', () => {
    const expected = { ok: true, value: ['a', 'b', 'c'] };
    expect(readClaim({ team: ['c', 'a', 'b', 'a'] }, ['team'], 16)).toEqual(expected);
    expect(readClaim({ team: ['b', 'c', 'a'] }, ['team'], 16)).toEqual(expected);
  });

  it('finds claims within others, and names with dots and slashes', () => {
    const claims: Claims = {
      'https://example.com/claims/team': 'a',
      resource_access: { 'scrape.gate': { roles: ['b'] } },
      ['__proto__']: 'c',
    };
    expect(readClaim(claims, ['https://example.com/claims/team'], 1)).toEqual({ ok: true, value: ['a'] });
    expect(readClaim(claims, ['resource_access', 'scrape.gate', 'roles'], 1)).toEqual({
      ok: true,
      value: ['b'],
    });
    expect(readClaim(claims, ['__proto__'], 1)).toEqual({ ok: true, value: ['c'] });
  });
});
