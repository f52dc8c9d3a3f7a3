// The judge of timing tests is judged here, on work whose time is known.

import { describe, expect, it } from 'vitest';
import { chanceOf } from '../../support/e2e/paired-times.js';

describe('the chance of an uneven series', () => {
  it.each([
    [5, 10, 1],
    [10, 10, 2 / 1024],
    [0, 10, 2 / 1024],
    [9, 10, 22 / 1024],
    [31, 40, 0.000682],
    [60, 60, 2 ** -59],
  ])('of %i in %i', (heads, throws, chance) => {
    expect(chanceOf(heads, throws) / chance).toBeCloseTo(1, 2);
  });

  it('is that of a coin, for series of thousands too', () => {
    expect(chanceOf(2_500, 5_000)).toBe(1);
    expect(chanceOf(2_700, 5_000)).toBeLessThan(1e-7);
    expect(chanceOf(2_700, 5_000)).toBeGreaterThan(0);
  });
});
