// The bytes of a rendered view, from parts that are fixed: texts that are written already, and stretches of lines that
// are shown one by one. Small bodies are written whole, in blocks from the body before wherever lines stood still;
// large ones are written piece by piece whenever they are read, so that they never exist as a whole.

import { IS_AS_LONG, IS_EQUAL, lineBefore } from '../../exposition/incremental/line-table.js';
import type { Scan } from '../../exposition/incremental/scan.js';
import type { ByteChunks } from '../../internal/byte-chunks.js';
import { MemoryPool, pin, type LetGo } from '../../internal/memory-pool.js';
import type { FamilyPolicy } from './family-policy.js';
import { restLength, writeRest } from './line-value.js';
import type { LineWriter } from './line-writer.js';
import { IN_VIEW, type SeriesDecisions } from './series-decisions.js';

/** A part of a body, in its place. */
export type BodyPart =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'lines'; readonly policy: FamilyPolicy; readonly from: number; readonly to: number };

/** Everything that a body is written from. Nothing of it changes afterwards. */
export interface BodyPlan {
  readonly scan: Scan;
  readonly parts: readonly BodyPart[];
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

/**
 * Writes a body whole into `block`, which may hold what the same view wrote of the scan on which this one is based.
 */
export function* writeBody(
  { scan, parts, byteLength, writer, decisions }: BodyPlan,
  block: BlockWriter,
): Generator<void, Buffer> {
  block.begin(scan, byteLength);
  for (const part of parts) {
    if (part.kind === 'text') {
      block.write(part.bytes);
      continue;
    }
    const { policy } = part;
    for (let from = part.from; from < part.to; from += SLICE_LINES) {
      writeLines({ scan, writer, decisions, policy, block }, from, Math.min(part.to, from + SLICE_LINES));
      yield;
    }
  }
  // Memory that nobody wrote to holds whatever was there before.
  if (block.at !== byteLength) throw new RangeError('a body is not as long as it was measured');
  return block.end(scan);
}

interface LinesToWrite {
  readonly scan: Scan;
  readonly writer: LineWriter;
  readonly decisions: SeriesDecisions;
  readonly policy: FamilyPolicy;
  readonly block: BlockWriter;
}

/** Writes lines one by one, or as they were written before. */
function writeLines(
  { scan, writer, decisions, policy, block }: LinesToWrite,
  from: number,
  to: number,
): void {
  const { series: column, before } = scan.lines;
  const { bits } = decisions;
  for (let line = from; line < to; line += 1) {
    const series = column[line] ?? -1;
    if (series < 0 || ((bits[series] ?? 0) & IN_VIEW) === 0) continue;
    const entry = before[line] ?? -1;
    const there = entry < 0 ? -1 : block.placeBefore(lineBefore(entry));
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
    if ((entry & IS_EQUAL) === 0) block.patch(line, length);
  }
  block.flush();
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
  /** By line: where it begins, or -1. */
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
  begin(scan: Scan, byteLength: number): void {
    const { lines, basis } = scan;
    const isBased = basis !== 0 && this.#scanNumber === basis;
    this.#bytesBefore = isBased ? this.bytes : NO_BYTES;
    this.#startsBefore = isBased ? this.#starts : NO_STARTS;
    this.#scanNumber = 0;
    this.#scan = scan;
    this.bytes = this.#pool.take(byteLength);
    this.#starts = new Int32Array(lines.count).fill(-1);
    this.at = 0;
    this.#copyFrom = 0;
    this.#copyTo = 0;
  }

  /** Ends the body, which is not changed any more. */
  end({ number }: Scan): Buffer {
    this.#bytesBefore = NO_BYTES;
    this.#startsBefore = NO_STARTS;
    this.#scan = undefined;
    this.#scanNumber = number;
    const unpinBefore = this.#unpin;
    this.#unpin = pin(this.bytes);
    unpinBefore?.();
    return this.bytes;
  }

  /** Where a line of the body before begins; -1 where it was not written line by line. */
  placeBefore(line: number): number {
    return this.#startsBefore[line] ?? -1;
  }

  /** Begins a line that is written anew; gives its place. */
  beginLine(line: number): number {
    const at = this.flush();
    this.#starts[line] = at;
    return at;
  }

  /** Begins a line with `length` bytes that stood at `there` in the body before. */
  take(line: number, there: number, length: number): void {
    if (there !== this.#copyTo) {
      this.flush();
      this.#copyFrom = there;
      this.#copyTo = there;
    }
    this.#starts[line] = this.at + this.#copyTo - this.#copyFrom;
    this.#copyTo += length;
  }

  /** The line that was taken last has another value, as long as the one before, behind `length` bytes. */
  patch(line: number, length: number): void {
    this.#patchedLines.push(line);
    this.#patchedPlaces.push((this.#starts[line] ?? 0) + length);
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
    for (const [index, line] of this.#patchedLines.entries())
      if (this.#scan !== undefined) writeRest(this.#scan, line, this.bytes, this.#patchedPlaces[index] ?? 0);
    this.#patchedLines.length = 0;
    this.#patchedPlaces.length = 0;
  }

  /** Writes a text that is there already. */
  write(text: Uint8Array): void {
    this.bytes.set(text, this.at);
    this.at += text.length;
  }
}

/** A body that is written piece by piece, each time it is read. */
export function lazyBody(plan: BodyPlan): ByteChunks {
  return { byteLength: plan.byteLength, [Symbol.iterator]: () => pieces(plan) };
}

function* pieces({ scan, parts, writer, decisions }: BodyPlan): Generator<Uint8Array, void, void> {
  const pool = new MemoryPool(PIECE_BYTES, MAX_SPARE_PIECES);
  let piece = pool.take(PIECE_BYTES);
  let at = 0;
  for (const part of parts) {
    if (part.kind === 'text') {
      for (let from = 0; from < part.bytes.length;) {
        const next = part.bytes.subarray(from, from + piece.length - at);
        piece.set(next, at);
        from += next.length;
        at += next.length;
        if (at < piece.length) continue;
        yield piece;
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
        if (at > 0) yield piece.subarray(0, at);
        piece = pool.take(Math.max(PIECE_BYTES, length));
        at = 0;
      }
      at = writeRest(scan, line, piece, writer.writeSeries(series, part.policy, piece, at));
    }
  }
  if (at > 0) yield piece.subarray(0, at);
}
