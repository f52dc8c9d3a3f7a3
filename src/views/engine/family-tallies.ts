// What the lines of each family came to in a view. From scan to scan nearly every family has the series that it had, in
// their order, or others behind them: what these came to holds, and only those behind are looked at.

import type { ScannedFamily } from '../../exposition/incremental/scan.js';

/** What the lines of a family came to. */
export interface FamilyTally {
  readonly firstLine: number;
  readonly endLine: number;
  /** Up to where its lines had been added when it was gone on from: none below are to be added. */
  readonly from: number;
  /** Lines that are in the view, and whether any of them was made coarser. */
  samples: number;
  isCoarsened: boolean;
  /** By profile: how many series have it. In the order in which they came up. */
  readonly counts: Map<number, number>;
}

/** Lines after which others get their turn: they are compared natively. */
const SLICE_COMPARED = 65_536;

/** The tallies of the scan that is planned, and of the one before. */
export class FamilyTallies {
  /** By line: its series. */
  #column: Buffer = Buffer.alloc(0);
  #columnBefore: Buffer = this.#column;
  /** By kind. */
  #tallies = new Map<number, FamilyTally>();
  #talliesBefore: ReadonlyMap<number, FamilyTally> = this.#tallies;

  /** Begins a scan, whose lines have these series. */
  begin({ buffer, byteOffset, byteLength }: Int32Array): void {
    this.#columnBefore = this.#column;
    this.#talliesBefore = this.#tallies;
    this.#column = Buffer.from(buffer, byteOffset, byteLength);
    this.#tallies = new Map();
  }

  /** All of the scan, in the order of its families. */
  all(): Iterable<FamilyTally> {
    return this.#tallies.values();
  }

  /** The tally of a family, to which lines are to be added from `from` on. */
  *open({ kind, firstLine, endLine }: ScannedFamily): Generator<void, FamilyTally> {
    const before = this.#talliesBefore.get(kind);
    const goesOn = before !== undefined && (yield* this.#begins(firstLine, endLine, before));
    const tally: FamilyTally = {
      firstLine,
      endLine,
      from: firstLine + (goesOn ? before.endLine - before.firstLine : 0),
      samples: goesOn ? before.samples : 0,
      isCoarsened: goesOn && before.isCoarsened,
      counts: new Map(goesOn ? before.counts : []),
    };
    this.#tallies.set(kind, tally);
    return tally;
  }

  /** Whether lines begin with those of the family before. */
  *#begins(firstLine: number, endLine: number, before: FamilyTally): Generator<void, boolean> {
    const { BYTES_PER_ELEMENT: bytes } = Int32Array;
    const lines = before.endLine - before.firstLine;
    if (lines > endLine - firstLine) return false;
    for (let from = 0; from < lines; from += SLICE_COMPARED) {
      if (from > 0) yield;
      const to = Math.min(lines, from + SLICE_COMPARED);
      const order = this.#column.compare(
        this.#columnBefore,
        (before.firstLine + from) * bytes,
        (before.firstLine + to) * bytes,
        (firstLine + from) * bytes,
        (firstLine + to) * bytes,
      );
      if (order !== 0) return false;
    }
    return true;
  }
}
