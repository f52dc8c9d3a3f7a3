// Repeatable chance for generated tests: the same number gives the same choices, on every machine.
// Not for keys or tokens. Generator: mulberry32, small and fast; its statistics are good enough to wander about.

/** What a weighted choice is made from. */
export interface Weighted {
  readonly weight: number;
}

/** A stream of choices that follows from one number. */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds must not begin alike.
    this.#state =
      Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(Math.floor(seed / 2 ** 32), 0xc2b2ae35);
    this.#next();
    this.#next();
  }

  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    return Math.floor((this.#next() / 2 ** 32) * limit);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True in `probability` of all cases. */
  chance(probability: number): boolean {
    return this.#next() < probability * 2 ** 32;
  }

  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  /** One element of a list, or undefined when it is empty. */
  pickAny<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  /** One element, as often as its weight says. */
  pickWeighted<T extends Weighted>(list: readonly T[]): T {
    let rest = this.below(list.reduce((sum, { weight }) => sum + weight, 0));
    for (const element of list) {
      rest -= element.weight;
      if (rest < 0) return element;
    }
    throw new RangeError('nothing to pick from');
  }

  /** Some elements, at most `most`, in the order of the list. */
  some<T>(list: readonly T[], most: number): T[] {
    return this.shuffled(list.map((_, index) => index))
      .slice(0, this.below(most + 1))
      .toSorted((a, b) => a - b)
      .flatMap((index) => list.slice(index, index + 1));
  }

  /** The same elements in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let at = result.length - 1; at > 0; at -= 1) {
      const [moved] = result.splice(this.below(at + 1), 1);
      if (moved !== undefined) result.push(moved);
    }
    return result;
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
