// Whether the series of a body come in the order of the one before. While they do, no line of that one is met twice, and
// none of them comes twice among those that are equal. Once they do not, all that came are noted, and each is looked up.

import type { LineTable } from './line-table.js';
import type { Structure } from './structure.js';

/** Lines that are noted in one step: few, because steps are counted by bytes of which these have none. */
const SIGHTED_AT_ONCE = 64;

/** The order of one body at a time. */
export class SeriesOrder {
  isKept = true;
  /** Lines that have been noted, and those that have to be. */
  #sighted = 0;
  #toSight = 0;

  /** Begins a body. */
  begin(): void {
    this.isKept = true;
    this.#sighted = 0;
    this.#toSight = 0;
  }

  /** A series came that is not where it is expected, behind so many lines. */
  giveUp(lines: number): void {
    this.isKept = false;
    this.#toSight = lines;
  }

  /** Whether lines have to be noted before the next one is read. */
  get isBehind(): boolean {
    return this.#sighted < this.#toSight;
  }

  /** Notes some of them. */
  catchUp(structure: Structure, lines: LineTable): void {
    const to = Math.min(this.#toSight, this.#sighted + SIGHTED_AT_ONCE);
    structure.sight(lines, this.#sighted, to);
    this.#sighted = to;
  }
}
