// Numbers that look random and are functions of their arguments alone, so that a workload is the same everywhere.
// Nothing here is random enough for a secret.

import { createHash } from 'node:crypto';

/** 32 bits of all arguments; a change of one changes about half of them. */
export function mix(...numbers: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const number of numbers) {
    state = Math.imul(state ^ number, 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 0;
}

/** From 0 up to, but not including, 1. */
export function fraction(...numbers: readonly number[]): number {
  return mix(...numbers) / 2 ** 32;
}

/** One of `values`. @throws {RangeError} when there are none. */
export function pick<T>(values: readonly T[], ...numbers: readonly number[]): T {
  const value = values[mix(...numbers) % values.length];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

/** 64 hexadecimal digits, as hashes of keys and models are written. */
export function hexadecimal(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** In the form of a UUID. */
export function uuid(text: string): string {
  const digits = hexadecimal(text);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(12, 15)}`,
    `a${digits.slice(15, 18)}`,
    digits.slice(18, 30),
  ].join('-');
}

/** The numbers from 0 to `count` - 1 in an order that only `seed` decides. */
export function shuffled(count: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = mix(seed, last) % (last + 1);
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}
