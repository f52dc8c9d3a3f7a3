// The lines of one body: where each begins, which series it is, and where its value stands. Columns of numbers, so that
// a table of half a million lines is a few megabytes, and stretches of it are copied at once.

import { grownBytes, grownInt32 } from '../../internal/growing-array.js';
import { EqualStretches } from './equal-stretches.js';
import { PlainRuns } from './plain-runs.js';

/** A line that says nothing: blank, or a comment. */
export const NOTHING = -1;
/** OpenMetrics' last line. */
export const END_MARK = -2;
const FIRST_METADATA = -3;

/** Value and timestamp of both lines take as many bytes. */
export const IS_AS_LONG = 1;
const BITS_IN_COMMON = 1;

/** Room for lines beyond those of the body before: so many, and one for so many of them. */
const EXPECTED_NEW_LINES = 256;
const LINES_FOR_A_NEW_ONE = 16;
/** A guess that makes the table of a first body grow seldom. */
const EXPECTED_LINE_BYTES = 160;
/** Numbers from which on it is faster to copy them natively. */
const LEAST_COPIED_NATIVELY = 32;

/** The lines of a body that has been read, or is being read. Not changed any more once it has been read. */
export class LineTable {
  count = 0;
  /** Where each line begins; one more than there are lines, so that the last one has an end. */
  starts: Int32Array;
  /** The number of the line's series; below zero it is a line of another kind, see `metadataOf`. */
  series: Int32Array;
  /**
   * By line that is not in `equal`: the entry of the line of the body before that names the same series, see `lineBefore`;
   * 0 where it was not recognised. Empty where there was no body before.
   */
  before: Int32Array = new Int32Array(0);
  /** The lines that are equal to those before. */
  readonly equal: EqualStretches = new EqualStretches();
  /** The samples whose value and timestamp stand in the body as they leave, up to the line feed. */
  readonly plain: PlainRuns = new PlainRuns();

  /** By line: where its value stands, behind its start; below zero it is one of the rests, -1 the first of them. */
  #valueOffsets: Int32Array;
  /** Values and timestamps that do not stand in the body as they leave, and where each of them ends. */
  #rests: Uint8Array = new Uint8Array(0);
  readonly #restEnds: number[] = [];
  readonly #recognises: boolean;

  /** `expectedLines` saves growing; `recognises` tells whether there is a body before. */
  constructor(expectedLines: number, recognises = false) {
    const size = Math.max(64, expectedLines);
    this.starts = new Int32Array(size + 1);
    this.series = new Int32Array(size);
    this.#valueOffsets = new Int32Array(size);
    this.#recognises = recognises;
    if (recognises) this.before = new Int32Array(size);
  }

