// Numbers as bytes are those that the formats have as text.

import { assert, double, maxSafeNat, nat, oneof, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber } from '../../../../src/exposition/number.js';
import { MOST_NUMBER_BYTES, writeNumber } from '../../../../src/views/engine/number-bytes.js';

const target = Buffer.alloc(MOST_NUMBER_BYTES);
const written = (value: number): string => target.toString('latin1', 0, writeNumber(value, target));

describe('a number as bytes', () => {
  it.each([
    0,
    -0,
    1,
    9,
    10,
    99,
    100,
    101,
    1000,
    123456789,
    999999999,
    1000000000,
    1000000001,
    1000000010,
    2147483647,
    2147483648,
    4294967296,
    12345678901234,
    1e15,
    1e16,
    1e21,
    1e22,
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
    -1,
    -17,
    0.1,
    -0.5,
    1.5,
    1e-7,
    -Math.PI * 1e-300,
    Number.MAX_VALUE,
    Number.MIN_VALUE,
    Infinity,
    -Infinity,
    NaN,
  ])('is its text: %d', (value) => {
    expect(written(value)).toBe(formatNumber(value));
  });

  it('is its text, whichever it is', () => {
    const anyNumber = oneof(double(), maxSafeNat(), nat());
    assert(
      property(anyNumber, (value) => {
        expect(written(value)).toBe(formatNumber(value));
      }),
    );
  });
});
