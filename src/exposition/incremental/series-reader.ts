// Reads what names a series from the bytes of a line: its metric name and label pairs, as numbers.
// Only the plain layout that clients print, `name{a="x",b="y"} `; everything else is left to the strict reader of
// lines, so that this one never decides what is wrong with a line. Neighbours share most of their labels: pairs that
// stand where the line before had the same bytes are compared, many at once, and not read.

import type { ExpositionFormat } from '../model.js';
import { MAX_LABELS, MAX_NAME_BYTES } from '../limits.js';
import { grownInt32 } from '../../internal/growing-array.js';
import type { Catalogue } from './catalogue.js';
import { commonLength, viewOf } from './common-length.js';
import { ExpectedPairs } from './expected-pairs.js';
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

/** What a line names. */
export interface NamedSeries {
  /** The number of its sample name. */
  readonly name: number;
  /** Its label pairs in order: the first `count`. */
  readonly pairs: Int32Array;
  readonly count: number;
  /** Sum of the hashes of the label pairs, in whatever order they came. */
  readonly sum: number;
  /** Lines with one number have the same label names in one order; 0 tells nothing. */
  readonly shape: number;
}

/** Reads the lines of one body after another, and is what the last one named. */
export class SeriesReader implements NamedSeries {
  name = -1;
  count = 0;
  readonly pairs: Int32Array = new Int32Array(MAX_LABELS);
  sum = 0;
  shape = 0;
  /** Label pairs that had to be hashed so far. */
  hashedPairs = 0;

  readonly #labels: LabelTable;
  readonly #catalogue: Catalogue;
  readonly #mayTrailComma: boolean;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the last line begins, how long its name is, and where its pairs begin. */
  #start = 0;
  #nameLength = 0;
  #pairsStart = 0;
  /** Where each of its pairs ends, behind that. */
  readonly #ends: Int32Array = new Int32Array(MAX_LABELS);
  #pairNameLength = 0;
  /** How far the line that is being read was read, and how many of its pairs. Behind them stand those of the last line. */
  #at = 0;
  #taken = 0;
  #known = 0;
  /** Where the last line goes on as this one may do, behind the beginning of its pairs. */
  #from = 0;
  #areNamesKnown = true;
  readonly #expected: ExpectedPairs;
  /** The line in which a label name was last seen. */
  #lastLines: Int32Array = new Int32Array(64);
  #line = 0;

  /** What comes up is added to `catalogue`. */
  constructor(catalogue: Catalogue, format: ExpositionFormat) {
    this.#catalogue = catalogue;
    this.#labels = catalogue.labels;
    this.#expected = new ExpectedPairs(catalogue);
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
    this.#expected.begin();
    const same = this.#sameAsBefore(start);
    const isOfName = same > this.#nameLength;
    let at = isOfName ? start + this.#nameLength : this.#readName(start);
    if (at < 0) return this.#forget();
    this.#start = start;
    if (this.#bytes[at] === OPENING_BRACE) {
      const pairs = at + 1;
      at = this.#readPairs(pairs, isOfName ? start + same - pairs : -1);
    } else {
      if (this.count > 0) this.shape += 1;
      this.count = 0;
      this.sum = 0;
    }
    return at >= 0 && this.#bytes[at] === SPACE ? at : this.#forget();
  }

  /** The last line was of this series. */
  learn(series: number): void {
    this.#expected.end(series);
  }

  /** How many bytes from `start` on are those of the last line, from its beginning to behind its pairs. */
  #sameAsBefore(start: number): number {
    if (this.#nameLength === 0) return 0;
    const own = this.count === 0 ? this.#nameLength + 1 : this.#pairsStart - this.#start;
    const length = Math.min(own + this.#pairsLength(this.count), this.#bytes.length - start);
    return commonLength(this.#view, start, this.#view, this.#start, length);
  }

  #readName(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    if (((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & METRIC_START) === 0) return -1;
    while (((NAME_CLASSES[bytes[at] ?? 0] ?? 0) & METRIC_PART) !== 0) at += 1;
    if (at - start > MAX_NAME_BYTES) return -1;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, at - start).toString('latin1');
    this.name = this.#catalogue.nameNumber(text);
    this.#nameLength = at - start;
    return at;
  }

