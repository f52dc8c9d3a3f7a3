// Every series of a target under a small number: its sample name, its label pairs in the order in which they came, and
// what follows from them and its family's type. A series is taken apart and checked once; afterwards it is a number.
// Append-only. Two numbers can be one series to a reader, where labels are ordered differently or one is empty: then
// they share an `identity`.

import { grownBytes, grownFloat64, grownInt32 } from '../../internal/growing-array.js';
import type { Label } from '../model.js';
import type { LabelTable } from './label-table.js';

const LEAST_SERIES = 1024;
/** A guess that makes the column of label pairs grow seldom. */
const EXPECTED_LABELS = 12;

/** What a new series is, beyond its labels. */
export interface SeriesFacts {
  /** The label pair that shapes it, such as `le` of a bucket; -1 where there is none. */
  readonly structural: number;
  /** Upper bound of a bucket; NaN for everything else. */
  readonly bound: number;
}

/** The series of one target. */
export class SeriesTable {
  count = 0;
  /** Number of the family's name and type. */
  kinds: Int32Array;
  /** Number of the sample name. */
  names: Int32Array;
  /** The lowest number among those that are one series to a reader. */
  identities: Int32Array;
  /** Number of the histogram, summary or counter that it is part of; those of different kinds differ. */
  units: Int32Array;
  /** As in `SeriesFacts`. */
  structurals: Int32Array;
  bounds: Float64Array;
  /** 1 where a label has an empty value. */
  empties: Uint8Array;
  /** Where the label pairs of each series begin in `pairs`; those of the next one begin where they end. */
  starts: Int32Array;
  /** The label pairs of all series, one series behind the other. */
  pairs: Int32Array;

  readonly #labels: LabelTable;
  #hashes: Int32Array;
  #slots: Int32Array;
  #unitCount = 0;
  /** The first series of each unit, and the hash under which the unit is found. */
  #unitSeries: Int32Array = new Int32Array(256);
  #unitHashes: Int32Array = new Int32Array(256);
  #unitSlots: Int32Array = new Int32Array(1024);

