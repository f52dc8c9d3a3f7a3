// Finds how many lines stand in a body as they stood in the one before. Native comparison is the fastest, but tells only
// whether bytes differ: where they do is found by halving, in bytes that the processor has at hand by then.

import { firstAbove } from '../../internal/growing-array.js';
import { commonLength, viewOf } from './common-length.js';
import type { LineTable } from './line-table.js';

/** Bytes that are compared at once, at most, and how many times as many at each call. */
const RUN_BYTES = 64 * 1024;
const GROWTH = 4;
/** Bytes that are compared without a native call, at most. */
const SHORT_BYTES = 2048;
/** Lines that are found at once, at most: what is done with each of them is not done at once. */
const MAX_RUN = 256;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** Compares one body with the one before, from the first line to the last. */
export class EqualRuns {
  /** Bytes that were found to be equal, those that were compared once more counted once more. */
  compared = 0;
  #body: Buffer = NO_BYTES;
  #bodyBefore: Buffer = NO_BYTES;
  #view: DataView = viewOf(NO_BYTES);
  #viewBefore: DataView = viewOf(NO_BYTES);
  /** How much further on the lines stand that were compared last. */
  #shift = 0;
  /** Up to here the bytes of the body before are known to stand so much further on, from the line asked for last. */
  #reach = 0;
  /** Whether those behind it are known not to. */
  #differs = false;
  /** How many are compared next. */
  #next = SHORT_BYTES;

  /** Begins a body. The one before must be UTF-8 without NUL. */
  begin(body: Buffer, bodyBefore: Buffer): void {
    this.compared = 0;
    this.#body = body;
    this.#bodyBefore = bodyBefore;
    this.#view = viewOf(body);
    this.#viewBefore = viewOf(bodyBefore);
    this.#shift = 0;
    this.#reach = 0;
    this.#differs = false;
    this.#next = SHORT_BYTES;
  }

  /**
   * How many lines of the body before, from `line` to before `end`, stand at `at` byte for byte: none, or as many as
   * were compared, though there may be more.
   */
  find({ starts }: LineTable, line: number, end: number, at: number): number {
    const start = starts[line] ?? 0;
    const shift = at - start;
    if (shift !== this.#shift || start > this.#reach) {
      this.#shift = shift;
      this.#reach = start;
      this.#differs = false;
    }
    const next = starts[line + 1] ?? 0;
    if (this.#reach < next) {
      this.#compare(Math.min(Math.max(next, this.#reach + RUN_BYTES), starts[end] ?? 0));
      if (this.#reach < next) return 0;
    }
    // A line ends where the next one begins.
    const most = Math.min(end, line + MAX_RUN);
    return firstAbove(starts, this.#reach, line + 1, most + 1) - 1 - line;
  }

  /** Whether the line that was asked for last stands there up to `place` of the body before, if not as a whole. */
  isEqualUpTo(place: number): boolean {
    return place <= this.#reach;
  }

  /** Compares up to `end` of the body before, or to the first byte that differs. */
  #compare(end: number): void {
    while (!this.#differs && this.#reach < end) {
      this.#compareRun(Math.min(this.#next, end - this.#reach));
      // Behind a line that differs the next one often does.
      this.#next = this.#differs ? SHORT_BYTES : Math.min(RUN_BYTES, this.#next * GROWTH);
    }
  }

  /** Passes the next `length` bytes, or as many as are equal. */
  #compareRun(length: number): void {
    if (length > SHORT_BYTES && this.#goesOnFor(length)) return;
    let among = length;
    while (among > SHORT_BYTES) {
      const half = among >> 1;
      among = this.#goesOnFor(half) ? among - half : half;
    }
    this.#compareShort(among);
  }

  /** Whether the next `length` bytes are equal, which are passed if so. */
  #goesOnFor(length: number): boolean {
    const start = this.#reach;
    const at = start + this.#shift;
    const until = at + length;
    const areEqual =
      until <= this.#body.length &&
      this.#bodyBefore.compare(this.#body, at, until, start, start + length) === 0;
    if (areEqual) this.#pass(length);
    return areEqual;
  }

  /** The same for few. */
  #compareShort(length: number): void {
    const at = this.#reach + this.#shift;
    const there = Math.max(0, Math.min(length, this.#body.length - at));
    const common = commonLength(this.#viewBefore, this.#reach, this.#view, at, there);
    this.#differs = common < length;
    this.#pass(common);
  }

  #pass(bytes: number): void {
    this.#reach += bytes;
    this.compared += bytes;
  }
}
