// What the lines of a family came to is gone on from only where the family begins with the series that it had.

import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../../src/internal/turns.js';
import { FamilyTallies, type FamilyTally } from '../../../../src/views/engine/family-tallies.js';

const HELP = -3;
const KIND = 4;

/** The tally of a family whose lines have these series, behind lines of another one. */
function open(tallies: FamilyTallies, series: readonly number[], linesAhead = 0): FamilyTally {
  const column = Int32Array.from([...Array<number>(linesAhead).fill(HELP), ...series]);
  tallies.begin(column);
  const endLine = column.length;
  const family = { name: 'calls', line: 1, type: 'counter', typed: true, hasSamples: true } as const;
  const samples = series.length;
  return atOnce(tallies.open({ family, kind: KIND, firstLine: linesAhead, endLine, samples }));
}

/** Tallies of which this family was taken, as it was last time as well. */
function taken(series: readonly number[]): FamilyTallies {
  const tallies = new FamilyTallies();
  const tally = open(tallies, series);
  tally.samples = series.length;
  tally.isCoarsened = true;
  tally.counts.set(0, series.length);
  return tallies;
}

describe('the tally of a family', () => {
  it.each([
    ['the same series', [1, 2, 3], 0],
    ['others behind them', [1, 2, 3, 7, 8], 0],
    ['the same series further down', [1, 2, 3], 5],
  ] as const)('goes on with %s', (_, series, linesAhead) => {
    const tally = open(taken([1, 2, 3]), series, linesAhead);
    expect(tally).toMatchObject({ from: linesAhead + 3, samples: 3, isCoarsened: true });
    expect([...tally.counts]).toEqual([[0, 3]]);
  });

  it.each([
    ['one less', [1, 2]],
    ['another one among them', [1, 7, 2, 3]],
    ['another order', [1, 3, 2]],
    ['another line that says nothing', [HELP, 1, 2]],
  ] as const)('begins anew with %s', (_, series) => {
    const tally = open(taken([1, 2, 3]), series);
    expect(tally).toMatchObject({ from: 0, samples: 0, isCoarsened: false });
    expect(tally.counts.size).toBe(0);
  });

  it('does not change what it goes on from', () => {
    const tallies = taken([1, 2, 3]);
    const [before] = tallies.all();
    open(tallies, [1, 2, 3, 4]).counts.set(0, 4);
    expect([...(before?.counts ?? [])]).toEqual([[0, 3]]);
  });
});
