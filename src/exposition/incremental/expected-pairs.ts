// Tells from experience which label pair comes next on a line, so that it is compared and not hashed. The bounds of a
// histogram follow each other as those of the one before did. And families list whatever has series in the same order:
// so beside the units of the family that is read, those of an earlier one are followed, the guides.

import { grownInt32 } from '../../internal/growing-array.js';
import type { Catalogue } from './catalogue.js';

/** What is expected of one line after another. It may be wrong: whoever asks compares. */
export class ExpectedPairs {
  readonly #catalogue: Catalogue;
  /** By pair: the one that last came in its place on the next line, and one more. */
  #successors: Int32Array = new Int32Array(1024);
  /** By pair: the unit that it first came with, and one more. */
  #firstUnits: Int32Array = new Int32Array(1024);
  /** The unit of the last line, and one that has most labels of the line that is read; -1 where none is known. */
  #unit = -1;
  #guide = -1;
  /** The kind of the last line; the unit with which its family began, and the one before. */
  #kind = -1;
  #firstOfThis = -1;
  #firstOfLast = -1;
  /** By pair: the last search for a guide that should have it. */
  #marks: Int32Array = new Int32Array(1024);
  #mark = 0;
  /** Whether the line that is read seems not to be of the unit of the last one. */
  #isNext = false;
  /** Whether a pair of it was not expected, and whether the guide was given up for that. */
  #isSurprised = false;
  #isLost = false;
  /** Where the pairs of the guide's first series begin and end, and which is looked at first. */
  #start = 0;
  #end = 0;
  #at = 0;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Begins a line. */
  begin(): void {
    this.#isNext = false;
    this.#isSurprised = false;
    this.#isLost = false;
  }

  /** Whether pairs are more likely to be those of the guide than those of the last line. */
  get isGuiding(): boolean {
    return this.#isNext && this.#guide >= 0;
  }

  /** The pair that comes first to mind where `before` was on the last line; -1 for none. */
  first(before: number): number {
    if (!this.#isNext) return this.#below(before);
    const guided = this.#guided(before);
    return guided < 0 ? before : guided;
  }

  /** The one that comes second. */
  second(before: number): number {
    if (this.#isNext) return this.#below(before);
    this.#isNext = true;
    if (this.#guide >= 0) this.#follow(this.#guide + 1);
    return this.#guided(before);
  }

  /** What came there is `pair`, which was not expected. */
  surprise(pair: number, before: number): void {
    const { nameIds } = this.#catalogue.labels;
    this.#isSurprised = true;
    if (before >= 0) {
      this.#successors = grownInt32(this.#successors, before + 1);
      this.#successors[before] = pair + 1;
      if (nameIds[pair] === nameIds[before] && this.#guided(before) >= 0) this.#guide = -1;
    }
    if (this.#guide >= 0 || !this.#isNext) return;
    // A key has one hash, and belongs to one team: whatever else there is between them.
    this.#isLost = true;
    this.#guide = (this.#firstUnits[pair] ?? 0) - 1;
    this.#follow(this.#guide);
  }

  /** The line was of this series. */
  end(series: number): void {
    const { kinds, units } = this.#catalogue.series;
    const unit = units[series] ?? -1;
    const isSame = unit === this.#unit;
    this.#unit = unit;
    if (this.#isLost) this.#guide = -1;
    else if (this.#guide >= 0 && isSame === this.#isNext) this.#follow(this.#guide + (isSame ? -1 : 1));
    if (isSame) return;
    if (kinds[series] !== this.#kind) {
      this.#kind = kinds[series] ?? -1;
      this.#firstOfLast = this.#firstOfThis;
      this.#firstOfThis = unit;
    }
    if (this.#isSurprised || this.#guide < 0) this.#search(series, unit);
  }

  #below(before: number): number {
    return before < 0 ? -1 : (this.#successors[before] ?? 0) - 1;
  }

  /** The pair of the guide with the label name of `before`. */
  #guided(before: number): number {
    if (this.#guide < 0 || before < 0) return -1;
    const { labels, series } = this.#catalogue;
    const { nameIds } = labels;
    const { pairs } = series;
    const nameId = nameIds[before];
    for (let rest = this.#end - this.#start; rest > 0; rest -= 1) {
      if (this.#at >= this.#end) this.#at = this.#start;
      const pair = pairs[this.#at] ?? 0;
      if (nameIds[pair] === nameId) return pair;
      this.#at += 1;
    }
    return -1;
  }

  /** Goes on with this unit, where it is one of the family of the guide. */
  #follow(unit: number): void {
    const { series } = this.#catalogue;
    const before = series.firstOf(this.#guide);
    const first = series.firstOf(unit);
    this.#guide = first >= 0 && series.kinds[first] === series.kinds[before] ? unit : -1;
    this.#start = series.starts[first] ?? 0;
    this.#end = series.starts[first + 1] ?? 0;
    this.#at = this.#start;
  }

  /** Notes what came first with a unit. Where there is no guide, it is one with which others of these pairs came first. */
  #search(series: number, unit: number): void {
    const { labels, series: table } = this.#catalogue;
    const { pairs, starts } = table;
    const end = starts[series + 1] ?? 0;
    this.#firstUnits = grownInt32(this.#firstUnits, labels.count);
    this.#marks = grownInt32(this.#marks, labels.count);
    this.#mark += 1;
    for (let at = starts[series] ?? 0; at < end; at += 1) this.#marks[pairs[at] ?? 0] = this.#mark;
    const isWanted = this.#guide < 0;
    let best = this.#firstOfLast;
    let most = isWanted ? this.#commonPairs(best, series) : 0;
    for (let at = starts[series] ?? 0; at < end; at += 1) {
      const pair = pairs[at] ?? 0;
      const first = (this.#firstUnits[pair] ?? 0) - 1;
      if (first < 0) this.#firstUnits[pair] = unit + 1;
      const common = isWanted && first !== best ? this.#commonPairs(first, series) : 0;
      if (common <= most) continue;
      most = common;
      best = first;
    }
    if (most === 0) return;
    this.#guide = best;
    this.#follow(best);
  }

  /** How many marked pairs a unit has, where it is one of another family. */
  #commonPairs(unit: number, series: number): number {
    const { pairs, starts, kinds } = this.#catalogue.series;
    const first = this.#catalogue.series.firstOf(unit);
    if (first < 0 || kinds[first] === kinds[series]) return 0;
    const end = starts[first + 1] ?? 0;
    let common = 0;
    for (let at = starts[first] ?? 0; at < end; at += 1)
      if (this.#marks[pairs[at] ?? 0] === this.#mark) common += 1;
    return common;
  }
}
