// Turns planned families into the parts of a body: metadata, outputs of counters that are moved on the way, gauges, and
// stretches of lines.

import type { Scan } from '../../exposition/incremental/scan.js';
import { serialiseMetadata } from '../../exposition/serialise.js';
import type { CounterState } from '../counter-state.js';
import { detect } from '../detectors.js';
import type { EffectCounter } from '../effects.js';
import type { PartList } from './body-parts.js';
import type { Group } from './enrolment.js';
import type { PlannedFamily } from './family-planner.js';
import { SLICE_PLACES, type GatheredFamily } from './gathered-family.js';
import type { BlockContext } from './output-block.js';
import { writeOutputs, type OutputsWriting } from './outputs-writer.js';
import type { ScanComparison } from './scan-comparison.js';
import type { FamilyHeader, ViewCache } from './view-cache.js';
import { measureLines, type LinesToWrite } from './view-body.js';

/** What families are written with. */
export interface FamilyWriting {
  readonly scan: Scan;
  readonly comparison: ScanComparison;
  readonly cache: ViewCache;
  readonly context: BlockContext;
  readonly effects: EffectCounter;
}

/** Outputs, or lines by the thousand, after which others get their turn. */
const SLICE_OUTPUTS = 32;
const SLICE_LINES = 512;
/** The same for gauges that were put together, which are written already. */
const SLICE_GAUGES = 2048;
/** The same for the metadata of families, and letters of HELP that take as long as the rest of it. */
const SLICE_HEADERS = 32;
const LETTERS_OF_HEADER = 128;

/**
 * Moves the counters by what was gathered, and notes with each output what it reached. Where nobody else has moved them
 * since the scan before, outputs that did not change stand where they are. Nothing is refused from here on.
 */
export function* moveCounters(
  planned: readonly PlannedFamily[],
  cache: ViewCache,
  counters: CounterState,
  nowMs: number,
): Generator<void, void> {
  const isContinued = cache.scrapes === counters.scrapes;
  let moved = 0;
  for (const { content, policy } of planned) {
    if (content.kind !== 'counters') continue;
    const { family } = content;
    const goesOn = isContinued && family.changed !== undefined && family.sighting !== undefined;
    const sighting = (goesOn ? family.sighting : undefined) ?? { atMs: nowMs };
    sighting.atMs = nowMs;
    family.sighting = sighting;
    const restless: Group[] = [];
    family.moved = goesOn ? yield* outputsToMove(family) : undefined;
    for (const group of family.moved ?? family.shown) {
      const { id, units, totals, changed } = group;
      // Of no use to an output that is not steady, which is looked at as a whole.
      const since = goesOn && totals !== undefined && changed !== undefined ? { totals, changed } : undefined;
      const moves = { id, metric: policy.metricId, units, sighting, since };
      group.totals = yield* counters.addInSlices(moves, nowMs);
      if (!group.totals.areSteady) restless.push(group);
      moved += 1;
      if (moved % SLICE_OUTPUTS === 0) yield;
    }
    family.restless = restless;
  }
  yield* counters.finishInSlices(nowMs);
  cache.scrapes = counters.scrapes;
}

/** Those that changed and those that never stand, in the order of the family. */
function* outputsToMove(family: GatheredFamily): Generator<void, readonly Group[]> {
  const { changed = [], restless, scanNumber, shown } = family;
  const places = new Int32Array(changed.length + restless.length);
  let count = 0;
  for (const group of changed) {
    places[count] = group.place;
    count += 1;
    if (count % SLICE_PLACES === 0) yield;
  }
  for (const [at, { touchedIn, place }] of restless.entries()) {
    if (at % SLICE_PLACES === SLICE_PLACES - 1) yield;
    if (touchedIn === scanNumber) continue;
    places[count] = place;
    count += 1;
  }
  const moved: Group[] = [];
  // Numbers are sorted natively.
  for (const place of places.subarray(0, count).toSorted()) {
    const group = shown[place];
    if (group !== undefined) moved.push(group);
    if (moved.length % SLICE_PLACES === 0) yield;
  }
  return moved;
}

/** Writes families whose counters have been moved, to the parts of the cache, which must be empty. */
export function* writeFamilies(
  planned: readonly PlannedFamily[],
  writing: FamilyWriting,
): Generator<void, void> {
  const list = writing.cache.parts;
  /** Outputs and their lines since others had their turn, over all families: many may have few. */
  const written = { count: 0 };
  let described = 0;
  for (const family of planned) {
    const { scanned, content } = family;
    // A HELP text is searched as a whole, like the values of labels.
    described += 1 + Math.floor((scanned.family.help?.length ?? 0) / LETTERS_OF_HEADER);
    if (described >= SLICE_HEADERS) {
      described = 0;
      yield;
    }
    list.addText(headerOf(scanned, writing));
    if (content.kind === 'gauges') {
      for (const [at, line] of content.lines.entries()) {
        list.addText(line);
        if (at % SLICE_GAUGES === SLICE_GAUGES - 1) yield;
      }
      list.samples += content.lines.length;
    } else if (content.kind === 'counters') {
      yield* writeOutputs(content.family, outputsWriting(family, writing), written);
    } else {
      list.samples += content.samples;
      yield* addLines(list, family, writing);
    }
  }
}

function outputsWriting(
  { scanned, policy }: PlannedFamily,
  { scan, comparison, cache, context }: FamilyWriting,
): OutputsWriting {
  const kind = scan.catalogue.kinds.kinds[scanned.kind] ?? scanned.family;
  return { kind, policy, comparison, cache, context };
}

/** Adds lines, which are measured now and written later. */
function* addLines(
  list: PartList,
  { scanned: { firstLine, endLine }, policy }: PlannedFamily,
  { scan, comparison, cache: { writer, decisions, block } }: FamilyWriting,
): Generator<void, void> {
  let byteLength = 0;
  const lines: LinesToWrite = { scan, comparison, writer, decisions, policy, block };
  for (let from = firstLine; from < endLine; from += SLICE_LINES) {
    byteLength += measureLines(lines, from, Math.min(endLine, from + SLICE_LINES));
    if (from + SLICE_LINES < endLine) yield;
  }
  list.addLines(policy, firstLine, endLine, byteLength);
}

/** HELP is written by programmers, but some write a user's address into it. */
function headerOf({ kind, family }: PlannedFamily['scanned'], writing: FamilyWriting): Uint8Array {
  const { headers } = writing.cache;
  const { help, unit, typed } = family;
  let header: FamilyHeader | undefined = headers[kind];
  if (header === undefined || header.help !== help || header.unit !== unit || header.typed !== typed) {
    const detection = help === undefined ? undefined : detect(help);
    const { help: _, ...rest } = family;
    const { format, escaping } = writing.context;
    const bytes = serialiseMetadata(detection === undefined ? family : rest, format, escaping);
    header = { help, unit, typed, detection, bytes };
    headers[kind] = header;
  }
  if (header.detection !== undefined) writing.effects.recordDetection('__help__', header.detection);
  return header.bytes;
}
