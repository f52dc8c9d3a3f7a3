import { describe, expect, test } from 'vitest';
import { compileGlob, compileGlobs } from '../../../src/views/glob.js';

const cases: readonly (readonly [glob: string, name: string, fits: boolean])[] = [
  ['a', 'a', true],
  ['a', 'ab', false],
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['litellm_*', 'litellm_', true],
  ['litellm_*', 'litellm', false],
  ['*_total', 'x_total', true],
  ['*_total', 'x_totals', false],
  ['a*b*c', 'aXXbYYc', true],
  ['a*b*c', 'abXc', true],
  ['a*b*c', 'acb', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['??', 'ab', true],
  ['a**b', 'ab', true],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
];

describe('compileGlob', () => {
  test.each(cases)('%j fits %j: %j', (glob, name, fits) => {
    expect(compileGlob(glob)(name)).toBe(fits);
  });

  test('P21: a pattern of many stars against a long name stays cheap', () => {
    expect(compileGlob(`${'a*'.repeat(200)}b`)('a'.repeat(5_000))).toBe(false);
  });
});

test('compileGlobs fits when any of them does, and nothing without any', () => {
  expect(compileGlobs(['a', 'b*'])('bc')).toBe(true);
  expect(compileGlobs(['a', 'b*'])('c')).toBe(false);
  expect(compileGlobs([])('a')).toBe(false);
});
