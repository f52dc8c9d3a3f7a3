// What has been learned about a target from its scrapes so far: its names, label pairs and series, each under a number.
// Everything that is remembered by these numbers, in whichever room, belongs to one catalogue and ends with it.

import type { MetadataLine } from '../line-content.js';
import { FamilyKinds } from './family-kinds.js';
import { LabelTable } from './label-table.js';
import { SeriesTable } from './series-table.js';
import { createTableHash } from './table-hash.js';

/** Columns and slots of a table, without what they point to. */
const BYTES_OF_PAIR = 32;
const BYTES_OF_SERIES = 64;
/** What is kept with a text, or with the kind of a family: objects and entries of maps. */
const BYTES_OF_TEXT = 96;
const BYTES_OF_KIND = 512;
const BYTES_OF_LETTER = 2;

/** The names, label pairs and series of one target. */
export class Catalogue {
  readonly labels: LabelTable = new LabelTable(createTableHash());
  readonly series: SeriesTable;
  readonly kinds: FamilyKinds = new FamilyKinds();
  /** Sample names by their number. */
  readonly names: string[] = [];
  /** Metadata lines by their number. */
  readonly metadata: MetadataLine[] = [];
  /** The numbers that `le` pairs write; NaN where they write none. */
  readonly bounds: Map<number, number> = new Map<number, number>();
  readonly #metadataNumbers = new Map<string, number>();
  readonly #nameNumbers = new Map<string, number>();
  readonly #exemplarNames = new Set<string>();
  /** Bytes of all sample names, metadata lines and label names of exemplars, about. */
  #textBytes = 0;

  /** `expectedSeries` saves growing. @default few */
  constructor(expectedSeries = 0) {
    this.series = new SeriesTable(this.labels, expectedSeries);
  }

  /** The number of a sample name. */
  nameNumber(name: string): number {
    const known = this.#nameNumbers.get(name);
    if (known !== undefined) return known;
    const number = this.names.length;
    this.names.push(name);
    this.#nameNumbers.set(name, number);
    this.#weigh(name);
    return number;
  }

  /** The number of a metadata line. */
  metadataNumber(line: MetadataLine): number {
    const key = `${line.keyword} ${line.name} ${line.text}`;
    const known = this.#metadataNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.metadata.length;
    this.metadata.push(line);
    this.#metadataNumbers.set(key, number);
    this.#weigh(key);
    return number;
  }

  /** Label names that exemplars came with. */
  get exemplarNames(): ReadonlySet<string> {
    return this.#exemplarNames;
  }

  /** Remembers that an exemplar came with a label of that name. */
  addExemplarName(name: string): void {
    if (this.#exemplarNames.has(name)) return;
    this.#exemplarNames.add(name);
    this.#weigh(name);
  }

  /** Bytes that it takes, about. */
  get weight(): number {
    const { labels, series, kinds } = this;
    const pairs = series.starts[series.count] ?? 0;
    return (
      labels.bytesUsed +
      labels.count * BYTES_OF_PAIR +
      series.count * BYTES_OF_SERIES +
      pairs * Int32Array.BYTES_PER_ELEMENT +
      kinds.kinds.length * BYTES_OF_KIND +
      kinds.claimedLetters * BYTES_OF_LETTER +
      this.#textBytes
    );
  }

  #weigh(text: string): void {
    this.#textBytes += BYTES_OF_TEXT + BYTES_OF_LETTER * text.length;
  }
}
