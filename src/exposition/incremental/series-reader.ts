// Reads what names a series from the bytes of a line: its metric name and label pairs, as numbers.
// Only the plain layout that clients print, `name{a="x",b="y"} `; everything else is left to the strict reader of
// lines, so that this one never decides what is wrong with a line. Pairs that stand where the line before had the same
// ones are compared and not read: neighbours share most of their labels.

import type { ExpositionFormat } from '../model.js';
import { MAX_LABELS, MAX_NAME_BYTES } from '../limits.js';
import type { Catalogue } from './catalogue.js';
import { grownInt32 } from '../../internal/growing-array.js';
import type { LabelTable } from './label-table.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const LETTER_N = 0x6e;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Bits of what a byte may be in a name. */
const LABEL_START = 1;
const LABEL_PART = 2;
const METRIC_START = 4;
const METRIC_PART = 8;
const NAME_CLASSES: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[a-zA-Z_]/.test(character)) return LABEL_START | LABEL_PART | METRIC_START | METRIC_PART;
  if (/[0-9]/.test(character)) return LABEL_PART | METRIC_PART;
  return character === ':' ? METRIC_START | METRIC_PART : 0;
});

/** Reads the lines of one body after another. */
export class SeriesReader {
  /** What the last line named: its sample name, and its label pairs in order. */
  name = -1;
  count = 0;
  readonly pairs: Int32Array = new Int32Array(MAX_LABELS);
  /** Label pairs that had to be hashed so far. */
  hashedPairs = 0;

  readonly #labels: LabelTable;
  readonly #catalogue: Catalogue;
  readonly #mayTrailComma: boolean;
  /** Where the name and the pairs of the last line stand, and how long they are. */
  #nameStart = 0;
  #nameLength = 0;
  #spans = 0;
  readonly #spanStarts: Int32Array = new Int32Array(MAX_LABELS);
  readonly #spanLengths: Int32Array = new Int32Array(MAX_LABELS);
  /** The line in which a label name was last seen. */
  #lastLines: Int32Array = new Int32Array(64);
  #line = 0;

  /** What comes up is added to `catalogue`. */
  constructor(catalogue: Catalogue, format: ExpositionFormat) {
    this.#catalogue = catalogue;
    this.#labels = catalogue.labels;
    this.#mayTrailComma = format === 'text';
  }

  /** Forgets where the last line stands: another body follows. */
  reset(): void {
    this.#nameLength = 0;
    this.#spans = 0;
  }

  /**
   * Reads the line at `start`, which a line feed ends somewhere. Gives the position of the space before the value;
   * -1 where the line is not plain.
   */
  read(bytes: Uint8Array, start: number): number {
    let at = this.#readName(bytes, start);
    if (at < 0) return -1;
    this.count = 0;
    if (bytes[at] === OPENING_BRACE) {
      at = this.#readPairs(bytes, at + 1);
      if (at < 0) return -1;
    }
    return bytes[at] === SPACE ? at : -1;
  }

  #readName(bytes: Uint8Array, start: number): number {
    let at = start;
    const known = this.#nameStart;
    const length = this.#nameLength;
    while (at - start < length && bytes[at] === bytes[known + at - start]) at += 1;
    if (length > 0 && at - start === length && ((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & METRIC_PART) === 0)
      return at;
    at = start;
    if (((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & METRIC_START) === 0) return -1;
    while (((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & METRIC_PART) !== 0) at += 1;
    if (at - start > MAX_NAME_BYTES) return -1;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, at - start).toString('latin1');
    this.name = this.#catalogue.nameNumber(text);
    this.#nameStart = start;
    this.#nameLength = at - start;
    return at;
  }

  /** From behind the opening brace to behind the closing one. */
  #readPairs(bytes: Uint8Array, start: number): number {
    this.#line += 1;
    const spanStarts = this.#spanStarts;
    const spanLengths = this.#spanLengths;
    let at = start;
    let count = 0;
    for (;;) {
      let pair = -1;
      if (count < this.#spans) {
        const known = spanStarts[count] ?? 0;
        const length = spanLengths[count] ?? 0;
        let same = 0;
        while (same < length && bytes[at + same] === bytes[known + same]) same += 1;
        // The closing quote is the last byte of a span, so that equal spans are equal pairs.
        if (same === length) {
          pair = this.pairs[count] ?? 0;
          at += length;
        }
      }
      if (pair < 0) {
        const end = this.#readPair(bytes, at, count);
        if (end < 0) return this.#giveUp();
        pair = this.pairs[count] ?? 0;
        at = end;
      }
      if (!this.#isFirst(this.#labels.nameIds[pair] ?? 0)) return this.#giveUp();
      count += 1;
      const next = bytes[at];
      at += 1;
      if (next === COMMA) {
        if (this.#mayTrailComma && bytes[at] === CLOSING_BRACE) {
          at += 1;
          break;
        }
        if (count === MAX_LABELS) return this.#giveUp();
        continue;
      }
      if (next === CLOSING_BRACE) break;
      return this.#giveUp();
    }
    this.#spans = Math.max(this.#spans, count);
    this.count = count;
    return at;
  }

  /** Reads one pair into the place `index`; gives the position behind its closing quote. */
  #readPair(bytes: Uint8Array, start: number, index: number): number {
    let at = start;
    if (((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & LABEL_START) === 0) return -1;
    while (((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & LABEL_PART) !== 0) at += 1;
    const nameLength = at - start;
    if (bytes[at] !== EQUALS || bytes[at + 1] !== QUOTE) return -1;
    at += 2;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[at]) {
      if (byte === BACKSLASH) {
        at += 1;
        const letter = bytes[at];
        if (letter !== LETTER_N && letter !== BACKSLASH && letter !== QUOTE) return -1;
      } else if (byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === 0) {
        return -1;
      }
      at += 1;
    }
    at += 1;
    this.hashedPairs += 1;
    const pair = this.#labels.intern(bytes, start, at - start, nameLength);
    if (pair < 0) return -1;
    this.pairs[index] = pair;
    this.#spanStarts[index] = start;
    this.#spanLengths[index] = at - start;
    if (index >= this.#spans) this.#spans = index + 1;
    return at;
  }

  /** Whether a label name comes up for the first time in this line. */
  #isFirst(nameId: number): boolean {
    this.#lastLines = grownInt32(this.#lastLines, nameId + 1);
    if (this.#lastLines[nameId] === this.#line) return false;
    this.#lastLines[nameId] = this.#line;
    return true;
  }

  /** What was read of a line that is not plain must not be taken for the one before the next. */
  #giveUp(): -1 {
    this.reset();
    return -1;
  }
}
