// Turns planned families into the parts of a body: metadata, outputs of counters that are moved on the way, gauges, and
// stretches of lines.

import type { Scan } from '../../exposition/incremental/scan.js';
import { serialiseMetadata } from '../../exposition/serialise.js';
import type { CounterTotals } from '../counter-slot.js';
import type { CounterState } from '../counter-state.js';
import { detect } from '../detectors.js';
import type { EffectCounter } from '../effects.js';
import type { Group } from './counter-groups.js';
import type { PlannedFamily } from './family-planner.js';
import type { FamilyPolicy } from './family-policy.js';
import { OutputBlock, type BlockContext } from './output-block.js';
import { IN_VIEW } from './series-decisions.js';
import type { FamilyHeader, KnownOutput, ViewCache } from './view-cache.js';
import { restLength, type BodyPart } from './view-body.js';

/** What families are written with. */
export interface FamilyWriting {
  readonly scan: Scan;
  readonly cache: ViewCache;
  readonly context: BlockContext;
  readonly effects: EffectCounter;
}

/** The parts of a body, and what they come to. */
export interface WrittenParts {
  readonly parts: readonly BodyPart[];
  readonly byteLength: number;
  readonly samples: number;
}

/** What the counters say of each output of a scrape. */
export type OutputTotals = ReadonlyMap<Group, CounterTotals>;

/** Outputs, or lines by the thousand, after which others get their turn. */
const SLICE_OUTPUTS = 128;
const SLICE_WRITTEN = 512;
const SLICE_LINES = 2048;
/** The same for the metadata of families, and letters of HELP that take as long as the rest of it. */
const SLICE_HEADERS = 128;
const LETTERS_OF_HEADER = 128;

/** Moves the counters by what was gathered. Nothing is refused from here on. */
export function* moveCounters(
  planned: readonly PlannedFamily[],
  counters: CounterState,
  nowMs: number,
): Generator<void, OutputTotals> {
  const totals = new Map<Group, CounterTotals>();
  for (const { content, policy } of planned) {
    if (content.kind !== 'counters') continue;
    for (const group of content.groups) {
      const { id, units } = group;
      totals.set(group, yield* counters.addInSlices({ id, metric: policy.metricId, units }, nowMs));
      if (totals.size % SLICE_OUTPUTS === 0) yield;
    }
  }
  yield* counters.finishInSlices(nowMs);
  return totals;
}

/** Writes families whose counters have been moved. */
export function* writeFamilies(
  planned: readonly PlannedFamily[],
  totals: OutputTotals,
  writing: FamilyWriting,
): Generator<void, WrittenParts> {
  const { scan, cache } = writing;
  const parts: BodyPart[] = [];
  let byteLength = 0;
  let samples = 0;
  let described = 0;
  let written = 0;
  const addText = (bytes: Uint8Array): void => {
    parts.push({ kind: 'text', bytes });
    byteLength += bytes.length;
  };
  for (const { scanned, policy, content } of planned) {
    // A HELP text is searched as a whole, like the values of labels.
    described += 1 + Math.floor((scanned.family.help?.length ?? 0) / LETTERS_OF_HEADER);
    if (described >= SLICE_HEADERS) {
      described = 0;
      yield;
    }
    addText(headerOf(scanned, writing));
    if (content.kind === 'gauges') {
      for (const line of content.lines) addText(line);
      samples += content.lines.length;
    } else if (content.kind === 'counters') {
      for (const group of content.groups) {
        const known = outputOf(group, policy, cache);
        const total = totals.get(group);
        if (total === undefined) continue;
        const { labels, block } = known;
        const { hasCount, boundTexts } = group;
        const kind = scan.catalogue.kinds.kinds[scanned.kind] ?? scanned.family;
        const { components } = total;
        addText(block.bytes({ kind, labels, components, boundTexts, hasCount }, total, writing.context));
        samples += block.lines;
        written += 1 + block.lines;
        if (written < SLICE_WRITTEN) continue;
        written = 0;
        yield;
      }
    } else {
      parts.push({ kind: 'lines', policy, from: scanned.firstLine, to: scanned.endLine });
      samples += content.samples;
      for (let from = scanned.firstLine; from < scanned.endLine; from += SLICE_LINES) {
        byteLength += measure(writing, policy, from, Math.min(scanned.endLine, from + SLICE_LINES));
        if (from + SLICE_LINES < scanned.endLine) yield;
      }
    }
  }
  return { parts, byteLength, samples };
}

function measure({ scan, cache }: FamilyWriting, policy: FamilyPolicy, from: number, to: number): number {
  const { decisions, writer } = cache;
  let bytes = 0;
  for (let line = from; line < to; line += 1) {
    const series = scan.lines.series[line] ?? -1;
    if (series < 0 || ((decisions.bits[series] ?? 0) & IN_VIEW) === 0) continue;
    bytes += writer.length(series, policy) + restLength(scan, line);
  }
  return bytes;
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

function outputOf(group: Group, policy: FamilyPolicy, cache: ViewCache): KnownOutput {
  const known = cache.outputs.get(group);
  const { series } = group;
  if (known?.series === series) return known;
  const labels = cache.groups.labels(series, policy);
  if (known === undefined) {
    const output = { block: new OutputBlock(), series, labels };
    cache.outputs.set(group, output);
    return output;
  }
  known.series = series;
  // The same array for the same labels: the block goes by it.
  if (known.labels.join(' ') !== labels.join(' ')) known.labels = labels;
  return known;
}
