// Every series of a target under a small number: its sample name, its label pairs in the order in which they came, and
// what follows from them and its family's type. A series is taken apart and checked once; afterwards it is a number.
// Append-only. Two numbers can be one series to a reader, where labels are ordered differently or one is empty: then
// they share an `identity`.

import { grownFloat64, grownInt32 } from '../../internal/growing-array.js';
import type { LabelTable } from './label-table.js';

/** Multiplies a hash so that a sum of hashes depends on all bits of each. */
const SPREAD = 0x9e3779b1;

/** What a new series is, beyond its labels. */
export interface SeriesFacts {
  /** The label pair that shapes it, `le` of a bucket; -1 where there is none. */
  readonly structural: number;
  /** Upper bound of a bucket; NaN for everything else. */
  readonly bound: number;
}

/** The series of one target. */
export class SeriesTable {
  count = 0;
  /** Number of the family's name and type. */
  kinds: Int32Array = new Int32Array(1024);
  /** Number of the sample name. */
  names: Int32Array = new Int32Array(1024);
  /** The lowest number among those that are one series to a reader. */
  identities: Int32Array = new Int32Array(1024);
  /** Number of the histogram, summary or counter that it is part of, within its family. */
  units: Int32Array = new Int32Array(1024);
  structurals: Int32Array = new Int32Array(1024);
  bounds: Float64Array = new Float64Array(1024);
  unitCount = 0;
  /** Where the label pairs of each series begin in `pairs`; those of the next one begin where they end. */
  starts: Int32Array = new Int32Array(1025);
  pairs: Int32Array = new Int32Array(8192);

  readonly #labels: LabelTable;
  #hashes: Int32Array = new Int32Array(1024);
  #slots: Int32Array = new Int32Array(4096);
  /** The first series of each unit, and the hash under which the unit is found. */
  #unitSeries: Int32Array = new Int32Array(256);
  #unitHashes: Int32Array = new Int32Array(256);
  #unitSlots: Int32Array = new Int32Array(1024);

  constructor(labels: LabelTable) {
    this.#labels = labels;
  }

