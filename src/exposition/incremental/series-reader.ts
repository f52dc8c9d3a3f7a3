// Reads what names a series from the bytes of a line: its metric name and label pairs, as numbers.
// Only the plain layout that clients print, `name{a="x",b="y"} `; everything else is left to the strict reader of
// lines, so that this one never decides what is wrong with a line. Neighbours share most of their labels: pairs that
// stand where the line before had the same bytes are compared, many at once, and not read.

import type { ExpositionFormat } from '../model.js';
import { MAX_LABELS, MAX_NAME_BYTES } from '../limits.js';
import { grownInt32 } from '../../internal/growing-array.js';
import type { Catalogue } from './catalogue.js';
import { commonLength, viewOf } from './common-length.js';
import { spreadHash, type LabelTable } from './label-table.js';

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
  /** Sum of the hashes of the label pairs, in whatever order they came. */
  sum = 0;
  /** Label pairs that had to be hashed so far. */
  hashedPairs = 0;

  readonly #labels: LabelTable;
  readonly #catalogue: Catalogue;
  readonly #mayTrailComma: boolean;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the name and the pairs of the last line stand, and how long they are. */
  #nameStart = 0;
  #nameLength = 0;
  readonly #starts: Int32Array = new Int32Array(MAX_LABELS);
  readonly #ends: Int32Array = new Int32Array(MAX_LABELS);
  #pairNameLength = 0;
  /** By pair: the pair that last came in its place on the next line, and one more; the same of that behind it. */
  #successors: Int32Array = new Int32Array(1024);
  #followers: Int32Array = new Int32Array(1024);
  /** By pair: the series that was last read and begins with it, and one more. */
  #lastOf: Int32Array = new Int32Array(1024);
  #isFirstNew = false;
  /** How far the line that is being read was read, and how many of its pairs. */
  #at = 0;
  #taken = 0;
  /** The line in which a label name was last seen. */
  #lastLines: Int32Array = new Int32Array(64);
  #line = 0;

  /** What comes up is added to `catalogue`. */
  constructor(catalogue: Catalogue, format: ExpositionFormat) {
    this.#catalogue = catalogue;
    this.#labels = catalogue.labels;
    this.#mayTrailComma = format === 'text';
  }

  /** Begins another body. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#forget();
  }

  /**
   * Reads the line at `start`, which a line feed ends somewhere. Gives the position of the space before the value;
   * -1 where the line is not plain.
   */
  read(start: number): number {
    let at = this.#readName(start);
    if (at < 0) return this.#forget();
    const isBare = this.#bytes[at] !== OPENING_BRACE;
    if (isBare) {
      this.count = 0;
      this.sum = 0;
      this.#isFirstNew = false;
    } else {
      at = this.#readPairs(at + 1);
    }
    return at >= 0 && this.#bytes[at] === SPACE ? at : this.#forget();
  }

  /** The last line was of this series. */
  learn(series: number): void {
    if (!this.#isFirstNew) return;
    this.#isFirstNew = false;
    const first = this.#pairAt(0);
    this.#lastOf = grownInt32(this.#lastOf, first + 1);
    this.#lastOf[first] = series + 1;
  }

  #readName(start: number): number {
    const bytes = this.#bytes;
    const length = this.#nameLength;
    const end = start + length;
    if (
      length > 0 &&
      end < bytes.length &&
      commonLength(this.#view, start, this.#view, this.#nameStart, length) === length
    ) {
      if (((NAME_CLASSES[bytes[end] ?? 0] ?? 0) & METRIC_PART) === 0) return end;
    }
    let at = start;
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
  #readPairs(start: number): number {
    const known = this.count;
    this.#at = start;
    this.#taken = 0;
    const first = known > 0 ? this.#pairAt(0) : -1;
    let areNamesKnown = true;
    while (!this.#takeKnown(known)) {
      const before = this.#taken < known ? this.#pairAt(this.#taken) : -1;
      const end = this.#taken === MAX_LABELS ? -1 : this.#readPair(this.#at, this.#taken, before);
      if (end < 0) return -1;
      areNamesKnown &&= before >= 0 && this.#nameIdOf(this.#pairAt(this.#taken)) === this.#nameIdOf(before);
      this.#taken += 1;
      this.#at = end + 1;
      const next = this.#bytes[end];
      if (next === CLOSING_BRACE) break;
      if (next !== COMMA) return -1;
    }
    for (let index = this.#taken; index < known; index += 1) this.sum = (this.sum - this.#spread(index)) | 0;
    this.count = this.#taken;
    this.#isFirstNew = this.#taken > 0 && this.#pairAt(0) !== first;
    return areNamesKnown || this.#areNamesDistinct() ? this.#at : -1;
  }

  /** Takes pairs that stand as they did on the line before, of which there were `known`. Whether the last was taken. */
  #takeKnown(known: number): boolean {
    const starts = this.#starts;
    const ends = this.#ends;
    let at = this.#at;
    let taken = this.#taken;
    if (taken < known) {
      const knownStart = starts[taken] ?? 0;
      const knownEnd = (ends[known - 1] ?? 0) + 1;
      const shift = at - knownStart;
      const most = Math.min(knownEnd - knownStart, this.#bytes.length - at);
      const commonEnd = knownStart + commonLength(this.#view, at, this.#view, knownStart, most);
      // A pair counts with the byte behind it: the closing quote alone might be that of a shorter value.
      for (let end = ends[taken] ?? 0; taken < known && end < commonEnd; end = ends[taken] ?? 0) {
        starts[taken] = (starts[taken] ?? 0) + shift;
        ends[taken] = end + shift;
        at = end + shift + 1;
        taken += 1;
      }
      const isWhole = taken > this.#taken && taken === known && this.#bytes[at - 1] === CLOSING_BRACE;
      this.#at = at;
      this.#taken = taken;
      if (isWhole) return true;
    }
    if (!this.#mayTrailComma || taken === 0 || this.#bytes[at] !== CLOSING_BRACE) return false;
    this.#at = at + 1;
    return true;
  }

  #pairAt(index: number): number {
    return this.pairs[index] ?? 0;
  }

  #nameIdOf(pair: number): number {
    return this.#labels.nameIds[pair] ?? 0;
  }

  /** Reads one pair into the place `index`, where `before` was; gives the position behind its closing quote. */
  #readPair(start: number, index: number, before: number): number {
    const left = index === 0 ? -1 : this.#pairAt(index - 1);
    const expected = this.#expectedPair(start, left, before);
    if (expected >= 0) {
      return this.#place(expected, index, before, start, start + this.#labels.length(expected));
    }
    const end = this.#pairEnd(start);
    if (end < 0) return -1;
    this.hashedPairs += 1;
    const pair = this.#labels.intern(this.#bytes, this.#view, start, end - start, this.#pairNameLength);
    if (pair < 0) return -1;
    if (before >= 0) {
      this.#successors = grownInt32(this.#successors, before + 1);
      this.#successors[before] = pair + 1;
    }
    if (left >= 0) {
      this.#followers = grownInt32(this.#followers, left + 1);
      this.#followers[left] = pair + 1;
    }
    return this.#place(pair, index, before, start, end);
  }

  /** What stands at `start`, where it is one of those that experience tells to come there; else -1. */
  #expectedPair(start: number, left: number, before: number): number {
    // The bounds of one histogram follow each other as those of the one before did.
    const below = before < 0 ? -1 : (this.#successors[before] ?? 0) - 1;
    if (this.#stands(below, start)) return below;
    if (left < 0) return -1;
    // A key has one hash, and belongs to one team: whatever else there is between them.
    const right = (this.#followers[left] ?? 0) - 1;
    if (this.#stands(right, start)) return right;
    const series = (this.#lastOf[this.#pairAt(0)] ?? 0) - 1;
    if (series < 0 || before < 0) return -1;
    const { starts, pairs } = this.#catalogue.series;
    const nameId = this.#nameIdOf(before);
    const end = starts[series + 1] ?? 0;
    let at = starts[series] ?? 0;
    while (at < end && this.#nameIdOf(pairs[at] ?? 0) !== nameId) at += 1;
    const pair = at < end ? (pairs[at] ?? 0) : -1;
    return this.#stands(pair, start) ? pair : -1;
  }

  #stands(pair: number, start: number): boolean {
    return pair >= 0 && this.#labels.standsAt(pair, this.#bytes, this.#view, start);
  }

  #place(pair: number, index: number, before: number, start: number, end: number): number {
    if (before >= 0) this.sum = (this.sum - this.#spread(index)) | 0;
    this.pairs[index] = pair;
    this.sum = (this.sum + this.#spread(index)) | 0;
    this.#starts[index] = start;
    this.#ends[index] = end;
    return end;
  }

  /** The position behind the closing quote of the pair at `start`; -1 where there is no plain one. */
  #pairEnd(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    if (((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & LABEL_START) === 0) return -1;
    while (((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & LABEL_PART) !== 0) at += 1;
    this.#pairNameLength = at - start;
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
    return at + 1;
  }

  #spread(index: number): number {
    return spreadHash(this.#labels, this.pairs[index] ?? 0);
  }

  #areNamesDistinct(): boolean {
    this.#line += 1;
    for (let index = 0; index < this.count; index += 1) {
      const nameId = this.#nameIdOf(this.#pairAt(index));
      this.#lastLines = grownInt32(this.#lastLines, nameId + 1);
      if (this.#lastLines[nameId] === this.#line) return false;
      this.#lastLines[nameId] = this.#line;
    }
    return true;
  }

  /** What was read of a line that is not plain must not be taken for the one before the next. */
  #forget(): -1 {
    this.#nameLength = 0;
    this.count = 0;
    this.sum = 0;
    this.#isFirstNew = false;
    return -1;
  }
}
