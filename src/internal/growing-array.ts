// Columns of numbers that grow at their end: typed arrays, doubled when they are full; and how they are searched.

/** An array at least `length` long that begins with what `array` holds. */
export function grownInt32(array: Int32Array, length: number): Int32Array {
  if (length <= array.length) return array;
  const grown = new Int32Array(Math.max(length, array.length * 2));
  grown.set(array);
  return grown;
}

/** The same for bytes. */
export function grownBytes(array: Uint8Array, length: number): Uint8Array {
  if (length <= array.length) return array;
  const grown = new Uint8Array(Math.max(length, array.length * 2));
  grown.set(array);
  return grown;
}

/** The same for floating-point numbers. */
export function grownFloat64(array: Float64Array, length: number): Float64Array {
  if (length <= array.length) return array;
  const grown = new Float64Array(Math.max(length, array.length * 2));
  grown.set(array);
  return grown;
}

/** Where the first number above `value` stands in ascending ones, from `from` to before `end`; `end` where none is. */
export function firstAbove(
  ascending: ArrayLike<number>,
  value: number,
  from = 0,
  end: number = ascending.length,
): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
