// How the lines of a scan stand to those of the scan that a view rendered last. A target is scraped through many views,
// each at its own times, so that other scans may lie between the two. Where none does, the scanner has found it out.

import { EqualStretches } from '../../exposition/incremental/equal-stretches.js';
import { entryBefore } from '../../exposition/incremental/line-table.js';
import type { Scan } from '../../exposition/incremental/scan.js';
import { grownInt32 } from '../../internal/growing-array.js';

/** A scan beside an earlier one, as `LineTable` has it of the one before. */
export interface ScanComparison {
  /** The number of the earlier scan; 0 where there is none. */
  readonly basis: number;
  /** By line that is not in `equal`: the entry of the line of the same series there; 0 where there is none. */
  readonly before: Int32Array;
  readonly equal: EqualStretches;
}

/** Lines after which others get their turn. */
const SLICE_LINES = 2048;
const NOTHING_BEFORE: ScanComparison = { basis: 0, before: new Int32Array(0), equal: new EqualStretches() };

/** Remembers what a view rendered last, and compares the next scan of the same catalogue with it. */
export class RenderedLines {
  /** 0 where nothing was rendered, or nothing that can be gone on from. */
  #number = 0;
  /** By line: its series. */
  #series: Int32Array = NOTHING_BEFORE.before;
  #count = 0;
  /** By series: its line there and one more; memory that serves again. */
  #lineOf: Int32Array = new Int32Array(0);

  /** The scan was rendered. */
  remember({ number, lines }: Scan): void {
    this.#number = number;
    this.#series = lines.series;
    this.#count = lines.count;
  }

  /** Compares a scan with the one that was rendered last. */
  *compare(scan: Scan): Generator<void, ScanComparison> {
    const { number: own, basis, lines } = scan;
    // A body can be asked for once more, in another way, when later ones have been rendered.
    if (this.#number === 0 || this.#number >= own) return NOTHING_BEFORE;
    if (this.#number === basis) return { basis, before: lines.before, equal: lines.equal };
    const series = this.#series;
    const lineOf = grownInt32(this.#lineOf, scan.changedIn.length).fill(0);
    this.#lineOf = lineOf;
    for (let line = 0; line < this.#count; line += 1) {
      const number = series[line] ?? -1;
      if (number >= 0) lineOf[number] = line + 1;
      if (line % SLICE_LINES === SLICE_LINES - 1) yield;
    }
    const before = new Int32Array(lines.count);
    const equal = new EqualStretches();
    for (let line = 0; line < lines.count; line += 1) {
      const number = lines.series[line] ?? -1;
      const there = number < 0 ? -1 : (lineOf[number] ?? 0) - 1;
      const isEqual = there >= 0 && (scan.changedIn[number] ?? 0) <= this.#number;
      if (isEqual) equal.add(line, there, 1);
      else if (there >= 0) before[line] = entryBefore(there, 0);
      if (line % SLICE_LINES === SLICE_LINES - 1) yield;
    }
    return { basis: this.#number, before, equal };
  }
}
