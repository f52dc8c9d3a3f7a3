// The bytes of a rendered view, from parts that are fixed: texts that are written already, and stretches of lines that
// are shown one by one. Wherever lines stood still they are those of the body before.

import { IS_AS_LONG, lineBefore } from '../../exposition/incremental/line-table.js';
import type { Scan } from '../../exposition/incremental/scan.js';
import type { BlockWriter } from './block-writer.js';
import type { BodyPart, Patches } from './body-parts.js';
import type { FamilyPolicy } from './family-policy.js';
import { restLength, writeRest } from './line-value.js';
import type { LineWriter } from './line-writer.js';
import type { ScanComparison } from './scan-comparison.js';
import { IN_VIEW, type SeriesDecisions } from './series-decisions.js';

/** Everything that a body is written from. Nothing of it changes afterwards. */
export interface BodyPlan {
  readonly scan: Scan;
  readonly parts: readonly BodyPart[];
  readonly patches: Patches;
  readonly byteLength: number;
  readonly writer: LineWriter;
  readonly decisions: SeriesDecisions;
}

/** The largest body that is written whole, and kept to write the next one from. */
export const MAX_WHOLE_BYTES: number = 48 * 1024 * 1024;
/** Lines after which others get their turn. */
const SLICE_LINES = 512;
/** The same for texts, which are written already. */
const SLICE_TEXTS = 2048;
/** The same for pages with other numbers, which may have to be copied. */
const SLICE_PAGES = 16;

/**
 * Writes a body whole into `block`, which may hold what the same view wrote of the scan with which this one is compared.
 */
export function* writeBody(
  { scan, parts, patches, byteLength, writer, decisions }: BodyPlan,
  comparison: ScanComparison,
  block: BlockWriter,
): Generator<void, readonly Buffer[]> {
  block.begin(scan, comparison, byteLength);
  for (const [at, part] of parts.entries()) {
    if (part.kind !== 'lines') {
      if (part.kind === 'text') block.write(part.bytes);
      else block.takeBytes(part.from, part.to);
      if (at % SLICE_TEXTS === SLICE_TEXTS - 1) yield;
      continue;
    }
    const { policy } = part;
    const lines: LinesToWrite = { scan, comparison, writer, decisions, policy, block };
    for (let from = part.from; from < part.to; from += SLICE_LINES) {
      writeLines(lines, from, Math.min(part.to, from + SLICE_LINES));
      block.settle(scan);
      yield;
    }
  }
  block.flush(scan);
  for (let first = 0, pages = 1; first < patches.count; pages += 1) {
    first = block.overwrite(patches, first);
    if (pages % SLICE_PAGES === 0) yield;
  }
  if (block.length !== byteLength) throw new RangeError('a body is not as long as it was measured');
  return block.end(scan);
}

/** Lines of one family, and what they are written with. */
export interface LinesToWrite {
  readonly scan: Scan;
  readonly comparison: ScanComparison;
  readonly writer: LineWriter;
  readonly decisions: SeriesDecisions;
  readonly policy: FamilyPolicy;
  readonly block: BlockWriter;
}

/** Writes lines as they were written before, stretch by stretch, and one by one where they are others. */
function writeLines(writing: LinesToWrite, from: number, to: number): void {
  const { scan, comparison, writer, decisions, policy, block } = writing;
  const { series: column } = scan.lines;
  const { before, equal } = comparison;
  const { bits } = decisions;
  let stretch = equal.behind(from);
  for (let line = from; line < to; line += 1) {
    const reach = equal.reach(stretch, line, to);
    if (reach > 0) {
      const there = equal.placeBefore(stretch, line);
      stretch += 1;
      if (block.takeLines(line, there, reach, lengthOf(writing, line + reach - 1))) {
        line += reach - 1;
        continue;
      }
    }
    const series = column[line] ?? -1;
    if (series < 0 || ((bits[series] ?? 0) & IN_VIEW) === 0) {
      block.skip(line);
      continue;
    }
    const entry = before[line] ?? 0;
    const there = entry === 0 ? -1 : block.placeBefore(lineBefore(entry));
    const length = writer.length(series, policy);
    const rest = restLength(scan, line);
    if (there < 0) {
      const at = block.beginLine(line, length + rest);
      const end = writer.writeSeries(series, policy, block.room, at);
      // Memory that nobody wrote to holds whatever was there before.
      if (end !== at + length) throw new RangeError('a line is not as long as it was measured');
      writeRest(scan, line, block.room, end);
    } else if ((entry & IS_AS_LONG) === 0) {
      block.take(line, there, length);
      const at = block.makeRoom(rest);
      writeRest(scan, line, block.room, at);
    } else {
      block.take(line, there, length + rest);
      block.patch(line, length);
    }
  }
}

/** Bytes of lines as the view shows them: those of stretches that stood still are known from the body before. */
export function measureLines(lines: LinesToWrite, from: number, to: number): number {
  const { comparison, block } = lines;
  const { equal } = comparison;
  let stretch = equal.behind(from);
  let bytes = 0;
  for (let line = from; line < to; line += 1) {
    const reach = equal.reach(stretch, line, to);
    if (reach > 0) {
      const length = block.lengthBefore(comparison, equal.placeBefore(stretch, line), reach);
      stretch += 1;
      if (length >= 0) {
        bytes += length;
        line += reach - 1;
      }
    }
    bytes += lengthOf(lines, line);
  }
  return bytes;
}

function lengthOf({ scan, writer, decisions, policy }: LinesToWrite, line: number): number {
  const series = scan.lines.series[line] ?? -1;
  if (series < 0 || ((decisions.bits[series] ?? 0) & IN_VIEW) === 0) return 0;
  return writer.length(series, policy) + restLength(scan, line);
}