  /**
   * From behind the opening brace to behind the closing one. `same` bytes there are those of the last line; below zero
   * it had another name.
   */
  #readPairs(start: number, same: number): number {
    const countBefore = this.count;
    this.#at = start;
    this.#taken = 0;
    this.#known = countBefore;
    this.#from = 0;
    this.#areNamesKnown = true;
    let sameEnd = same < 0 ? this.#sameFrom(start, 0) : same;
    while (!this.#takeSame(start, sameEnd)) {
      const behind = same < 0 && this.#leaveOut() ? COMMA : this.#takeOther(start);
      if (behind === CLOSING_BRACE) break;
      if (behind !== COMMA) return -1;
      const isCompared = this.#taken < this.#known && !this.#expected.isGuiding;
      sameEnd = isCompared ? this.#from + this.#sameFrom(this.#at, this.#from) : 0;
    }
    const count = this.#taken;
    for (let index = count; index < this.#known; index += 1) this.sum = (this.sum - this.#spread(index)) | 0;
    if (!this.#areNamesKnown || count !== countBefore) this.shape += 1;
    this.count = count;
    this.#pairsStart = start;
    return this.#areNamesKnown || this.#areNamesDistinct() ? this.#at : -1;
  }

  /** Takes pairs that stand as on the last line, of which all is the same before `sameEnd`. Whether the last was taken. */
  #takeSame(start: number, sameEnd: number): boolean {
    const ends = this.#ends;
    const known = this.#known;
    const shift = this.#at - start - this.#from;
    let taken = this.#taken;
    // A pair counts with the byte behind it: the closing quote alone might be that of a shorter value.
    for (let end = ends[taken] ?? 0; taken < known && end < sameEnd; end = ends[taken] ?? 0) {
      if (shift !== 0) ends[taken] = end + shift;
      taken += 1;
    }
    if (taken > this.#taken) {
      this.#taken = taken;
      this.#at = start + (ends[taken - 1] ?? 0) + 1;
      this.#from = this.#at - start - shift;
      if (taken === known && this.#bytes[this.#at - 1] === CLOSING_BRACE) return true;
    }
    if (!this.#mayTrailComma || taken === 0 || this.#bytes[this.#at] !== CLOSING_BRACE) return false;
    this.#at += 1;
    return true;
  }

  /** Whether this line goes on behind the next pair of the last one: sums have the labels of buckets, without the bound. */
  #leaveOut(): boolean {
    const index = this.#taken;
    if (index + 1 >= this.#known || !this.#stands(this.#pairAt(index + 1), this.#at)) return false;
    this.#from = (this.#ends[index] ?? 0) + 1;
    this.#remove(index);
    return true;
  }

  /** Takes a pair that is another one than on the last line; gives the byte behind it, -1 where there is no plain one. */
  #takeOther(start: number): number {
    const index = this.#taken;
    const before = index < this.#known ? this.#pairAt(index) : -1;
    const pair = index === MAX_LABELS ? -1 : this.#readPair(this.#at, before);
    if (pair < 0) return -1;
    if (before >= 0 && this.#nameIdOf(pair) === this.#nameIdOf(before)) {
      this.#from = (this.#ends[index] ?? 0) + 1;
      this.sum = (this.sum - this.#spread(index)) | 0;
    } else {
      this.#areNamesKnown = false;
      this.#makeRoom(index);
    }
    const end = this.#at + this.#labels.length(pair);
    this.pairs[index] = pair;
    this.sum = (this.sum + this.#spread(index)) | 0;
    this.#ends[index] = end - start;
    this.#taken = index + 1;
    this.#at = end + 1;
    return this.#bytes[end] ?? -1;
  }

  /** Takes a pair of the last line out. */
  #remove(index: number): void {
    const ends = this.#ends;
    this.sum = (this.sum - this.#spread(index)) | 0;
    for (let at = index + 1; at < this.#known; at += 1) {
      this.pairs[at - 1] = this.#pairAt(at);
      ends[at - 1] = ends[at] ?? 0;
    }
    this.#known -= 1;
  }

  /** Makes room for a pair before those of the last line, of which the last falls out where there are too many. */
  #makeRoom(index: number): void {
    const ends = this.#ends;
    const last = Math.min(this.#known, MAX_LABELS - 1);
    if (last < this.#known) this.sum = (this.sum - this.#spread(last)) | 0;
    for (let at = last; at > index; at -= 1) {
      this.pairs[at] = this.#pairAt(at - 1);
      ends[at] = ends[at - 1] ?? 0;
    }
    this.#known = last + 1;
  }

  /** How many bytes from `at` on are those behind `from` of the last line's pairs. */
  #sameFrom(at: number, from: number): number {
    const length = Math.min(this.#pairsLength(this.#known) - from, this.#bytes.length - at);
    return length <= 0 ? 0 : commonLength(this.#view, at, this.#view, this.#pairsStart + from, length);
  }

  /** Bytes of that many pairs of the last line, with the one behind them. */
  #pairsLength(count: number): number {
    return count === 0 ? 0 : (this.#ends[count - 1] ?? 0) + 1;
  }

  #pairAt(index: number): number {
    return this.pairs[index] ?? 0;
  }

  #nameIdOf(pair: number): number {
    return this.#labels.nameIds[pair] ?? 0;
  }

  /** The pair at `start`, where `before` was on the last line; -1 where there is no plain one. */
  #readPair(start: number, before: number): number {
    const first = this.#expected.first(before);
    if (this.#stands(first, start)) return first;
    const second = this.#expected.second(before);
    if (this.#stands(second, start)) return second;
    const end = this.#pairEnd(start);
    if (end < 0) return -1;
    this.hashedPairs += 1;
    const pair = this.#labels.intern(this.#bytes, this.#view, start, end - start, this.#pairNameLength);
    if (pair >= 0) this.#expected.surprise(pair, before);
    return pair;
  }

  #stands(pair: number, start: number): boolean {
    return pair >= 0 && this.#labels.standsAt(pair, this.#bytes, this.#view, start);
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
    return this.#labels.spreads[this.pairs[index] ?? 0] ?? 0;
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
    this.shape += 1;
    this.#nameLength = 0;
    this.count = 0;
    this.sum = 0;
    return -1;
  }
}
