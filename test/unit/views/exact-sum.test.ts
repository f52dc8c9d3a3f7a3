import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExactSum } from '../../../src/views/exact-sum.js';

function sumOf(terms: readonly number[]): number {
  const sum = new ExactSum();
  for (const term of terms) sum.add(term);
  return sum.value();
}

/** The same sum in whole units of 2^-1074, of which every finite number is a multiple; rounded by Number(). */
function sumOfDyadics(terms: readonly (readonly [mantissa: number, exponent: number])[]): number {
  const lowest = Math.min(...terms.map(([, exponent]) => exponent));
  const total = terms.reduce(
    (sum, [mantissa, exponent]) => sum + (BigInt(mantissa) << BigInt(exponent - lowest)),
    0n,
  );
  // Number(bigint) rounds to nearest, ties to even; scaling by a power of two is exact in this range.
  return Number(total) * 2 ** lowest;
}

describe('ExactSum', () => {
  test.each([
    [[], 0],
    [[0.1, 0.2, 0.3], 0.6],
    [[1e100, 1, -1e100], 1],
    [[2 ** 53, 1, 1], 2 ** 53 + 2],
    [[2 ** 53, 1], 2 ** 53],
    [[2 ** 53, 1, 2 ** -60], 2 ** 53 + 2],
    [[2 ** 53 - 3, 2], 2 ** 53 - 1],
    [Array<number>(10).fill(0.1), 1],
    [[Number.POSITIVE_INFINITY, 1], Number.POSITIVE_INFINITY],
    [[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], Number.NaN],
    [[Number.NaN, 1], Number.NaN],
    [[Number.MAX_VALUE, Number.MAX_VALUE], Number.POSITIVE_INFINITY],
    [[5, -5], 0],
  ])('P18: the sum of %j is %d', (terms, total) => {
    expect(sumOf(terms)).toBe(total);
  });

  const dyadic = fc.tuple(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), fc.integer({ min: -60, max: 60 }));

  test('is the exact sum, rounded once', () => {
    fc.assert(
      fc.property(fc.array(dyadic, { minLength: 1, maxLength: 30 }), (terms) => {
        const total = sumOf(terms.map(([mantissa, exponent]) => mantissa * 2 ** exponent));
        expect(total).toBe(sumOfDyadics(terms) + 0);
      }),
    );
  });

  test('does not depend on the order of its terms, nor on a pause in between', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })),
        (terms) => {
          const half = Math.floor(terms.length / 2);
          const first = new ExactSum();
          for (const term of terms.slice(half)) first.add(term);
          const second = new ExactSum(first.parts());
          for (const term of terms.slice(0, half)) second.add(term);
          expect(second.value() + 0).toBe(sumOf(terms) + 0);
        },
      ),
    );
  });
});
