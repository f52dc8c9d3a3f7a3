import { describe, expect, it } from 'vitest';
import { PlainRuns } from '../../../../src/exposition/incremental/plain-runs.js';

/** For each line how many of a kind follow, itself among them. */
function reachesOf(runs: PlainRuns, kind: number, lines: number): readonly number[] {
  return Array.from({ length: lines }, (_, line) => runs.reach(line, kind));
}

describe('runs of plain samples', () => {
  it('go on where lines of one kind follow each other', () => {
    const runs = new PlainRuns();
    runs.add(7, 1, 2);
    runs.add(7, 3, 1);
    expect(reachesOf(runs, 7, 6)).toEqual([0, 3, 2, 1, 0, 0]);
  });

  it('end before another kind, and before a line that is not plain', () => {
    const runs = new PlainRuns();
    runs.add(7, 0, 2);
    runs.add(8, 2, 1);
    runs.add(8, 4, 2);
    expect(reachesOf(runs, 7, 7)).toEqual([2, 1, 0, 0, 0, 0, 0]);
    expect(reachesOf(runs, 8, 7)).toEqual([0, 0, 1, 0, 2, 1, 0]);
  });

  it('may be none', () => {
    expect(new PlainRuns().reach(0, 0)).toBe(0);
  });
});
