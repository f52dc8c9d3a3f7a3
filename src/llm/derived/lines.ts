// Walks over the lines of a body where they stand: no line becomes a string, and none is copied but one that lies
// across two pieces. Works in slices, so that others can have their turn.

import type { ByteChunks } from '../../internal/byte-chunks.js';

const LINE_FEED = 0x0a;
/** Bytes after which others get their turn: half a millisecond, where every line counts. */
const SLICE_BYTES = 64 * 1024;

/** Is given a line: the bytes from `from` to `to`, without its line feed. They must not be kept. */
export type LineVisitor = (bytes: Uint8Array, from: number, to: number) => void;

/** Visits every line of a body. */
export function* walkLines(body: ByteChunks, visit: LineVisitor): Generator<void, void> {
  /** The beginning of a line whose end is in a later piece. */
  let begun: Uint8Array | undefined;
  for (const piece of body) {
    let from = 0;
    if (begun !== undefined) {
      const end = piece.indexOf(LINE_FEED);
      const line: Uint8Array = Buffer.concat([begun, end === -1 ? piece : piece.subarray(0, end)]);
      begun = end === -1 ? line : undefined;
      if (end === -1) continue;
      visit(line, 0, line.length);
      from = end + 1;
    }
    let turn = from + SLICE_BYTES;
    for (;;) {
      const end = piece.indexOf(LINE_FEED, from);
      if (end === -1) break;
      visit(piece, from, end);
      from = end + 1;
      if (from < turn) continue;
      turn = from + SLICE_BYTES;
      yield;
    }
    // The memory of a piece may serve again for the next one.
    if (from < piece.length) begun = Buffer.from(piece.subarray(from));
    yield;
  }
  if (begun !== undefined) visit(begun, 0, begun.length);
}