  /** `expectedSeries` saves growing. @default few */
  constructor(labels: LabelTable, expectedSeries = 0) {
    this.#labels = labels;
    const size = Math.max(LEAST_SERIES, expectedSeries);
    this.kinds = new Int32Array(size);
    this.names = new Int32Array(size);
    this.identities = new Int32Array(size);
    this.units = new Int32Array(size);
    this.structurals = new Int32Array(size);
    this.bounds = new Float64Array(size);
    this.empties = new Uint8Array(size);
    this.#hashes = new Int32Array(size);
    this.starts = new Int32Array(size + 1);
    this.pairs = new Int32Array(size * EXPECTED_LABELS);
    // A power of two, at most half full.
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(size * 2)));
  }

  /** The sum of the hashes of label pairs, as `find` and `add` take it. */
  sumOf(pairs: Int32Array, count: number): number {
    const { spreads } = this.#labels;
    let sum = 0;
    for (let at = 0; at < count; at += 1) sum = (sum + (spreads[pairs[at] ?? 0] ?? 0)) | 0;
    return sum;
  }

  /** The number of a series; -1 where it is new. `pairs` are the first `count` of the array. */
  find(kind: number, name: number, pairs: Int32Array, count: number, sum: number): number {
    const hash = mixed(kind, name, sum);
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
  add(kind: number, name: number, pairs: Int32Array, count: number, sum: number, facts: SeriesFacts): number {
    const series = this.count;
    this.#grow(series, count);
    this.count += 1;
    const start = this.starts[series] ?? 0;
    const { empties } = this.#labels;
    const own = this.pairs;
    let hasEmpty = 0;
    for (let at = 0; at < count; at += 1) {
      const pair = pairs[at] ?? 0;
      own[start + at] = pair;
      hasEmpty |= empties[pair] ?? 0;
    }
    this.starts[series + 1] = start + count;
    const hash = mixed(kind, name, sum);
    this.#hashes[series] = hash;
    this.kinds[series] = kind;
    this.names[series] = name;
    this.structurals[series] = facts.structural;
    this.bounds[series] = facts.bound;
    this.empties[series] = hasEmpty;
    const mask = this.#slots.length - 1;
    let identity = series;
    let slot = hash & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      // One of them tells: a target can send a series in ever new orders of its labels.
      if (identity !== series) continue;
      const other = (this.#slots[slot] ?? 0) - 1;
      if (this.#hashes[other] === hash && this.kinds[other] === kind && this.names[other] === name) {
        if (this.#sameLabels(other, -1, series, -1)) identity = this.identities[other] ?? other;
      }
    }
    this.#slots[slot] = series + 1;
    this.identities[series] = identity;
    this.units[series] = this.#unitOf(series, sum);
    if (this.count * 2 > this.#slots.length) this.#slots = rehashed(this.#slots, this.#hashes, this.count);
    return series;
  }

  /** The series that came first of a unit; -1 where there is no such unit. */
  firstOf(unit: number): number {
    return unit >= 0 && unit < this.#unitCount ? (this.#unitSeries[unit] ?? -1) : -1;
  }

  /** The labels of a series, decoded, in its own order. */
  labelsOf(series: number): readonly Label[] {
    const pairs = this.pairs.subarray(this.starts[series], this.starts[series + 1]);
    return Array.from(pairs, (pair) => this.#labels.label(pair));
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

  /** Whether two series have the same labels in the same order, without a structural one each. */
  #isInUnitOf(a: number, b: number): boolean {
    const { pairs, starts } = this;
    const withoutA = this.structurals[a] ?? -1;
    const withoutB = this.structurals[b] ?? -1;
    const endA = starts[a + 1] ?? 0;
    const endB = starts[b + 1] ?? 0;
    let atB = starts[b] ?? 0;
    for (let atA = starts[a] ?? 0; atA < endA; atA += 1) {
      const pair = pairs[atA];
      if (pair === withoutA) continue;
      if (pairs[atB] === withoutB) atB += 1;
      if (atB >= endB || pairs[atB] !== pair) return false;
      atB += 1;
    }
    if (atB < endB && pairs[atB] === withoutB) atB += 1;
    return atB === endB;
  }

  #unitOf(series: number, sum: number): number {
    const kind = this.kinds[series] ?? 0;
    const structural = this.structurals[series] ?? -1;
    if (series > 0 && this.kinds[series - 1] === kind && this.#isInUnitOf(series - 1, series)) {
      return this.units[series - 1] ?? 0;
    }
    const own = structural < 0 ? sum : (sum - (this.#labels.spreads[structural] ?? 0)) | 0;
    const hash = mixed(kind, -1, own);
    const mask = this.#unitSlots.length - 1;
    let slot = hash & mask;
    for (; this.#unitSlots[slot] !== 0; slot = (slot + 1) & mask) {
      const unit = (this.#unitSlots[slot] ?? 0) - 1;
      if (this.#unitHashes[unit] !== hash) continue;
      const first = this.#unitSeries[unit] ?? 0;
      if (this.kinds[first] !== kind) continue;
      if (this.#sameLabels(first, this.structurals[first] ?? -1, series, structural)) return unit;
    }
    const unit = this.#unitCount;
    this.#unitCount += 1;
    this.#unitSlots[slot] = unit + 1;
    this.#unitSeries = grownInt32(this.#unitSeries, unit + 1);
    this.#unitHashes = grownInt32(this.#unitHashes, unit + 1);
    this.#unitSeries[unit] = series;
    this.#unitHashes[unit] = hash;
    if (this.#unitCount * 2 > this.#unitSlots.length)
      this.#unitSlots = rehashed(this.#unitSlots, this.#unitHashes, this.#unitCount);
    return unit;
  }

  #grow(series: number, count: number): void {
    const pairs = (this.starts[series] ?? 0) + count;
    const hasRoom = series < this.kinds.length && series + 1 < this.starts.length;
    if (hasRoom && pairs <= this.pairs.length) return;
    this.kinds = grownInt32(this.kinds, series + 1);
    this.names = grownInt32(this.names, series + 1);
    this.identities = grownInt32(this.identities, series + 1);
    this.units = grownInt32(this.units, series + 1);
    this.structurals = grownInt32(this.structurals, series + 1);
    this.bounds = grownFloat64(this.bounds, series + 1);
    this.empties = grownBytes(this.empties, series + 1);
    this.#hashes = grownInt32(this.#hashes, series + 1);
    this.starts = grownInt32(this.starts, series + 2);
    this.pairs = grownInt32(this.pairs, pairs);
  }
}

/** The hash of a series or a unit. Independent of the order of labels, as their sum is. */
function mixed(kind: number, name: number, sum: number): number {
  const hash = sum ^ Math.imul(kind + 1, 0x85ebca6b) ^ Math.imul(name + 2, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
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
