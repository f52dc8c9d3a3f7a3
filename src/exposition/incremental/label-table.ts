// Every label pair of a target, `name="value"` as it is written, under a small number: a pair is read, checked and
// decided about once, however many series carry it. Escapes of the formats are unambiguous, so equal pairs are equal
// bytes. Append-only: a number means the same pair for as long as the table lives.

import { isUtf8 } from 'node:buffer';

import { escapeLabelValue, unescapeLabelLetter } from '../escape.js';
import { MAX_LABEL_VALUE_BYTES, MAX_NAME_BYTES, METRIC_NAME_LABEL } from '../limits.js';
import type { Label } from '../model.js';
import { isClassicLabelName, quoteName } from '../names.js';
import { grownBytes, grownInt32 } from '../../internal/growing-array.js';
import { areEqual, viewOf } from './common-length.js';
import type { TableHash } from './table-hash.js';

const BACKSLASH = 0x5c;

/** Multiplies a hash so that a sum of hashes depends on all bits of each. */
const SPREAD = 0x9e3779b1;

/** The label pairs of one target. */
export class LabelTable {
  /** Pairs so far. */
  count = 0;
  /** What each pair adds to the hash of its series: nothing where its value is empty, which is the same as no label. */
  spreads: Int32Array = new Int32Array(1024);
  /** Number of each pair's label name. */
  nameIds: Int32Array = new Int32Array(1024);
  /** 1 where the value is empty, which is the same as no label. */
  empties: Uint8Array = new Uint8Array(1024);
  /** Label names by their number. */
  readonly names: string[] = [];
  /** Whether any name needs quotes; where none does, no two names can have one escaped form. */
  hasQuotedNames = false;
  /** Bytes of all pairs. */
  bytesUsed = 0;

  readonly #hash: TableHash;
  readonly #nameIds = new Map<string, number>();
  /** Keyed hash of each pair. */
  #hashes: Int32Array = new Int32Array(1024);
  #bytes: Uint8Array = new Uint8Array(16 * 1024);
  #view: DataView = viewOf(this.#bytes);
  #starts: Int32Array = new Int32Array(1024);
  #valueStarts: Int32Array = new Int32Array(1024);
  #slots: Int32Array = new Int32Array(4096);

  constructor(hash: TableHash) {
    this.#hash = hash;
    this.#starts[0] = 0;
  }

  /**
   * The number of the well-formed pair at `start`, whose name takes `nameLength` bytes as written; -1 where the strict
   * reader has to look at it: it must not be in an exposition, or it is so long that its escapes count.
   */
  intern(bytes: Uint8Array, view: DataView, start: number, length: number, nameLength: number): number {
    return this.#intern(bytes, view, start, length, nameLength, false);
  }

  /** Whether a pair is what stands at `start`. It ends with its closing quote, so that what begins like it is it. */
  standsAt(pair: number, bytes: Uint8Array, view: DataView, start: number): boolean {
    const length = this.length(pair);
    return start + length <= bytes.length && this.#equals(pair, view, start, length);
  }

  /** Bytes of a pair. */
  length(pair: number): number {
    return this.#end(pair) - (this.#starts[pair] ?? 0);
  }

  /** The number of a decoded label that the strict reader has accepted. Written, it can be twice as long. */
  internLabel({ name, value }: Label): number {
    const written = isClassicLabelName(name) ? name : quoteName(name);
    const bytes = Buffer.from(`${written}="${escapeLabelValue(value)}"`, 'utf8');
    return this.#intern(bytes, viewOf(bytes), 0, bytes.length, Buffer.byteLength(written, 'utf8'), true);
  }

  /** The number of a label name. */
  nameId(name: string): number {
    const known = this.#nameIds.get(name);
    if (known !== undefined) return known;
    const id = this.names.length;
    this.names.push(name);
    this.#nameIds.set(name, id);
    if (!isClassicLabelName(name)) this.hasQuotedNames = true;
    return id;
  }

