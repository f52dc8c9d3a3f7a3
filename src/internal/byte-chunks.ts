// Bytes that are handed out piece by piece, so that a large body need not exist as a whole.

/** Bytes in order. They can be read several times, and each time they are the same. Pieces must not be changed. */
export interface ByteChunks extends Iterable<Uint8Array> {
  /** All pieces together. */
  readonly byteLength: number;
  /**
   * For a reader who tells when they are done, so that the memory can serve again. Absent where it never does. Whoever
   * does not call it may read for ever.
   */
  borrow?(): () => void;
}

/** One piece. */
export function chunkOf(bytes: Uint8Array): ByteChunks {
  return { byteLength: bytes.length, [Symbol.iterator]: () => [bytes][Symbol.iterator]() };
}

/** All pieces in one array. */
export function joinChunks(chunks: ByteChunks): Uint8Array {
  const [first, ...rest] = chunks;
  return first !== undefined && rest.length === 0 ? first : Buffer.concat([...chunks], chunks.byteLength);
}
