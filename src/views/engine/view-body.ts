// The bytes of a rendered view, from parts that are fixed: texts that are written already, and stretches of lines that
// are shown one by one. Small bodies are written whole, in blocks from the body before wherever lines stood still;
// large ones are written piece by piece whenever they are read, so that they never exist as a whole.

import { IS_AS_LONG, lineBefore } from '../../exposition/incremental/line-table.js';
import type { Scan } from '../../exposition/incremental/scan.js';
import type { ByteChunks } from '../../internal/byte-chunks.js';
import { grownInt32 } from '../../internal/growing-array.js';
import { MemoryPool, pin, type LetGo } from '../../internal/memory-pool.js';
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
/** Bytes of a piece of a large body. */
const PIECE_BYTES = 128 * 1024;
/** Pieces whose memory waits to serve again: a writer has two in hand, and some on their way. */
const MAX_SPARE_PIECES = 4;
/** Lines after which others get their turn. */
const SLICE_LINES = 512;
/** The same for texts, which are written already. */
const SLICE_TEXTS = 2048;
/** What may wait for being copied at the end of a slice: values that go over it, and bytes. */
const MAX_WAITING_VALUES = 512;
const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * Writes a body whole into `block`, which may hold what the same view wrote of the scan with which this one is compared.
 */
