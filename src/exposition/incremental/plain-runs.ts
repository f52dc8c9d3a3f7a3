// Samples of one kind that follow each other, in runs: what holds for all of them is looked at once for each run.

import { firstAbove } from '../../internal/growing-array.js';

/** Runs of lines, in the order of the body. */
export class PlainRuns {
  /** By run: its first line, the line behind its last one, and the kind of its samples. */
  readonly #firsts: number[] = [];
  readonly #ends: number[] = [];
  readonly #kinds: number[] = [];

  /** Adds `lines` lines from `line` on, behind those before. */
  add(kind: number, line: number, lines: number): void {
    const last = this.#ends.length - 1;
    if (last >= 0 && this.#ends[last] === line && this.#kinds[last] === kind) {
      this.#ends[last] = line + lines;
      return;
    }
    this.#firsts.push(line);
    this.#ends.push(line + lines);
    this.#kinds.push(kind);
  }

  /** How many lines from `line` on are of `kind`. */
  reach(line: number, kind: number): number {
    const run = firstAbove(this.#ends, line);
    const isIn = (this.#firsts[run] ?? Number.POSITIVE_INFINITY) <= line && this.#kinds[run] === kind;
    return isIn ? (this.#ends[run] ?? 0) - line : 0;
  }
}
