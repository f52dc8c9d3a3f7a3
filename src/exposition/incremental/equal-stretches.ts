// Lines that stand as they stood in the body before, in stretches: so many lines that follow each other both here and
// there. Whoever remembers something of a stretch need not look at its lines.

/** The stretches of one body, in the order of its lines. */
export class EqualStretches {
  /** By stretch: its first line, that line in the body before, and how many lines it has. */
  readonly #lines: number[] = [];
  readonly #linesBefore: number[] = [];
  readonly #lengths: number[] = [];

  get count(): number {
    return this.#lines.length;
  }

  /** Adds lines behind those before. */
  add(line: number, before: number, length: number): void {
    const last = this.#lines.length - 1;
    const lastLength = this.#lengths[last] ?? 0;
    const goesOn =
      last >= 0 &&
      (this.#lines[last] ?? 0) + lastLength === line &&
      (this.#linesBefore[last] ?? 0) + lastLength === before;
    if (goesOn) {
      this.#lengths[last] = lastLength + length;
      return;
    }
    this.#lines.push(line);
    this.#linesBefore.push(before);
    this.#lengths.push(length);
  }

  lineOf(stretch: number): number {
    return this.#lines[stretch] ?? 0;
  }

  lineBeforeOf(stretch: number): number {
    return this.#linesBefore[stretch] ?? 0;
  }

  /** The line behind its last one. */
  endOf(stretch: number): number {
    return (this.#lines[stretch] ?? 0) + (this.#lengths[stretch] ?? 0);
  }

  /** How many lines from `line` to before `end` are of `stretch`; 0 where that begins later, or is none. */
  reach(stretch: number, line: number, end: number): number {
    return stretch < this.count && this.lineOf(stretch) <= line
      ? Math.min(end, this.endOf(stretch)) - line
      : 0;
  }

  /** Where a line of a stretch stood in the body before. */
  placeBefore(stretch: number, line: number): number {
    return this.lineBeforeOf(stretch) + line - this.lineOf(stretch);
  }

  /** The first stretch that ends behind `line`; as many as there are where none does. */
  behind(line: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.endOf(middle) > line) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
