// Lets a view learn from every series of a scrape to whom identifiers belong: once from each series, because once is
// enough, but only from series that its own scrapes had.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import type { Scan } from '../../exposition/incremental/scan.js';
import { grownBytes } from '../../internal/growing-array.js';
import type { Membership } from '../membership.js';

/** Lines after which others get their turn. */
const SLICE_LINES = 128;

/** What a view has learned from, by series. */
export class Lessons {
  readonly #membership: Membership | undefined;
  #learned = new WeakMap<Catalogue, Uint8Array>();

  constructor(membership: Membership | undefined) {
    this.#membership = membership;
  }

  /** Learns from the series of a scan. */
  *take({ catalogue, lines }: Scan): Generator<void, void> {
    const membership = this.#membership;
    if (membership === undefined) return;
    const learned = grownBytes(this.#learned.get(catalogue) ?? new Uint8Array(0), catalogue.series.count);
    this.#learned.set(catalogue, learned);
    for (let line = 0; line < lines.count; line += 1) {
      if (line % SLICE_LINES === SLICE_LINES - 1) yield;
      const series = lines.series[line] ?? -1;
      if (series < 0 || learned[series] === 1) continue;
      learned[series] = 1;
      membership.learn(catalogue.series.labelsOf(series));
    }
  }

  /** Everything has to be learned anew. */
  forget(): void {
    this.#learned = new WeakMap();
  }
}
