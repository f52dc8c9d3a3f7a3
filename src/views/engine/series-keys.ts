// The keys of series as `seriesKey` makes them, from their numbers: labels are decoded once, and the series of a metric
// nearly always have the same names in the same order.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import { LABEL_SEPARATOR } from '../../exposition/series-key.js';

/** Decoded labels that are kept; beyond them all are forgotten. */
const MAX_TEXTS = 65_536;

/** The names of labels, as numbers, and which of them comes first, second and so on. */
interface Arrangement {
  readonly nameIds: readonly number[];
  readonly order: readonly number[];
}

/** Makes the keys of the series of one catalogue. */
export class SeriesKeys {
  readonly #catalogue: Catalogue;
  /** By pair: its name and value, behind a separator. */
  #texts = new Map<number, string>();
  /** By metric: how the labels of its last series were put in order. */
  readonly #arrangements = new Map<string, Arrangement>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** The key of a series under the name of its metric; the label pair `without` does not count. */
  key(metric: string, series: number, without: number): string {
    const { labels, series: table } = this.#catalogue;
    const start = table.starts[series] ?? 0;
    const end = table.starts[series + 1] ?? 0;
    let arrangement = this.#arrangements.get(metric);
    if (arrangement === undefined || !this.#fits(arrangement, start, end)) {
      arrangement = this.#arrange(start, end);
      this.#arrangements.set(metric, arrangement);
    }
    let key = metric;
    for (const index of arrangement.order) {
      const pair = table.pairs[start + index] ?? 0;
      if (pair !== without && labels.empties[pair] !== 1) key += this.#text(pair);
    }
    return key;
  }

  #fits({ nameIds }: Arrangement, start: number, end: number): boolean {
    const { labels, series: table } = this.#catalogue;
    if (nameIds.length !== end - start) return false;
    for (let at = start; at < end; at += 1)
      if (labels.nameIds[table.pairs[at] ?? 0] !== nameIds[at - start]) return false;
    return true;
  }

  #arrange(start: number, end: number): Arrangement {
    const { labels, series: table } = this.#catalogue;
    const nameIds = Array.from(table.pairs.subarray(start, end), (pair) => labels.nameIds[pair] ?? 0);
    const names = nameIds.map((id) => labels.names[id] ?? '');
    const order = [...names.keys()].toSorted((a, b) => ((names[a] ?? '') < (names[b] ?? '') ? -1 : 1));
    return { nameIds, order };
  }

  #text(pair: number): string {
    const known = this.#texts.get(pair);
    if (known !== undefined) return known;
    const { name, value } = this.#catalogue.labels.label(pair);
    const text = LABEL_SEPARATOR + name + LABEL_SEPARATOR + value;
    if (this.#texts.size >= MAX_TEXTS) this.#texts = new Map();
    this.#texts.set(pair, text);
    return text;
  }
}
