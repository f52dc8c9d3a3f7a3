import { describe, expect, test } from 'vitest';
import { formatValue, observedWithin, swing } from '../../../../src/targets/demo/motion.js';

describe('formatValue', () => {
  test.each([
    [0, '0.0'],
    [42, '42.0'],
    [0.75, '0.75'],
    [999_999, '999999.0'],
    [1_000_000, '1e+06'],
    [1_183_449_088, '1.183449088e+09'],
    [2 ** 63, '9.223372036854776e+18'],
    [Infinity, '+Inf'],
  ])('%d is %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
});

describe('observedWithin', () => {
  test('rises with the bound to the whole count', () => {
    const within = [0.005, 0.5, 1, 2, 600, Infinity].map((le) => observedWithin(1000, 1, le));
    expect(within).toEqual(within.toSorted((a, b) => a - b));
    expect(within.at(-1)).toBe(1000);
    expect(within[0]).toBe(0);
  });
});

describe('swing', () => {
  test.each([
    [0, 1],
    [25, 5],
    [50, 10],
    [75, 5],
    [100, 1],
  ])('after %d of 100 ms is %d', (elapsedMs, value) => {
    expect(swing(1, 10, 100, elapsedMs)).toBe(value);
  });
});
