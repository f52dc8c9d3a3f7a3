// A sum whose rounding errors are carried along (Neumaier's variant of Kahan summation), so that adding small
// increments to a large counter for months loses nothing. Integers up to 2^53 are exact either way.

/** A running sum. */
export class CompensatedSum {
  #sum: number;
  #compensation: number;

  constructor(sum = 0, compensation = 0) {
    this.#sum = sum;
    this.#compensation = compensation;
  }

  add(value: number): void {
    const sum = this.#sum + value;
    // Infinities and NaN have no rounding error, and their difference would poison the sum.
    if (Number.isFinite(sum)) {
      this.#compensation +=
        Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    }
    this.#sum = sum;
  }

  /** The sum, rounded once. */
  value(): number {
    return Number.isFinite(this.#sum) ? this.#sum + this.#compensation : this.#sum;
  }

  /** Sum and compensation, for the state file. */
  parts(): readonly [sum: number, compensation: number] {
    return [this.#sum, this.#compensation];
  }
}