  /** Makes room for `more` lines. */
  reserve(more: number): void {
    const length = this.count + more;
    if (length <= this.series.length && length < this.starts.length) return;
    this.starts = grownInt32(this.starts, length + 1);
    this.series = grownInt32(this.series, length);
    this.#valueOffsets = grownInt32(this.#valueOffsets, length);
    if (this.#recognises) this.before = grownInt32(this.before, length);
  }

  /** Adds a line that is no sample, and ends before `next`. Room must have been reserved, here as below. */
  addEntry(entry: number, next: number): void {
    this.#add(entry, 0, next);
  }

  /** Adds a sample of `kind` whose value begins at `valueStart`, with its entry in `before`. */
  addPlain(kind: number, series: number, valueStart: number, next: number, entry = 0): void {
    const line = this.count;
    this.plain.add(kind, line, 1);
    if (entry !== 0) this.before[line] = entry;
    this.#add(series, valueStart - (this.starts[line] ?? 0), next);
  }

  /** Adds a sample whose value and timestamp leave as `rest`. */
  addWithRest(series: number, rest: Uint8Array, next: number): void {
    const start = this.#restEnds.at(-1) ?? 0;
    this.#rests = grownBytes(this.#rests, start + rest.length);
    this.#rests.set(rest, start);
    this.#restEnds.push(start + rest.length);
    this.#add(series, -this.#restEnds.length, next);
  }

  /** The line that was added last is equal to this one of the body before. */
  isEqualTo(line: number): void {
    this.equal.add(this.count - 1, line, 1);
  }

  /** Adds plain samples of `kind` that are equal to those of the body before, and stand `shift` bytes further on. */
  addEqual(kind: number, before: LineTable, from: number, lines: number, shift: number): void {
    const { count, starts } = this;
    const to = from + lines;
    copyNumbers(this.series, count, before.series, from, to);
    copyNumbers(this.#valueOffsets, count, before.#valueOffsets, from, to);
    const startsBefore = before.starts;
    for (let line = from + 1, own = count + 1; line <= to; line += 1, own += 1)
      starts[own] = (startsBefore[line] ?? 0) + shift;
    this.plain.add(kind, count, lines);
    this.equal.add(count, from, lines);
    this.count = count + lines;
  }

  /** Where the value of a plain sample begins. */
  valueStart(line: number): number {
    return (this.starts[line] ?? 0) + (this.#valueOffsets[line] ?? 0);
  }

  /** Whether a sample is plain. */
  isPlain(line: number): boolean {
    return (this.#valueOffsets[line] ?? 0) > 0;
  }

  /** Where value and timestamp of a sample stand: in `body`, or aside. */
  restSource(line: number, body: Uint8Array): Uint8Array {
    return (this.#valueOffsets[line] ?? 0) < 0 ? this.#rests : body;
  }

  /** Where they begin there. */
  restStart(line: number): number {
    const offset = this.#valueOffsets[line] ?? 0;
    return offset < 0 ? (this.#restEnds[-2 - offset] ?? 0) : (this.starts[line] ?? 0) + offset;
  }

  /** Where they end there. */
  restEnd(line: number): number {
    const offset = this.#valueOffsets[line] ?? 0;
    return offset < 0 ? (this.#restEnds[-1 - offset] ?? 0) : (this.starts[line + 1] ?? 0) - 1;
  }

  /** Value and timestamp of a sample of `body`. */
  rest(line: number, body: Uint8Array): Uint8Array {
    return this.restSource(line, body).subarray(this.restStart(line), this.restEnd(line));
  }

  #add(entry: number, valueOffset: number, next: number): void {
    const line = this.count;
    this.series[line] = entry;
    this.#valueOffsets[line] = valueOffset;
    this.starts[line + 1] = next;
    this.count = line + 1;
  }
}

function copyNumbers(target: Int32Array, at: number, source: Int32Array, from: number, to: number): void {
  if (to - from >= LEAST_COPIED_NATIVELY) target.set(source.subarray(from, to), at);
  else for (let own = at, place = from; place < to; own += 1, place += 1) target[own] = source[place] ?? 0;
}

/** The entry of a line that names the same series as one of the body before. */
export function entryBefore(line: number, inCommon: number): number {
  return ((line + 1) << BITS_IN_COMMON) | inCommon;
}

/** The line behind such an entry; -1 where there is none. */
export function lineBefore(entry: number): number {
  return (entry >> BITS_IN_COMMON) - 1;
}

/** The entry of a metadata line in the column of series. */
export function metadataEntry(number: number): number {
  return FIRST_METADATA - number;
}

/** The number of the metadata line behind an entry; below zero where it is none. */
export function metadataOf(entry: number): number {
  return FIRST_METADATA - entry;
}

/** An empty table for the lines of `body`, which comes after one with the lines `before`, if any. */
export function tableFor(body: Uint8Array, before: LineTable | undefined): LineTable {
  if (before === undefined) return new LineTable(Math.ceil(body.length / EXPECTED_LINE_BYTES));
  return new LineTable(Math.ceil(before.count * (1 + 1 / LINES_FOR_A_NEW_ONE)) + EXPECTED_NEW_LINES, true);
}
