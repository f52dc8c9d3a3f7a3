// Lines that stand as they stood in the body before, in stretches: so many lines that follow each other both here and
// there. Whoever remembers something of a stretch need not look at its lines.

import { firstAbove } from '../../internal/growing-array.js';

/** The stretches of one body, in the order of its lines. */
export class EqualStretches {
  /** By stretch: its first line, that line in the body before, and the line behind its last one. */
  readonly #lines: number[] = [];
  readonly #linesBefore: number[] = [];
  readonly #ends: number[] = [];

  get count(): number {
    return this.#lines.length;
  }

  /** Adds lines behind those before. */
  add(line: number, before: number, length: number): void {
    const last = this.#lines.length - 1;
    const goesOn = last >= 0 && this.#ends[last] === line && this.placeBefore(last, line) === before;
    if (goesOn) {
      this.#ends[last] = line + length;
      return;
    }
    this.#lines.push(line);
    this.#linesBefore.push(before);
    this.#ends.push(line + length);
  }

  lineOf(stretch: number): number {
    return this.#lines[stretch] ?? 0;
  }

  lineBeforeOf(stretch: number): number {
    return this.#linesBefore[stretch] ?? 0;
  }

  /** The line behind its last one. */
  endOf(stretch: number): number {
    return this.#ends[stretch] ?? 0;
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
    return firstAbove(this.#ends, line);
  }
}
