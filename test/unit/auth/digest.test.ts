import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { digestToken, formatTokenDigest, generateToken, parseTokenDigest } from '../../../src/auth/digest.js';
import { tokenBits } from '../../../src/auth/credential-strength.js';

const HEX = 'ab'.repeat(32);

describe('parseTokenDigest', () => {
  test.each([
    '',
    HEX,
    `SHA256:${HEX}`,
    `sha256:${HEX}0`,
    `sha256:${HEX.slice(2)}`,
    `sha256: ${HEX}`,
    `sha256:${HEX}\n`,
    `sha256:${'zz'.repeat(32)}`,
    `sha512:${HEX}`,
  ])('refuses %j', (text) => {
    expect(parseTokenDigest(text)).toBeUndefined();
  });

  test('reads what formatTokenDigest writes, in either case', () => {
    const digest = digestToken('token');
    expect(formatTokenDigest(digest)).toBe(`sha256:${createHash('sha256').update('token').digest('hex')}`);
    expect(parseTokenDigest(formatTokenDigest(digest))).toEqual(digest);
    expect(parseTokenDigest(`sha256:${HEX.toUpperCase()}`)).toEqual(parseTokenDigest(`sha256:${HEX}`));
  });
});

describe('generateToken', () => {
  test('makes 256 random bits in base64url, another each time', () => {
    const tokens = Array.from({ length: 50 }, generateToken);
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) {
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(tokenBits(token)).toBeGreaterThanOrEqual(255);
    }
  });
});
