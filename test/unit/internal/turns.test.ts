import { describe, expect, test } from 'vitest';
import { inTurns } from '../../../src/internal/turns.js';
import { ManualClock } from '../../support/manual-clock.js';

/** Work of some slices, each of which takes as long on the clock. */
function* slices(count: number, clock: ManualClock, sliceMs: number): Generator<void, string> {
  for (let slice = 0; slice < count; slice += 1) {
    clock.advance(sliceMs);
    yield;
  }
  return 'done';
}

/** How often somebody else had a turn until the work was done. */
async function turnsOfOthers(count: number, sliceMs: number): Promise<number> {
  const clock = new ManualClock();
  let turns = 0;
  let isDone = false;
  const other = (): void => {
    turns += 1;
    if (!isDone) setImmediate(other);
  };
  setImmediate(other);
  expect(await inTurns(slices(count, clock, sliceMs), clock)).toBe('done');
  isDone = true;
  return turns;
}

describe('others have their turn', () => {
  test('after each slice that takes a millisecond', async () => {
    expect(await turnsOfOthers(50, 1)).toBeGreaterThanOrEqual(49);
  });

  test('after as many slices as take a millisecond together, and not after each', async () => {
    const turns = await turnsOfOthers(64, 1 / 8);
    expect(turns).toBeGreaterThanOrEqual(7);
    expect(turns).toBeLessThanOrEqual(9);
  });
});

test('however many pieces of work there are, others have their turn after one millisecond of them all', async () => {
  const clock = new ManualClock();
  const order: string[] = [];
  function* piece(name: string): Generator<void, void> {
    for (let slice = 0; slice < 3; slice += 1) {
      order.push(name);
      clock.advance(1);
      yield;
    }
  }
  let isDone = false;
  const other = (): void => {
    order.push('other');
    if (!isDone) setImmediate(other);
  };
  setImmediate(other);
  await Promise.all(['a', 'b', 'c'].map((name) => inTurns(piece(name), clock)));
  isDone = true;
  expect(
    order
      .filter((name) => name !== 'other')
      .toSorted()
      .join(''),
  ).toBe('aaabbbccc');
  expect(
    order.some((name, at) => name !== 'other' && order[at + 1] !== 'other' && at + 1 < order.length),
  ).toBe(false);
});
