import { describe, expect, it } from 'vitest';
import { StrangerTurns } from '../../../src/adapters/stranger-turns.js';
import { nextTurn } from '../../support/next-turn.js';

describe('turns of strangers', () => {
  it('a few begin at once, and as many in each turn after that, in their order', async () => {
    const turns = new StrangerTurns();
    const begun: number[] = [];
    for (let i = 0; i < 10; i += 1) void turns.next().then(() => begun.push(i));
    const counts: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await Promise.resolve();
      await Promise.resolve();
      counts.push(begun.length);
      await nextTurn();
    }
    expect(counts).toEqual([4, 8, 10, 10]);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('whoever comes while others wait does not pass them', async () => {
    const turns = new StrangerTurns();
    const begun: string[] = [];
    const ask = (name: string): void => void turns.next().then(() => begun.push(name));
    for (const name of ['a', 'b', 'c', 'd', 'e']) ask(name);
    await nextTurn();
    for (const name of ['f', 'g', 'h', 'i']) ask(name);
    for (let turn = 0; turn < 4; turn += 1) await nextTurn();
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
  });

  it('an idle turn begins anew', async () => {
    const turns = new StrangerTurns();
    for (let round = 0; round < 3; round += 1) {
      const all = Promise.all(Array.from({ length: 4 }, () => turns.next()));
      let isDone = false;
      void all.then(() => (isDone = true));
      for (let i = 0; i < 10; i += 1) await Promise.resolve();
      expect(isDone).toBe(true);
      await nextTurn();
      await nextTurn();
    }
  });
});