export function* writeBody(
  { scan, parts, patches, byteLength, writer, decisions }: BodyPlan,
  comparison: ScanComparison,
  block: BlockWriter,
): Generator<void, Buffer> {
  block.begin(scan, comparison, byteLength);
  for (const [at, part] of parts.entries()) {
    if (part.kind !== 'lines') {
      if (part.kind === 'text') block.write(part.bytes);
      else block.takeBytes(part.from, part.to);
      block.settle();
      if (at % SLICE_TEXTS === SLICE_TEXTS - 1) yield;
      continue;
    }
    const { policy } = part;
    const lines: LinesToWrite = { scan, comparison, writer, decisions, policy, block };
    for (let from = part.from; from < part.to; from += SLICE_LINES) {
      writeLines(lines, from, Math.min(part.to, from + SLICE_LINES));
      block.settle();
      yield;
    }
  }
  block.flush();
  for (let from = 0; from < patches.count; from += SLICE_TEXTS) {
    patches.write(block.bytes, 0, from, Math.min(patches.count, from + SLICE_TEXTS));
    yield;
  }
  // Memory that nobody wrote to holds whatever was there before.
  if (block.at !== byteLength) throw new RangeError('a body is not as long as it was measured');
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
    if (there < 0) {
      const at = block.beginLine(line);
      block.at = writeRest(scan, line, block.bytes, writer.writeSeries(series, policy, block.bytes, at));
      continue;
    }
    const length = writer.length(series, policy);
    if ((entry & IS_AS_LONG) === 0) {
      block.take(line, there, length);
      block.at = writeRest(scan, line, block.bytes, block.flush());
      continue;
    }
    block.take(line, there, length + restLength(scan, line));
    block.patch(line, length);
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

const NO_BYTES: Buffer = Buffer.alloc(0);
const NO_STARTS: Int32Array = new Int32Array(0);

/**
 * Bytes that are written anew or taken from the body before; stretches of those that follow each other are copied at
 * once. The object is there for as long as its view: V8 throws compiled code away with the last object that it was
 * compiled for.
 */
export class BlockWriter {
  bytes: Buffer = NO_BYTES;
  /** Where the next byte goes, once what was taken is copied. */
  at = 0;
  /** By line: where it begins or, where it is not shown, the next one; -1 where lines are not written one by one. */
  #starts: Int32Array = NO_STARTS;
  /** The same of the body before, where the one that is being written is based on it. */
  #bytesBefore: Buffer = NO_BYTES;
  #startsBefore: Int32Array = NO_STARTS;
  /** The scan of the body that was written last; 0 where none was. */
  #scanNumber = 0;
  #copyFrom = 0;
  #copyTo = 0;
  /** Lines within it that have another value, and where that stands. */
  readonly #patchedLines: number[] = [];
  readonly #patchedPlaces: number[] = [];
  #scan: Scan | undefined;
  readonly #pool = new MemoryPool(MAX_WHOLE_BYTES);
  #unpin: LetGo | undefined;

  /** Begins a body of a scan. */
  begin(scan: Scan, comparison: ScanComparison, byteLength: number): void {
    const { lines } = scan;
    const isBased = this.holds(comparison);
    this.#bytesBefore = isBased ? this.bytes : NO_BYTES;
    this.#scanNumber = 0;
    this.#scan = scan;
    this.bytes = this.#pool.take(byteLength);
    // The two columns serve in turn, as fresh memory costs more than what is done with it.
    const spare = this.#startsBefore;
    this.#startsBefore = this.#starts;
    this.#starts = grownInt32(spare, lines.count).fill(-1, 0, lines.count);
    if (!isBased) this.#startsBefore.fill(-1);
    this.at = 0;
    this.#copyFrom = 0;
    this.#copyTo = 0;
  }

  /** Ends the body, which is not changed any more. */
  end({ number }: Scan): Buffer {
    this.#bytesBefore = NO_BYTES;
    this.#scan = undefined;
    this.#scanNumber = number;
    const unpinBefore = this.#unpin;
    this.#unpin = pin(this.bytes);
    unpinBefore?.();
    return this.bytes;
  }

  /** Whether it has the body of the scan with which another one is compared. To be asked before that one's is begun. */
  holds({ basis }: ScanComparison): boolean {
    return basis !== 0 && this.#scanNumber === basis;
  }

  /** Where a line of the body before begins; -1 where it was not written line by line. */
  placeBefore(line: number): number {
    return this.#startsBefore[line] ?? -1;
  }

  /**
   * Bytes of `lines` lines of the body before, from `there` on, but for the last one; below zero where that is not the
   * body of the scan on which this one is based, or where they were not written one by one.
   */
  lengthBefore(comparison: ScanComparison, there: number, lines: number): number {
    if (!this.holds(comparison)) return -1;
    const start = this.#starts[there] ?? -1;
    return start < 0 ? -1 : (this.#starts[there + lines - 1] ?? -1) - start;
  }

  /**
   * Begins lines that are as they stood from `there` on in the body before, the last one with `length` bytes; false
   * where they were not written one by one.
   */
  takeLines(line: number, there: number, lines: number, length: number): boolean {
    const starts = this.#starts;
    const before = this.#startsBefore;
    const start = before[there] ?? -1;
    if (start < 0) return false;
    this.take(line, start, (before[there + lines - 1] ?? 0) - start + length);
    const shift = (starts[line] ?? 0) - start;
    for (let at = 1; at < lines; at += 1) starts[line + at] = (before[there + at] ?? 0) + shift;
    return true;
  }

  /** Notes a line that is not shown. */
  skip(line: number): void {
    this.#starts[line] = this.at + this.#copyTo - this.#copyFrom;
  }

  /** Begins a line that is written anew; gives its place. */
  beginLine(line: number): number {
    const at = this.flush();
    this.#starts[line] = at;
    return at;
  }

  /** Begins a line with `length` bytes that stood at `there` in the body before. */
  take(line: number, there: number, length: number): void {
    if (there !== this.#copyTo) this.#comeFrom(there);
    this.#starts[line] = this.at + this.#copyTo - this.#copyFrom;
    this.#copyTo += length;
  }

  /** Takes bytes of the body before. */
  takeBytes(from: number, to: number): void {
    if (from !== this.#copyTo) this.#comeFrom(from);
    this.#copyTo = to;
  }

  #comeFrom(there: number): void {
    this.flush();
    this.#copyFrom = there;
    this.#copyTo = there;
  }

  /** The line that was taken last has another value, as long as the one before, behind `length` bytes. */
  patch(line: number, length: number): void {
    this.#patchedLines.push(line);
    this.#patchedPlaces.push((this.#starts[line] ?? 0) + length);
  }

  /** Ends a slice: what is copied later is no more than others can wait for. */
  settle(): void {
    const bytes = this.#copyTo - this.#copyFrom;
    if (bytes > MAX_WAITING_BYTES || this.#patchedLines.length > MAX_WAITING_VALUES) this.flush();
  }

  /** Copies what was taken; gives the place behind it. */
  flush(): number {
    if (this.#copyTo > this.#copyFrom) {
      this.#bytesBefore.copy(this.bytes, this.at, this.#copyFrom, this.#copyTo);
      this.at += this.#copyTo - this.#copyFrom;
      this.#copyFrom = this.#copyTo;
      if (this.#patchedLines.length > 0) this.#writePatches();
    }
    return this.at;
  }

  #writePatches(): void {
    const scan = this.#scan;
    if (scan === undefined) return;
    for (let at = 0; at < this.#patchedLines.length; at += 1)
      writeRest(scan, this.#patchedLines[at] ?? 0, this.bytes, this.#patchedPlaces[at] ?? 0);
    this.#patchedLines.length = 0;
    this.#patchedPlaces.length = 0;
  }

  /** Writes a text that is there already. */
  write(text: Uint8Array): void {
    this.flush();
    this.bytes.set(text, this.at);
    this.at += text.length;
  }
}

/** A body that is written piece by piece, each time it is read. */
export function lazyBody(plan: BodyPlan, { bytes: bytesBefore }: BlockWriter): ByteChunks {
  // For good: nobody tells when it is read for the last time.
  if (plan.parts.some(({ kind }) => kind === 'kept')) pin(bytesBefore);
  return { byteLength: plan.byteLength, [Symbol.iterator]: () => pieces(plan, bytesBefore) };
}

function* pieces(
  { scan, parts, patches, writer, decisions }: BodyPlan,
  bytesBefore: Buffer,
): Generator<Uint8Array, void, void> {
  const pool = new MemoryPool(PIECE_BYTES, MAX_SPARE_PIECES);
  let piece = pool.take(PIECE_BYTES);
  let at = 0;
  let start = 0;
  let patched = 0;
  const finished = (bytes: Uint8Array): Uint8Array => {
    patched = patches.write(bytes, start, patched, patches.count);
    start += bytes.length;
    return bytes;
  };
  for (const part of parts) {
    if (part.kind !== 'lines') {
      const text = part.kind === 'text' ? part.bytes : bytesBefore.subarray(part.from, part.to);
      for (let from = 0; from < text.length;) {
        const next = text.subarray(from, from + piece.length - at);
        piece.set(next, at);
        from += next.length;
        at += next.length;
        if (at < piece.length) continue;
        yield finished(piece);
        piece = pool.take(PIECE_BYTES);
        at = 0;
      }
      continue;
    }
    for (let line = part.from; line < part.to; line += 1) {
      const series = scan.lines.series[line] ?? -1;
      if (series < 0 || ((decisions.bits[series] ?? 0) & IN_VIEW) === 0) continue;
      const length = writer.length(series, part.policy) + restLength(scan, line);
      if (at + length > piece.length) {
        if (at > 0) yield finished(piece.subarray(0, at));
        piece = pool.take(Math.max(PIECE_BYTES, length));
        at = 0;
      }
      at = writeRest(scan, line, piece, writer.writeSeries(series, part.policy, piece, at));
    }
  }
  if (at > 0) yield finished(piece.subarray(0, at));
}
