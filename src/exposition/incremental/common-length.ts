// How far two stretches of bytes are the same. Native comparison does not tell where they differ, and a call of it costs
// as much as some hundred bytes.

/** The bytes as words. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/**
 * How many of `length` bytes from `start` of `a` and from `from` of `b` on are the same, from the first one on. Both must
 * have as many, and one of them none that is zero: eight bytes are compared as a double, and only zero has two forms.
 */
export function commonLength(a: DataView, start: number, b: DataView, from: number, length: number): number {
  // Sums that are cut to 32 bits need no check for more; many words at once keep a processor busy. Written out: whether V8
  // inlines a function depends on who calls this one.
  const end = (start + length) | 0;
  const shift = (from - start) | 0;
  let at = start | 0;
  for (; at + 63 < end; at = (at + 64) | 0) {
    const there = (at + shift) | 0;
    if (
      a.getFloat64(at, true) !== b.getFloat64(there, true) ||
      a.getFloat64((at + 8) | 0, true) !== b.getFloat64((there + 8) | 0, true) ||
      a.getFloat64((at + 16) | 0, true) !== b.getFloat64((there + 16) | 0, true) ||
      a.getFloat64((at + 24) | 0, true) !== b.getFloat64((there + 24) | 0, true) ||
      a.getFloat64((at + 32) | 0, true) !== b.getFloat64((there + 32) | 0, true) ||
      a.getFloat64((at + 40) | 0, true) !== b.getFloat64((there + 40) | 0, true) ||
      a.getFloat64((at + 48) | 0, true) !== b.getFloat64((there + 48) | 0, true) ||
      a.getFloat64((at + 56) | 0, true) !== b.getFloat64((there + 56) | 0, true)
    )
      break;
  }
  while (at + 7 < end && a.getFloat64(at, true) === b.getFloat64((at + shift) | 0, true)) at = (at + 8) | 0;
  while (at < end && a.getUint8(at) === b.getUint8((at + shift) | 0)) at = (at + 1) | 0;
  return (at - start) | 0;
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
