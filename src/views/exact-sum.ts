// A sum that is exact, and rounded once when it is read: kept as partial sums that do not overlap (Shewchuk 1997).
// So it does not depend on the order of its terms, nothing is lost over months of small increments, and adding what
// is not negative never lowers it. Infinities and NaN are summed apart, as IEEE 754 says.

/** A running sum. */
export class ExactSum {
  /** Increasing in magnitude; their exact sum is the sum of all finite terms. */
  #partials: number[];
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
    const partials = this.#partials;
    if (partials.length === 0) {
      // A list that is made with one number takes a sixth of the room of one that grows to it.
      this.#partials = [term];
      return;
    }
    let rest = term;
    let kept = 0;
    // Written to in place, and nothing allocated: this is done for every number that changed.
    for (let at = 0; at < partials.length; at += 1) {
      const partial = partials[at] ?? 0;
      const isLarger = Math.abs(rest) >= Math.abs(partial);
      const sum = rest + partial;
      const error = isLarger ? partial - (sum - rest) : rest - (sum - partial);
      if (error !== 0) {
        partials[kept] = error;
        kept += 1;
      }
      rest = sum;
    }
    if (Number.isFinite(rest)) {
      partials[kept] = rest;
      if (partials.length > kept + 1) partials.length = kept + 1;
    } else {
      partials.length = 0;
      this.#special += rest;
    }
  }

  /** The sum, rounded to the nearest number, ties to even. */
  value(): number {
    if (this.#special !== 0) return this.#special;
    const partials = this.#partials;
    let at = partials.length - 1;
    // What lies before the first of an array is looked up by its name, which takes longer than all the rest.
    if (at < 0) return 0;
    let sum = partials[at] ?? 0;
    let error = 0;
    while (at > 0 && error === 0) {
      at -= 1;
      const partial = partials[at] ?? 0;
      const larger = sum;
      sum = larger + partial;
      error = partial - (sum - larger);
    }
    // Halfway between two numbers, what lies below decides.
    if (at > 0 && error !== 0 && error < 0 === (partials[at - 1] ?? 0) < 0) {
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