  /** The number of a series; -1 where it is new. `pairs` are the first `count` of the array. */
  find(kind: number, name: number, pairs: Int32Array, count: number): number {
    const hash = this.#hashOf(kind, name, pairs, 0, count, -1);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const series = (this.#slots[slot] ?? 0) - 1;
      if (series < 0) return -1;
      if (this.#hashes[series] !== hash || this.kinds[series] !== kind || this.names[series] !== name)
        continue;
      if (this.#hasPairs(series, pairs, count)) return series;
    }
  }

  /** Adds a series that `find` did not find. */
  add(kind: number, name: number, pairs: Int32Array, count: number, facts: SeriesFacts): number {
    const series = this.count;
    this.#grow(series, count);
    this.count += 1;
    const start = this.starts[series] ?? 0;
    for (let at = 0; at < count; at += 1) this.pairs[start + at] = pairs[at] ?? 0;
    this.starts[series + 1] = start + count;
    const hash = this.#hashOf(kind, name, pairs, 0, count, -1);
    this.#hashes[series] = hash;
    this.kinds[series] = kind;
    this.names[series] = name;
    this.structurals[series] = facts.structural;
    this.bounds[series] = facts.bound;
    const mask = this.#slots.length - 1;
    let identity = series;
    let slot = hash & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const other = (this.#slots[slot] ?? 0) - 1;
      if (this.#hashes[other] === hash && this.kinds[other] === kind && this.names[other] === name) {
        if (this.#sameLabels(other, -1, series, -1)) identity = this.identities[other] ?? other;
      }
    }
    this.#slots[slot] = series + 1;
    this.identities[series] = identity;
    this.units[series] = this.#unitOf(series, facts.structural);
    if (this.count * 2 > this.#slots.length) this.#slots = rehashed(this.#slots, this.#hashes, this.count);
    return series;
  }

  /** Independent of the order of labels; labels without a value are no part of it. */
  #hashOf(
    kind: number,
    name: number,
    pairs: Int32Array,
    start: number,
    count: number,
    without: number,
  ): number {
    const { hashes, empties } = this.#labels;
    let sum = Math.imul(kind + 1, 0x85ebca6b) ^ Math.imul(name + 1, 0xc2b2ae35);
    for (let at = start; at < start + count; at += 1) {
      const pair = pairs[at] ?? 0;
      if (pair === without || empties[pair] === 1) continue;
      const hash = hashes[pair] ?? 0;
      sum = (sum + Math.imul(hash ^ (hash >>> 15), SPREAD)) | 0;
    }
    return sum ^ (sum >>> 16);
  }

  #hasPairs(series: number, pairs: Int32Array, count: number): boolean {
    const start = this.starts[series] ?? 0;
    if ((this.starts[series + 1] ?? 0) - start !== count) return false;
    for (let at = 0; at < count; at += 1) if (this.pairs[start + at] !== pairs[at]) return false;
    return true;
  }

  /** Whether two series have the same labels, in any order, without a structural one each. */
  #sameLabels(a: number, withoutA: number, b: number, withoutB: number): boolean {
    let missing = 0;
    for (let at = this.starts[a] ?? 0; at < (this.starts[a + 1] ?? 0); at += 1) {
      const pair = this.pairs[at] ?? 0;
      if (pair === withoutA || this.#labels.empties[pair] === 1) continue;
      if (!this.#hasPair(b, pair)) return false;
      missing += 1;
    }
    for (let at = this.starts[b] ?? 0; at < (this.starts[b + 1] ?? 0); at += 1) {
      const pair = this.pairs[at] ?? 0;
      if (pair !== withoutB && this.#labels.empties[pair] !== 1) missing -= 1;
    }
    return missing === 0;
  }

  #hasPair(series: number, pair: number): boolean {
    for (let at = this.starts[series] ?? 0; at < (this.starts[series + 1] ?? 0); at += 1) {
      if (this.pairs[at] === pair) return true;
    }
    return false;
  }

  #unitOf(series: number, structural: number): number {
    const start = this.starts[series] ?? 0;
    const kind = this.kinds[series] ?? 0;
    const count = (this.starts[series + 1] ?? 0) - start;
    const hash = this.#hashOf(kind, -1, this.pairs, start, count, structural);
    const mask = this.#unitSlots.length - 1;
    let slot = hash & mask;
    for (; this.#unitSlots[slot] !== 0; slot = (slot + 1) & mask) {
      const unit = (this.#unitSlots[slot] ?? 0) - 1;
      if (this.#unitHashes[unit] !== hash) continue;
      const first = this.#unitSeries[unit] ?? 0;
      if (this.kinds[first] !== kind) continue;
      if (this.#sameLabels(first, this.structurals[first] ?? -1, series, structural)) return unit;
    }
    const unit = this.unitCount;
    this.unitCount += 1;
    this.#unitSlots[slot] = unit + 1;
    this.#unitSeries = grownInt32(this.#unitSeries, unit + 1);
    this.#unitHashes = grownInt32(this.#unitHashes, unit + 1);
    this.#unitSeries[unit] = series;
    this.#unitHashes[unit] = hash;
    if (this.unitCount * 2 > this.#unitSlots.length)
      this.#unitSlots = rehashed(this.#unitSlots, this.#unitHashes, this.unitCount);
    return unit;
  }

  #grow(series: number, count: number): void {
    this.kinds = grownInt32(this.kinds, series + 1);
    this.names = grownInt32(this.names, series + 1);
    this.identities = grownInt32(this.identities, series + 1);
    this.units = grownInt32(this.units, series + 1);
    this.structurals = grownInt32(this.structurals, series + 1);
    this.bounds = grownFloat64(this.bounds, series + 1);
    this.#hashes = grownInt32(this.#hashes, series + 1);
    this.starts = grownInt32(this.starts, series + 2);
    this.pairs = grownInt32(this.pairs, (this.starts[series] ?? 0) + count);
  }
}

/** A table of slots four times as large, for entries with these hashes. */
function rehashed(slots: Int32Array, hashes: Int32Array, count: number): Int32Array {
  const larger = new Int32Array(slots.length * 4);
  const mask = larger.length - 1;
  for (let entry = 0; entry < count; entry += 1) {
    let slot = (hashes[entry] ?? 0) & mask;
    while (larger[slot] !== 0) slot = (slot + 1) & mask;
    larger[slot] = entry + 1;
  }
  return larger;
}
