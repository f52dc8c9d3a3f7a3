import { describe, expect, it } from 'vitest';
import { EqualStretches } from '../../../../src/exposition/incremental/equal-stretches.js';

function stretchesOf(
  ...lines: readonly (readonly [line: number, before: number, length: number])[]
): EqualStretches {
  const stretches = new EqualStretches();
  for (const each of lines) stretches.add(...each);
  return stretches;
}

function entriesOf(stretches: EqualStretches): readonly (readonly number[])[] {
  return Array.from({ length: stretches.count }, (_, at) => [
    stretches.lineOf(at),
    stretches.lineBeforeOf(at),
    stretches.endOf(at),
  ]);
}

describe('stretches of equal lines', () => {
  it('go on where lines follow each other here and there', () => {
    expect(entriesOf(stretchesOf([3, 5, 2], [5, 7, 1], [6, 8, 4]))).toEqual([[3, 5, 10]]);
  });

  it('end where a line is in between, here or there', () => {
    expect(entriesOf(stretchesOf([0, 0, 2], [3, 2, 1], [4, 7, 2]))).toEqual([
      [0, 0, 2],
      [3, 2, 4],
      [4, 7, 6],
    ]);
  });

  it('are found by a line in them, or by one before them', () => {
    const stretches = stretchesOf([2, 0, 3], [7, 3, 1], [9, 8, 4]);
    expect(Array.from({ length: 14 }, (_, line) => stretches.behind(line))).toEqual([
      0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 3,
    ]);
  });

  it('may be none', () => {
    expect(new EqualStretches().behind(0)).toBe(0);
  });
});
