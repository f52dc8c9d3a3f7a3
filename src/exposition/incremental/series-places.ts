// Where series stood in a body. Few scans ask: lines that are where they are expected are not looked for, and new series
// were nowhere. So it is found out when the first one does.

import { grownInt32 } from '../../internal/growing-array.js';
import { LineTable } from './line-table.js';
import type { SeriesTable } from './series-table.js';

/** The places of series in one body after another. */
export class SeriesPlaces {
  #lines: LineTable = new LineTable(0);
  /** Series with a number, of which it may have had some. */
  #known = 0;
  /** By identity of a series: its line; for those that it does not have, any number. Memory that serves again. */
  #lineOf: Int32Array = new Int32Array(0);
  #isFound = true;

  /** Begins a body with these lines, when so many series have a number. */
  begin(lines: LineTable, known: number): void {
    this.#lines = lines;
    this.#known = known;
    this.#isFound = false;
  }

  /** The line of the series with this identity, -1 where there is none; it may be that of another one. */
  lineOf(identity: number, table: SeriesTable): number {
    if (identity >= this.#known) return -1;
    if (!this.#isFound) this.#find(table);
    return this.#lineOf[identity] ?? -1;
  }

  #find({ identities }: SeriesTable): void {
    this.#isFound = true;
    const lineOf = grownInt32(this.#lineOf, this.#known);
    this.#lineOf = lineOf;
    const { count, series: column } = this.#lines;
    for (let line = 0; line < count; line += 1) {
      const series = column[line] ?? -1;
      if (series >= 0) lineOf[identities[series] ?? series] = line;
    }
  }
}
