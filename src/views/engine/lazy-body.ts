// A large body, written piece by piece whenever it is read, so that it never exists as a whole.

import type { ByteChunks } from '../../internal/byte-chunks.js';
import { MemoryPool, pin } from '../../internal/memory-pool.js';
import type { BlockWriter } from './block-writer.js';
import type { BodyPart } from './body-parts.js';
import { restLength, writeRest } from './line-value.js';
import { IN_VIEW } from './series-decisions.js';
import type { BodyPlan } from './view-body.js';

/** Bytes of a piece. */
const PIECE_BYTES = 128 * 1024;
/** Pieces whose memory waits to serve again: a writer has two in hand, and some on their way. */
const MAX_SPARE_PIECES = 4;

/** A body that is written piece by piece, each time it is read. `block` holds the body before. */
export function lazyBody(plan: BodyPlan, block: BlockWriter): ByteChunks {
  const kept = new Map<BodyPart, readonly Buffer[]>();
  for (const part of plan.parts) {
    if (part.kind !== 'kept') continue;
    const pieces = block.pieces(part.from, part.to);
    // For good: nobody tells when it is read for the last time.
    pieces.forEach(pin);
    kept.set(part, pieces);
  }
  return { byteLength: plan.byteLength, [Symbol.iterator]: () => written(plan, kept) };
}

function* written(
  { scan, parts, patches, writer, decisions }: BodyPlan,
  kept: ReadonlyMap<BodyPart, readonly Buffer[]>,
): Generator<Uint8Array, void, void> {
  const pool = new MemoryPool(PIECE_BYTES, MAX_SPARE_PIECES);
  let piece = pool.take(PIECE_BYTES);
  let at = 0;
  let start = 0;
  let patched = 0;
  const finished = (bytes: Uint8Array): Uint8Array => {
    patched = patches.write(bytes, start, patched);
    start += bytes.length;
    return bytes;
  };
  const put = function* (text: Uint8Array): Generator<Uint8Array, void, void> {
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
  };
  for (const part of parts) {
    if (part.kind !== 'lines') {
      for (const text of part.kind === 'text' ? [part.bytes] : (kept.get(part) ?? [])) yield* put(text);
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
