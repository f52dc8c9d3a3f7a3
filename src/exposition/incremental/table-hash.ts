// The hash of the hash tables here, whose entries strangers choose: whoever does not know its key cannot make
// byte strings that meet in one slot. HalfSipHash-1-3 (Aumasson and Bernstein), 32 bits. Never an identity by itself:
// what is found under a hash is compared byte by byte.

import { randomFillSync } from 'node:crypto';

/** Hash of `length` bytes at `start`. */
export type TableHash = (bytes: Uint8Array, start: number, length: number) => number;

/** Makes a hash under a key of two words. @default a random key */
export function createTableHash(key: Int32Array = randomFillSync(new Int32Array(2))): TableHash {
  const [k0 = 0, k1 = 0] = key;
  return (bytes, start, length) => {
    let v0 = k0;
    let v1 = k1;
    let v2 = k0 ^ 0x6c796765;
    let v3 = k1 ^ 0x74656462;
    const end = start + length;
    const wholeEnd = start + (length & ~3);
    let at = start;
    let word = 0;
    // Whole words, the rest with the length, and the end mark: one loop, because a call for each round would be slower.
    for (let rounds = (length >> 2) + 4; rounds > 0; rounds -= 1) {
      if (rounds > 4) {
        word =
          (bytes[at] ?? 0) |
          ((bytes[at + 1] ?? 0) << 8) |
          ((bytes[at + 2] ?? 0) << 16) |
          ((bytes[at + 3] ?? 0) << 24);
        at += 4;
      } else if (rounds === 4) {
        word = length << 24;
        for (let tail = wholeEnd; tail < end; tail += 1)
          word |= (bytes[tail] ?? 0) << ((tail - wholeEnd) << 3);
      } else {
        word = 0;
        if (rounds === 3) v2 ^= 0xff;
      }
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    return v1 ^ v3;
  };
}
