import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { STRONG_TOKEN_BITS, tokenBits } from '../../../src/auth/credential-strength.js';

/** Bytes that look random and are the same in every run. */
function bytes(seed: number, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(String(seed)).digest();
}

describe('tokenBits', () => {
  test.each([
    ['', 0],
    ['a', 4],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 4],
    ['abababababababababababababababababababababababab', 8],
    ['deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef', 32],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', 48],
    ['12345678', 26],
    ['123456789012345678901234567890123456789', 129],
    ['0123456789abcdef', 64],
    ['0123456789ABCDEF', 64],
    ['changeme', 41],
    ['Passw0rd', 47],
    ['Passw0rd!', 59],
    ['11111111-1111-4111-8111-111111111111', 122],
    ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', 122],
  ])('%j has at most %i bits', (token, bits) => {
    expect(tokenBits(token)).toBe(bits);
  });

  test('ignores padding', () => {
    expect(tokenBits('q83vEjRWeJA=')).toBe(tokenBits('q83vEjRWeJA'));
  });

  test('finds 128 random bits strong, in hexadecimal, base64url and base64', () => {
    for (let seed = 0; seed < 5_000; seed += 1) {
      const random = bytes(seed, 16);
      for (const encoding of ['hex', 'base64url', 'base64'] as const) {
        expect(tokenBits(random.toString(encoding))).toBeGreaterThanOrEqual(STRONG_TOKEN_BITS);
      }
    }
  });

  test('finds 112 random bits weak in the same encodings', () => {
    for (let seed = 0; seed < 1_000; seed += 1) {
      const random = bytes(seed, 14);
      for (const encoding of ['hex', 'base64url', 'base64'] as const) {
        expect(tokenBits(random.toString(encoding))).toBeLessThan(STRONG_TOKEN_BITS);
      }
    }
  });

  test('judges 256 characters at most: every stranger can send 4096', () => {
    expect(tokenBits('a'.repeat(4095) + 'b')).toBe(4);
    expect(tokenBits(bytes(1, 2048).toString('hex'))).toBe(256 * 4);
  });
});
