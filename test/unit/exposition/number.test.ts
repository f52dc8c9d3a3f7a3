import { describe, expect, test } from 'vitest';

import { formatNumber, parseFiniteNumber, parseNumber } from '../../../src/exposition/number.js';

describe('parseNumber', () => {
  test.each([
    '',
    ' 1',
    '1 ',
    '1_000',
    '0x10',
    '0x1p-3',
    '0b1',
    '1e',
    'e1',
    '.',
    '+',
    '-',
    '--1',
    '1.2.3',
    '1,5',
    '1e999',
    '-1e999',
    '+nan',
    '-NaN',
    'infin',
    'Infinityx',
    'inf1',
    '٣',
    '1n',
    'null',
    'true',
  ])('refuses %j', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });

  test.each([
    ['0', 0],
    ['-0', -0],
    ['007', 7],
    ['5.', 5],
    ['.5', 0.5],
    ['+1.25E-2', 0.0125],
    ['1e308', 1e308],
    ['1e-999', 0],
    ['9007199254740993', 9007199254740992],
    ['Inf', Infinity],
    ['+inf', Infinity],
    ['-INF', -Infinity],
    ['infinity', Infinity],
    ['-Infinity', -Infinity],
    ['NaN', NaN],
    ['Nan', NaN],
    ['nan', NaN],
  ])('reads %j', (text, number) => {
    expect(parseNumber(text)).toBe(number);
  });

  test('gives up on a long run of digits with a flaw at its end in one pass', () => {
    expect(parseNumber(`${'1'.repeat(1_000_000)}x`)).toBeUndefined();
  });
});

describe('parseFiniteNumber', () => {
  test.each(['NaN', '+Inf', '-infinity', '1e309'])('refuses %j', (text) => {
    expect(parseFiniteNumber(text)).toBeUndefined();
  });

  test('reads a decimal', () => {
    expect(parseFiniteNumber('1767225600.25')).toBe(1767225600.25);
  });
});

describe('formatNumber', () => {
  test.each([
    [NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
    [-0, '-0'],
    [0, '0'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e-7, '1e-7'],
    [1e21, '1e+21'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ])('prints %d as %j', (number, text) => {
    expect(formatNumber(number)).toBe(text);
    expect(parseNumber(text)).toBe(number);
  });
});
