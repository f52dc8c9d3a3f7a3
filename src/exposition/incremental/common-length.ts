// How far two stretches of bytes are the same. Native comparison does not tell, and is no faster for the length of a line.

/** The bytes as words. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * How many of `length` bytes from `start` of `a` and from `from` of `b` on are the same, from the first one on. Both must
 * have as many, and one of them none that is zero: eight bytes are compared as a double, and only zero has two forms.
 */
export function commonLength(a: DataView, start: number, b: DataView, from: number, length: number): number {
  // Sums that are cut to 32 bits need no check for more; four words at once keep a processor busy.
  const end = (start + length) | 0;
  const shift = (from - start) | 0;
  let at = start | 0;
  while (at + 31 < end && areFourDoublesEqual(a, at, b, (at + shift) | 0)) at = (at + 32) | 0;
  while (at + 3 < end && a.getInt32(at, true) === b.getInt32((at + shift) | 0, true)) at = (at + 4) | 0;
  while (at < end && a.getUint8(at) === b.getUint8((at + shift) | 0)) at = (at + 1) | 0;
  return (at - start) | 0;
}

/** Never so for bytes that are no number: these are compared by smaller words. */
function areFourDoublesEqual(a: DataView, at: number, b: DataView, from: number): boolean {
  return (
    a.getFloat64(at, true) === b.getFloat64(from, true) &&
    a.getFloat64((at + 8) | 0, true) === b.getFloat64((from + 8) | 0, true) &&
    a.getFloat64((at + 16) | 0, true) === b.getFloat64((from + 16) | 0, true) &&
    a.getFloat64((at + 24) | 0, true) === b.getFloat64((from + 24) | 0, true)
  );
}

/**
 * Whether `length` bytes, four at least, from `start` of `a` and from `from` of `b` on are the same. One of them must be
 * UTF-8 without a zero: then no eight bytes of it are the double that is not equal to itself.
 */
export function areEqual(a: DataView, start: number, b: DataView, from: number, length: number): boolean {
  const last = (length - 8) | 0;
  if (last < 0)
    return (
      a.getInt32(start, true) === b.getInt32(from, true) &&
      a.getInt32((start + length - 4) | 0, true) === b.getInt32((from + length - 4) | 0, true)
    );
  for (let at = 0; at < last; at = (at + 8) | 0) {
    if (a.getFloat64((start + at) | 0, true) !== b.getFloat64((from + at) | 0, true)) return false;
  }
  return a.getFloat64((start + last) | 0, true) === b.getFloat64((from + last) | 0, true);
}