  /** The pair, decoded. */
  label(pair: number): Label {
    const start = (this.#valueStarts[pair] ?? 0) + 1;
    const text = Buffer.from(this.#bytes.buffer, start, this.#end(pair) - 1 - start).toString('utf8');
    return { name: this.names[this.nameIds[pair] ?? 0] ?? '', value: unescapeLabelValue(text) };
  }

  #intern(
    bytes: Uint8Array,
    view: DataView,
    start: number,
    length: number,
    nameLength: number,
    isAccepted: boolean,
  ): number {
    const hash = this.#hash(bytes, start, length);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const pair = (this.#slots[slot] ?? 0) - 1;
      if (pair < 0) break;
      if (this.#hashes[pair] === hash && this.#equals(pair, view, start, length)) return pair;
      slot = (slot + 1) & mask;
    }
    if (!isAccepted && !isAcceptable(bytes, start, length, nameLength)) return -1;
    return this.#add(hash, slot, bytes, start, length, nameLength);
  }

  #end(pair: number): number {
    return this.#starts[pair + 1] ?? 0;
  }

  #equals(pair: number, view: DataView, start: number, length: number): boolean {
    const own = this.#starts[pair] ?? 0;
    if (this.#end(pair) - own !== length) return false;
    return areEqual(this.#view, own, view, start, length);
  }

  #add(
    hash: number,
    slot: number,
    bytes: Uint8Array,
    start: number,
    length: number,
    nameLength: number,
  ): number {
    const pair = this.count;
    this.count += 1;
    this.#grow(pair, length);
    const own = this.bytesUsed;
    this.#bytes.set(bytes.subarray(start, start + length), own);
    this.bytesUsed = own + length;
    this.#starts[pair + 1] = this.bytesUsed;
    // Behind the name and its equals sign stands the opening quote.
    this.#valueStarts[pair] = own + nameLength + 1;
    this.#hashes[pair] = hash;
    const isEmpty = length === nameLength + 3;
    this.empties[pair] = isEmpty ? 1 : 0;
    this.spreads[pair] = isEmpty ? 0 : Math.imul(hash ^ (hash >>> 15), SPREAD);
    this.nameIds[pair] = this.nameId(this.#nameAt(own, nameLength));
    this.#slots[slot] = pair + 1;
    if (this.count * 2 > this.#slots.length) this.#rehash();
    return pair;
  }

  #nameAt(start: number, length: number): string {
    const written = Buffer.from(this.#bytes.buffer, start, length).toString('utf8');
    return written.startsWith('"') ? unescapeLabelValue(written.slice(1, -1)) : written;
  }

  #grow(pair: number, length: number): void {
    this.#hashes = grownInt32(this.#hashes, pair + 1);
    this.spreads = grownInt32(this.spreads, pair + 1);
    this.nameIds = grownInt32(this.nameIds, pair + 1);
    this.empties = grownBytes(this.empties, pair + 1);
    this.#starts = grownInt32(this.#starts, pair + 2);
    this.#valueStarts = grownInt32(this.#valueStarts, pair + 1);
    const bytes = grownBytes(this.#bytes, this.bytesUsed + length);
    if (bytes !== this.#bytes) this.#view = viewOf(bytes);
    this.#bytes = bytes;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.count; pair += 1) {
      let slot = (this.#hashes[pair] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = pair + 1;
    }
    this.#slots = slots;
  }
}

/** What is looked at once for each pair: that it is UTF-8, surely within the limits, and no metric name in disguise. */
function isAcceptable(bytes: Uint8Array, start: number, length: number, nameLength: number): boolean {
  if (nameLength > MAX_NAME_BYTES || length - nameLength > MAX_LABEL_VALUE_BYTES) return false;
  const pair = Buffer.from(bytes.buffer, bytes.byteOffset + start, length);
  return isUtf8(pair) && pair.toString('latin1', 0, nameLength) !== METRIC_NAME_LABEL;
}

/** Undoes the escapes of a label value that is known to be well-formed. */
function unescapeLabelValue(text: string): string {
  if (!text.includes(String.fromCharCode(BACKSLASH))) return text;
  return text.replace(/\\(.)/g, (_, letter: string) => unescapeLabelLetter(letter) ?? letter);
}
