// A body that is made piece by piece, and counts what was asked of it.

import type { ByteChunks } from '../../src/internal/byte-chunks.js';

export interface CountedPieces {
  readonly body: ByteChunks;
  /** Pieces made, over all readings. */
  made(): number;
  /** Readings that ended before the last piece. */
  stopped(): number;
}

/** `count` pieces of `bytes` each, all different; making piece `failAt` throws. */
export function countedPieces(count: number, bytes: number, failAt: number = Infinity): CountedPieces {
  let made = 0;
  let stopped = 0;
  function* pieces(): Generator<Uint8Array> {
    let isWhole = false;
    try {
      for (let index = 0; index < count; index += 1) {
        if (index === failAt) throw new RangeError('this piece cannot be made');
        made += 1;
        yield pieceOf(index, bytes);
      }
      isWhole = true;
    } finally {
      if (!isWhole) stopped += 1;
    }
  }
  return {
    body: { byteLength: count * bytes, [Symbol.iterator]: pieces },
    made: () => made,
    stopped: () => stopped,
  };
}

/** Bytes that compress a little, so that a compressor has something to hand over. */
function pieceOf(index: number, bytes: number): Uint8Array {
  const piece = Buffer.allocUnsafe(bytes);
  let state = index + 1;
  for (let at = 0; at < bytes; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    piece[at] = 48 + (state >>> 27);
  }
  return piece;
}
