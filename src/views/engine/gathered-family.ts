// An aggregated family from scan to scan: its outputs in their order, and where each of them stands among those that are
// shown.

import type { ScannedFamily } from '../../exposition/incremental/scan.js';
import type { Sighting } from '../counter-slot.js';
import type { Group } from './enrolment.js';

/** What was gathered of a family, and what became of it. Goes from scan to scan for as long as it can be gone on from. */
export interface GatheredFamily {
  /** Of the scan only its number: the scan itself holds the body. */
  scanNumber: number;
  scanned: ScannedFamily;
  turn: number;
  /** How many inputs came up, as many as were ranked. */
  readonly ranked: { count: number };
  /** The outputs in the order in which they came up; those that have an input. */
  readonly groups: Group[];
  shown: readonly Group[];
  /** Those that are new or changed since the scan before; undefined where all may have. */
  changed: readonly Group[] | undefined;
  /** How its counters were left: the sighting of its inputs, and outputs that are to be moved even if nothing changes. */
  sighting: Sighting | undefined;
  restless: readonly Group[];
  /** The outputs that were moved last, in their order; undefined where all were. */
  moved: readonly Group[] | undefined;
  /** How it was written last. */
  written: WrittenFamily | undefined;
}

/** The lines of the outputs of a family in a body. */
export interface WrittenFamily {
  readonly start: number;
  /** Where those of each output that is shown end, from there on. One that came up later has none, and ends where it began. */
  readonly ends: readonly number[];
  readonly samples: number;
}

/** Outputs that are only put in order after which others get their turn. */
export const SLICE_PLACES: number = 2048;

/** Those of the outputs that have an input which tells something, behind others. */
export function* shownOf(
  groups: readonly Group[],
  others: readonly Group[] = [],
): Generator<void, readonly Group[]> {
  const shown = [...others];
  for (const [at, group] of groups.entries()) {
    if (at % SLICE_PLACES === SLICE_PLACES - 1) yield;
    if (group.units.length === 0) continue;
    group.isShown = true;
    group.place = shown.length;
    shown.push(group);
  }
  return shown;
}

/** Gives outputs their places anew, where some came up among the others. */
export function* placeAnew(family: GatheredFamily): Generator<void, void> {
  if (family.written !== undefined) family.written = yield* withRoom(family.written, family.groups);
  family.shown = yield* shownOf(family.groups);
}

/**
 * What was written of outputs, by the places that they have now. Those that were not shown have no lines there. Undefined
 * where the others have changed places.
 */
function* withRoom(
  written: WrittenFamily,
  groups: readonly Group[],
): Generator<void, WrittenFamily | undefined> {
  const ends: number[] = [];
  let known = 0;
  for (const [at, { units, isShown, place }] of groups.entries()) {
    if (at % SLICE_PLACES === SLICE_PLACES - 1) yield;
    if (units.length === 0) continue;
    if (isShown) {
      if (place !== known) return undefined;
      known += 1;
    }
    ends.push(known === 0 ? 0 : (written.ends[known - 1] ?? 0));
  }
  return { ...written, ends };
}
