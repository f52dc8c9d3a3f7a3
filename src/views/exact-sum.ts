// A sum that is exact, and rounded once when it is read: kept as partial sums that do not overlap (Shewchuk 1997).
// So it does not depend on the order of its terms, nothing is lost over months of small increments, and adding what
// is not negative never lowers it. Infinities and NaN are summed apart, as IEEE 754 says.

/** A running sum. */
export class ExactSum {
  /** The sum of all finite terms where one number is exact, as it nearly always is, or else the largest partial sum. */
  #sum = 0;
  /** The other partial sums, increasing in magnitude. */
  #errors: number[] | undefined;
  #special = 0;

  /** Continues from `parts()`. @default nothing added yet */
  constructor(parts: readonly number[] = []) {
    const partials = parts.filter((part) => Number.isFinite(part));
    this.#special = parts.filter((part) => !Number.isFinite(part)).reduce((a, b) => a + b, 0);
    this.#sum = partials.pop() ?? 0;
    if (partials.length > 0) this.#errors = partials;
  }

  add(term: number): void {
    const before = this.#sum;
    const sum = before + term;
    // One of the two is the rounding error, whichever is larger.
    if (this.#errors === undefined && sum - before === term && sum - term === before) this.#sum = sum;
    else this.#addInexact(term);
  }

  #addInexact(term: number): void {
    if (!Number.isFinite(term)) {
      this.#special += term;
      return;
    }
    const errors = this.#errors ?? [];
    const { length } = errors;
    let rest = term;
    let kept = 0;
    // Written to in place, and nothing allocated: this is done for many numbers that changed.
    for (let at = 0; at <= length; at += 1) {
      const partial = at < length ? (errors[at] ?? 0) : this.#sum;
      const isLarger = Math.abs(rest) >= Math.abs(partial);
      const sum = rest + partial;
      const error = isLarger ? partial - (sum - rest) : rest - (sum - partial);
      if (error !== 0) {
        errors[kept] = error;
        kept += 1;
      }
      rest = sum;
    }
    if (!Number.isFinite(rest)) {
      this.#special += rest;
      rest = 0;
      kept = 0;
    }
    this.#sum = rest;
    if (errors.length > kept) errors.length = kept;
    this.#errors = kept === 0 ? undefined : errors;
  }

  /** The sum, rounded to the nearest number, ties to even. */
  value(): number {
    if (this.#special !== 0) return this.#special;
    const errors = this.#errors;
    let sum = this.#sum;
    if (errors === undefined) return sum;
    let at = errors.length;
    let error = 0;
    while (at > 0 && error === 0) {
      at -= 1;
      const partial = errors[at] ?? 0;
      const larger = sum;
      sum = larger + partial;
      error = partial - (sum - larger);
    }
    // Halfway between two numbers, what lies below decides.
    if (at > 0 && error !== 0 && error < 0 === (errors[at - 1] ?? 0) < 0) {
      const twice = error * 2;
      const rounded = sum + twice;
      if (twice === rounded - sum) return rounded;
    }
    return sum;
  }

  /** What a sum can be continued from. */
  parts(): readonly number[] {
    if (this.#special !== 0) return [this.#special];
    return this.#errors === undefined && this.#sum === 0 ? [] : [...(this.#errors ?? []), this.#sum];
  }
}
