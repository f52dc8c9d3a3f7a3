import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BoundedMap } from '../../../src/internal/bounded-map.js';

/** The same as a list, from the least to the most recently used. */
class Model {
  entries: (readonly [number, number])[] = [];
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: number): number | undefined {
    const found = this.entries.find(([known]) => known === key);
    if (found !== undefined) this.entries = [...this.entries.filter((entry) => entry !== found), found];
    return found?.[1];
  }

  set(key: number, value: number): readonly [number, number] | undefined {
    this.entries = [...this.entries.filter(([known]) => known !== key), [key, value] as const];
    return this.entries.length > this.#capacity ? this.entries.shift() : undefined;
  }

  delete(key: number): boolean {
    const before = this.entries.length;
    this.entries = this.entries.filter(([known]) => known !== key);
    return this.entries.length < before;
  }

  clear(): void {
    this.entries = [];
  }
}

const KINDS = ['get', 'set', 'delete', 'clear'] as const;

function applied(
  map: Pick<BoundedMap<number, number>, (typeof KINDS)[number]>,
  kind: (typeof KINDS)[number],
  key: number,
  value: number,
): unknown {
  switch (kind) {
    case 'get':
      return map.get(key);
    case 'set':
      return map.set(key, value);
    case 'delete':
      return map.delete(key);
    case 'clear':
      return map.clear();
  }
}

describe('BoundedMap', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the capacity %d', (capacity) => {
    expect(() => new BoundedMap(capacity)).toThrow(RangeError);
  });

  test('evicts the entry touched longest ago, whatever is done to it', () => {
    const step = fc.record({
      kind: fc.constantFrom(...KINDS, 'set' as const),
      key: fc.nat(6),
      value: fc.nat(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const map = new BoundedMap<number, number>(capacity);
        const model = new Model(capacity);
        for (const { kind, key, value } of steps) {
          expect(applied(map, kind, key, value)).toEqual(applied(model, kind, key, value));
          expect([...map.entries()]).toEqual(model.entries);
          expect(map.size).toBe(model.entries.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('an entry can be deleted while entries are read', () => {
    const map = new BoundedMap<string, number>(3);
    for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index);
    const read: string[] = [];
    for (const [key] of map.entries()) {
      read.push(key);
      map.delete(key);
    }
    expect([read, map.size]).toEqual([['a', 'b', 'c'], 0]);
  });
});
