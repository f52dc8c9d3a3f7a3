// How far two stretches of bytes are the same. Native comparison does not tell, and is no faster for the length of a line.

/** The bytes as words. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * How many of `length` bytes from `start` of `a` and from `from` of `b` on are the same, from the first one on. Both must
 * have as many.
 */
export function commonLength(a: DataView, start: number, b: DataView, from: number, length: number): number {
  // Sums that are cut to 32 bits need no check for more; four words at once keep a processor busy.
  const end = (start + length) | 0;
  const shift = (from - start) | 0;
  let at = start | 0;
  while (at + 15 < end && !differInFourWords(a, at, b, (at + shift) | 0)) at = (at + 16) | 0;
  while (at + 3 < end && a.getInt32(at, true) === b.getInt32((at + shift) | 0, true)) at = (at + 4) | 0;
  while (at < end && a.getUint8(at) === b.getUint8((at + shift) | 0)) at = (at + 1) | 0;
  return (at - start) | 0;
}

function differInFourWords(a: DataView, at: number, b: DataView, from: number): boolean {
  return (
    ((a.getInt32(at, true) ^ b.getInt32(from, true)) |
      (a.getInt32((at + 4) | 0, true) ^ b.getInt32((from + 4) | 0, true)) |
      (a.getInt32((at + 8) | 0, true) ^ b.getInt32((from + 8) | 0, true)) |
      (a.getInt32((at + 12) | 0, true) ^ b.getInt32((from + 12) | 0, true))) !==
    0
  );
}
