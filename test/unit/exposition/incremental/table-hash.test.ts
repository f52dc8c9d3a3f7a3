import { expect, test } from 'vitest';
import { createTableHash } from '../../../../src/exposition/incremental/table-hash.js';

const KEY = Int32Array.of(0x03020100, 0x07060504);
const BYTES = Uint8Array.from({ length: 64 }, (_, at) => at);

/** Length → HalfSipHash-1-3 of so many bytes 0, 1, 2, … under the key 0, 1, …, 7, as it is published. */
const PUBLISHED: readonly (readonly [number, number])[] = [
  [0, 0x5814c896],
  [1, 0xe7e864ca],
  [2, 0xbc4b0e30],
  [3, 0x01539939],
  [4, 0x7e059ea6],
  [5, 0x88e3d89b],
  [8, 0x577999b1],
  [29, 0x6d2ce652],
];

test.each(PUBLISHED)('the hash of %i bytes is the published one', (length, hash) => {
  expect(createTableHash(KEY)(BYTES, 0, length) >>> 0).toBe(hash);
});

test('where the bytes stand does not matter, but the key does', () => {
  const shifted = Uint8Array.of(9, ...BYTES);
  expect(createTableHash(KEY)(shifted, 1, 29)).toBe(createTableHash(KEY)(BYTES, 0, 29));
  expect(createTableHash(Int32Array.of(0x03020100, 0x07060505))(BYTES, 0, 29) >>> 0).not.toBe(0x6d2ce652);
});

test('two tables do not have the same key', () => {
  const hashes = Array.from({ length: 4 }, () => createTableHash()(BYTES, 0, 29));
  expect(new Set(hashes).size).toBeGreaterThan(1);
});
