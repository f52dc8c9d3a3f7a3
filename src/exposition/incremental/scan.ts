// What a scan of one body gives: the families with the lines that belong to them, and the numbers of their series.
// Views render from it and from nothing else; a body that was refused gives none.

import type { TrackedFamily } from '../family-tracker.js';
import type { ExpositionFormat } from '../model.js';
import type { Catalogue } from './catalogue.js';
import type { LineTable } from './line-table.js';

/** A family and its lines, among which there may be lines that say nothing. */
export interface ScannedFamily {
  readonly family: TrackedFamily;
  /** Number of its name and type in the catalogue. */
  readonly kind: number;
  readonly firstLine: number;
  /** The line behind its last sample. */
  readonly endLine: number;
  readonly samples: number;
}

/** How much of a body had to be looked at in detail, in counts; the rest was recognised. */
export interface ScanWork {
  /** Bytes that were compared with the body before and found to be equal. */
  readonly bytesCompared: number;
  /** Lines whose series was read from their bytes. */
  readonly linesRead: number;
  /** Lines of a known series whose value was read. */
  readonly valuesRead: number;
  readonly pairsHashed: number;
  readonly pairsAdded: number;
  readonly seriesAdded: number;
}

/** A whole, valid exposition. Never changed, whatever is scanned afterwards. */
export interface Scan {
  readonly format: ExpositionFormat;
  readonly body: Uint8Array;
  /** Scans of one catalogue are counted; `basis` is the one whose lines `lines.before` names, 0 where none does. */
  readonly number: number;
  readonly basis: number;
  /**
   * By series: a scan after which its line has been the same in every scan up to this one, or a later one. Scans that
   * follow may raise it.
   */
  readonly changedIn: Int32Array;
  readonly catalogue: Catalogue;
  readonly lines: LineTable;
  readonly families: readonly ScannedFamily[];
  readonly samples: number;
  readonly work: ScanWork;
}
