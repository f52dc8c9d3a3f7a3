// Finds how many lines stand in a body as they stood in the one before. Buffers are compared natively, which tells
// whether they differ but not where: so runs grow while they are equal, and are halved where they are not.

import type { LineTable } from './line-table.js';

/** Lines that are compared at once, at most. */
const MAX_RUN = 256;
/** Runs that grow slowly are read again less often when they have to be halved. */
const FIRST_RUN = 4;
const GROWTH = 2;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** Compares one body with the one before, from the first line to the last. */
export class EqualRuns {
  #body: Buffer = NO_BYTES;
  #bodyBefore: Buffer = NO_BYTES;
  /** How many lines are compared next. */
  #next = 1;
  /** Some line before this one differs: what was equal so far need not be compared again to find it. */
  #differsBefore = 0;

  /** Begins a body. */
  begin(body: Buffer, bodyBefore: Buffer): void {
    this.#body = body;
    this.#bodyBefore = bodyBefore;
    this.forget();
  }

  /** Whether the next line is to be looked at alone: the one before it was not equal. */
  get looksAtOne(): boolean {
    return this.#next === 1;
  }

  /** The next line was looked at and is equal. */
  foundOne(): void {
    this.#next = FIRST_RUN;
  }

  /** Forgets where they differ. To be called whenever a line was taken that was not found here. */
  forget(): void {
    this.#next = 1;
    this.#differsBefore = 0;
  }

  /** Whether `length` bytes of the body before, from `start` on, stand at `at`. */
  areEqual(start: number, at: number, length: number): boolean {
    const until = at + length;
    return (
      until <= this.#body.length &&
      this.#bodyBefore.compare(this.#body, at, until, start, start + length) === 0
    );
  }

  /**
   * How many lines of the body before, from `line` to before `end`, stand at `at` byte for byte: none, or as many as
   * were compared, though there may be more.
   */
  find({ starts }: LineTable, line: number, end: number, at: number): number {
    const start = starts[line] ?? 0;
    let run = Math.min(this.#next, end - line);
    if (this.#differsBefore > line) run = Math.min(run, (this.#differsBefore - line) >> 1);
    for (; run > 0; run >>= 1) {
      if (this.areEqual(start, at, (starts[line + run] ?? 0) - start)) {
        this.#next = Math.min(MAX_RUN, run * GROWTH);
        return run;
      }
      this.#differsBefore = line + run;
    }
    this.forget();
    return 0;
  }
}
