// How many lines of an exposition series may still take. What was taken is never given back, as series are never evicted.

/** A number of lines that can be taken, whole or not at all. */
export class SeriesBudget {
  #left: number;

  constructor(lines: number) {
    this.#left = lines;
  }

  /** Whether that many lines could be taken, and were. */
  take(lines: number): boolean {
    if (lines > this.#left) return false;
    this.#left -= lines;
    return true;
  }
}
