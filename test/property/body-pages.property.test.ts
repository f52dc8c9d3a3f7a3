// A body in pages has the bytes that it was written with, whatever was taken from the one before, and keeps them for as
// long as somebody reads it.

import { array, assert, boolean, constantFrom, integer, nat, property, record } from 'fast-check';
import { expect, it } from 'vitest';
import { joinChunks, type ByteChunks } from '../../src/internal/byte-chunks.js';
import { lentChunks } from '../../src/internal/memory-pool.js';
import { BodyPages } from '../../src/views/engine/body-pages.js';

/** Each number is a letter that nothing else has, so that none can pass for another. */
type Letters = readonly number[];

/** A body as a plan that goes with any body before: places are remainders. */
interface Plan {
  /** How a stretch of the body before comes: not at all, behind something new, or somewhere else. */
  readonly stretches: readonly {
    readonly length: number;
    readonly fate: 'stays' | 'goes' | 'moves';
    readonly added: readonly number[];
  }[];
  readonly over: readonly number[];
  readonly reads: 'borrows' | 'never tells' | 'is done';
  /** Whether who borrowed the body before lets go of it before this one is written, or only then. */
  readonly letsGoBefore: boolean;
}

const arbitraryPlan = record<Plan>({
  stretches: array(
    record({
      length: nat({ max: 60 }),
      fate: constantFrom('stays', 'stays', 'stays', 'stays', 'goes', 'moves'),
      added: array(integer({ min: 1, max: 30 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  over: array(nat(), { maxLength: 6 }),
  reads: constantFrom('borrows', 'borrows', 'never tells', 'is done'),
  letsGoBefore: boolean(),
});

interface Reader {
  readonly body: ByteChunks;
  readonly letters: Letters;
  readonly letGo: (() => void) | undefined;
}

it('has its own bytes for as long as somebody reads it', () => {
  assert(
    property(
      array(arbitraryPlan, { minLength: 2, maxLength: 12 }),
      integer({ min: 4, max: 40 }),
      (plans, pageBytes) => {
        const pages = new BodyPages(pageBytes);
        const readers: Reader[] = [];
        let before: Letters = [];
        let next = 0;
        const fresh = (): number => (next += 1) & 0xff;
        for (const plan of plans) {
          const last = readers.at(-1);
          if (plan.letsGoBefore && last?.letGo !== undefined) {
            last.letGo();
            readers.pop();
          }
          const letters = writeBody(pages, before, plan, fresh);
          const body = lentChunks(pages.end());
          assertSmall(
            [...body].map(({ length }) => length),
            pageBytes,
          );
          expect(lettersOf(body)).toEqual(letters);
          for (const reader of readers) expect(lettersOf(reader.body)).toEqual(reader.letters);
          const letGo = plan.reads === 'never tells' ? undefined : body.borrow?.();
          if (plan.reads === 'is done') letGo?.();
          else readers.push({ body, letters, letGo });
          before = letters;
        }
      },
    ),
    { numRuns: 500 },
  );
});

const lettersOf = (body: ByteChunks): Letters => [...joinChunks(body)];

/** Writes the body of a plan; gives its letters. */
function writeBody(pages: BodyPages, before: Letters, plan: Plan, fresh: () => number): Letters {
  const letters: number[] = [];
  const takes: (() => void)[] = [];
  const overs = [...plan.over];
  /** Writes over a letter of those that are there already. */
  const writeOver = (): void => {
    const remainder = overs.pop();
    if (remainder === undefined || pages.length === 0) return;
    const place = remainder % pages.length;
    letters[place] = fresh();
    const own = pages.overwrite(place);
    pages.room[own] = letters[place];
  };
  const put = (length: number): void => {
    const added = Array.from({ length }, fresh);
    letters.push(...added);
    takes.push(() => {
      const at = pages.makeRoom(length);
      pages.room.set(added, at);
    });
  };
  const take = (from: number, to: number): void => {
    letters.push(...before.slice(from, to));
    takes.push(() => {
      pages.take(from, to);
    });
  };
  const moved: (readonly [number, number])[] = [];
  let at = 0;
  for (const [index, { length, fate, added }] of plan.stretches.entries()) {
    const to = index === plan.stretches.length - 1 ? before.length : Math.min(before.length, at + length);
    if (fate === 'moves') moved.push([at, to]);
    else if (fate === 'stays') take(at, to);
    for (const own of added) put(own);
    at = to;
  }
  for (const [from, to] of moved) take(from, to);
  if (letters.length === 0) put(1);
  pages.begin(letters.length);
  for (const each of takes) {
    each();
    writeOver();
  }
  expect(pages.length).toBe(letters.length);
  while (overs.length > 0) writeOver();
  return letters;
}

/** Of two neighbours, one at least is more than half a page. */
function assertSmall(lengths: readonly number[], pageBytes: number): void {
  for (const [at, length] of lengths.slice(1).entries())
    expect(length + (lengths[at] ?? 0)).toBeGreaterThan(pageBytes);
}
