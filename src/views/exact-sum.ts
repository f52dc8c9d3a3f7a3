// A sum that is exact, and rounded once when it is read: kept as partial sums that do not overlap (Shewchuk 1997).
// So it does not depend on the order of its terms, nothing is lost over months of small increments, and adding what
// is not negative never lowers it. Infinities and NaN are summed apart, as IEEE 754 says.

/** A running sum. */
export class ExactSum {
  /** Increasing in magnitude; their exact sum is the sum of all finite terms. */
  readonly #partials: number[];
  #special: number;

  /** Continues from `parts()`. @default nothing added yet */
  constructor(parts: readonly number[] = []) {
    this.#partials = parts.filter((part) => Number.isFinite(part));
    this.#special = parts.filter((part) => !Number.isFinite(part)).reduce((a, b) => a + b, 0);
  }

  add(term: number): void {
    if (!Number.isFinite(term)) {
      this.#special += term;
      return;
    }
    let rest = term;
    let kept = 0;
    for (const partial of this.#partials) {
      const [larger, smaller] = Math.abs(rest) < Math.abs(partial) ? [partial, rest] : [rest, partial];
      const sum = larger + smaller;
      const error = smaller - (sum - larger);
      if (error !== 0) {
        this.#partials[kept] = error;
        kept += 1;
      }
      rest = sum;
    }
    if (Number.isFinite(rest)) {
      this.#partials.splice(kept, Infinity, rest);
    } else {
      this.#partials.length = 0;
      this.#special += rest;
    }
  }

  /** The sum, rounded to the nearest number, ties to even. */
  value(): number {
    if (this.#special !== 0) return this.#special;
    let at = this.#partials.length - 1;
    let sum = this.#partials[at] ?? 0;
    let error = 0;
    while (at > 0 && error === 0) {
      at -= 1;
      const partial = this.#partials[at] ?? 0;
      const larger = sum;
      sum = larger + partial;
      error = partial - (sum - larger);
    }
    // Halfway between two numbers, what lies below decides.
    const below = this.#partials[at - 1] ?? 0;
    if (at > 0 && error !== 0 && error < 0 === below < 0) {
      const twice = error * 2;
      const rounded = sum + twice;
      if (twice === rounded - sum) return rounded;
    }
    return sum;
  }

  /** What a sum can be continued from. */
  parts(): readonly number[] {
    return this.#special === 0 ? [...this.#partials] : [this.#special];
  }
}
