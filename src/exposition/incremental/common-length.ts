// How far two stretches of bytes are the same. Native comparison does not tell, and is no faster for the length of a line.

/** The bytes as words. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** How many bytes from `start` of `a` and from `from` of `b` on are the same, at most `length`. */
export function commonLength(a: DataView, start: number, b: DataView, from: number, length: number): number {
  const words = Math.min(length, a.byteLength - start, b.byteLength - from) - 3;
  let same = 0;
  while (same < words && a.getInt32(start + same, true) === b.getInt32(from + same, true)) same += 4;
  const end = words + 3;
  while (same < end && a.getUint8(start + same) === b.getUint8(from + same)) same += 1;
  return same;
}
