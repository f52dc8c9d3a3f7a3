// The lines of one body: where each begins, which series it is, and where its value stands. Columns of numbers, so that
// a table of half a million lines is a few megabytes, and stretches of it are copied at once.

import { grownBytes, grownInt32 } from '../../internal/growing-array.js';
import { EqualStretches } from './equal-stretches.js';

/** A line that says nothing: blank, or a comment. */
export const NOTHING = -1;
/** OpenMetrics' last line. */
export const END_MARK = -2;
const FIRST_METADATA = -3;

/** Both lines are the same bytes; their values and timestamps take as many bytes. */
export const IS_EQUAL = 1;
export const IS_AS_LONG = 2;
const BITS_IN_COMMON = 2;

/** Room for lines beyond those of the body before: so many, and one for so many of them. */
const EXPECTED_NEW_LINES = 256;
const LINES_FOR_A_NEW_ONE = 16;
/** A guess that makes the table of a first body grow seldom. */
const EXPECTED_LINE_BYTES = 160;

/** The lines of a body that has been read, or is being read. Not changed any more once it has been read. */
export class LineTable {
  count = 0;
  /** Where each line begins; one more than there are lines, so that the last one has an end. */
  starts: Int32Array;
  /** The number of the line's series; below zero it is a line of another kind, see `metadataOf`. */
  series: Int32Array;
  /** Where value and timestamp stand: in the body, or, below zero, in `rests` from `-1 - start`. */
  valueStarts: Int32Array;
  /** Where they end, in the same place. */
  valueEnds: Int32Array;
  /**
   * By line: the line of the body before that names the same series, see `lineBefore`, and what else they have in common:
   * `IS_EQUAL`, `IS_AS_LONG`. -1 where it was not recognised. Empty where there was no body before.
   */
  before: Int32Array = new Int32Array(0);
  /** The lines that are equal to those before. */
  readonly equal: EqualStretches = new EqualStretches();
  /** Values and timestamps that do not stand in the body as they leave. */
  rests: Uint8Array = new Uint8Array(0);
  restsUsed = 0;

  readonly #recognises: boolean;

  /** `expectedLines` saves growing; `recognises` tells whether there is a body before. */
  constructor(expectedLines: number, recognises = false) {
    const size = Math.max(64, expectedLines);
    this.starts = new Int32Array(size + 1);
    this.series = new Int32Array(size);
    this.valueStarts = new Int32Array(size);
    this.valueEnds = new Int32Array(size);
    this.#recognises = recognises;
    if (recognises) this.before = new Int32Array(size);
  }

  /** Makes room for `more` lines. */
  reserve(more: number): void {
    const length = this.count + more;
    if (length <= this.series.length && length < this.starts.length) return;
    this.starts = grownInt32(this.starts, length + 1);
    this.series = grownInt32(this.series, length);
    this.valueStarts = grownInt32(this.valueStarts, length);
    this.valueEnds = grownInt32(this.valueEnds, length);
    if (this.#recognises) this.before = grownInt32(this.before, length);
  }

  /** Adds a line that ends before `nextStart`, with its entry in `before`. Room must have been reserved. */
  add(series: number, valueStart: number, valueEnd: number, nextStart: number, before = -1): void {
    const line = this.count;
    this.series[line] = series;
    this.valueStarts[line] = valueStart;
    this.valueEnds[line] = valueEnd;
    this.starts[line + 1] = nextStart;
    if (this.#recognises) this.before[line] = before;
    if (before >= 0 && (before & IS_EQUAL) !== 0) this.equal.add(line, lineBefore(before), 1);
    this.count = line + 1;
  }

  /** Adds lines of the body before that are equal and stand `shift` bytes further on; none of them has a rest of its own. */
  addKnown(before: LineTable, from: number, lines: number, shift: number): void {
    const { series, starts, valueStarts, valueEnds, before: places, count } = this;
    const { series: seriesBefore, starts: startsBefore } = before;
    const { valueStarts: valueStartsBefore, valueEnds: valueEndsBefore } = before;
    for (let line = from, own = count; line < from + lines; line += 1, own += 1) {
      series[own] = seriesBefore[line] ?? NOTHING;
      starts[own + 1] = (startsBefore[line + 1] ?? 0) + shift;
      valueStarts[own] = (valueStartsBefore[line] ?? 0) + shift;
      valueEnds[own] = (valueEndsBefore[line] ?? 0) + shift;
      places[own] = entryBefore(line, IS_EQUAL | IS_AS_LONG);
    }
    this.equal.add(count, from, lines);
    this.count = count + lines;
  }

  /** Adds a line whose value and timestamp leave as `rest`. */
  addWithRest(series: number, rest: Uint8Array, nextStart: number, before = -1): void {
    const start = this.restsUsed;
    this.rests = grownBytes(this.rests, start + rest.length);
    this.rests.set(rest, start);
    this.restsUsed = start + rest.length;
    this.add(series, -1 - start, -1 - this.restsUsed, nextStart, before);
  }

  /** Value and timestamp of a line of `body`. */
  rest(line: number, body: Uint8Array): Uint8Array {
    const start = this.valueStarts[line] ?? 0;
    const end = this.valueEnds[line] ?? 0;
    return start < 0 ? this.rests.subarray(-1 - start, -1 - end) : body.subarray(start, end);
  }
}

/** The entry of a recognised line in the column of lines before. */
export function entryBefore(line: number, inCommon: number): number {
  return (line << BITS_IN_COMMON) | inCommon;
}

/** The line behind such an entry. */
export function lineBefore(entry: number): number {
  return entry >> BITS_IN_COMMON;
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
