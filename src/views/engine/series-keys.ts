// The keys of series as `seriesKey` makes them, from their numbers: labels are decoded once, and neighbours have their
// names in one order.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import { LABEL_SEPARATOR } from '../../exposition/series-key.js';

/** Decoded labels that are kept; beyond them all are forgotten. */
const MAX_TEXTS = 65_536;

/** Makes the keys of the series of one catalogue. */
export class SeriesKeys {
  readonly #catalogue: Catalogue;
  /** By pair: its name and value. */
  #texts = new Map<number, string>();
  /** The names of the last series' labels, as numbers, and which of them comes first, second and so on. */
  #nameIds: readonly number[] = [];
  #order: readonly number[] = [];

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** The key of a series under the name of its metric; the label pair `without` does not count. */
  key(metric: string, series: number, without: number): string {
    const { labels, series: table } = this.#catalogue;
    const start = table.starts[series] ?? 0;
    this.#arrange(start, table.starts[series + 1] ?? 0);
    let key = metric;
    for (const index of this.#order) {
      const pair = table.pairs[start + index] ?? 0;
      if (pair !== without && labels.empties[pair] !== 1) key += LABEL_SEPARATOR + this.#text(pair);
    }
    return key;
  }

  #arrange(start: number, end: number): void {
    const { labels, series: table } = this.#catalogue;
    const known = this.#nameIds;
    let isKnown = known.length === end - start;
    for (let at = start; isKnown && at < end; at += 1)
      isKnown = labels.nameIds[table.pairs[at] ?? 0] === known[at - start];
    if (isKnown) return;
    const ids = Array.from(table.pairs.subarray(start, end), (pair) => labels.nameIds[pair] ?? 0);
    const names = ids.map((id) => labels.names[id] ?? '');
    this.#nameIds = ids;
    this.#order = [...names.keys()].toSorted((a, b) => ((names[a] ?? '') < (names[b] ?? '') ? -1 : 1));
  }

  #text(pair: number): string {
    const known = this.#texts.get(pair);
    if (known !== undefined) return known;
    const { name, value } = this.#catalogue.labels.label(pair);
    const text = name + LABEL_SEPARATOR + value;
    if (this.#texts.size >= MAX_TEXTS) this.#texts = new Map();
    this.#texts.set(pair, text);
    return text;
  }
}
