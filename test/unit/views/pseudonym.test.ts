import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  assertPseudonymKey,
  compilePseudonymiser,
  deriveKey,
  looksLikePseudonym,
} from '../../../src/views/pseudonym.js';

const key = new Uint8Array(32).fill(1);

describe('compilePseudonymiser', () => {
  test('P7: is the documented construction: HMAC-SHA-256 under an HKDF key, 128 bits, base32', () => {
    const scopeKey = new Uint8Array(hkdfSync('sha256', key, '', 'scrapegate pseudonym default', 32));
    const mac = createHmac('sha256', scopeKey).update('anna@acme.example').digest().subarray(0, 16);
    const bits = [...mac].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const digits = bits.padEnd(130, '0').match(/.{5}/g) ?? [];
    const base32 = digits
      .map((digit) => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(Number.parseInt(digit, 2)))
      .join('');
    expect(compilePseudonymiser(key, 'default')('anna@acme.example')).toBe(`p_${base32}`);
  });

  test('gives equal values equal pseudonyms and different ones different', () => {
    const pseudonymise = compilePseudonymiser(key, 'default');
    expect(pseudonymise('a')).toBe(compilePseudonymiser(key, 'default')('a'));
    expect(pseudonymise('a')).not.toBe(pseudonymise('b'));
    expect(pseudonymise('A')).not.toBe(pseudonymise('a'));
  });

  test('P8: another scope or another key cannot be linked', () => {
    const pseudonym = compilePseudonymiser(key, 'acme')('anna');
    expect(compilePseudonymiser(key, 'globex')('anna')).not.toBe(pseudonym);
    expect(compilePseudonymiser(new Uint8Array(32).fill(2), 'acme')('anna')).not.toBe(pseudonym);
  });

  test('every pseudonym has the shape by which forged ones are found', () => {
    const pseudonymise = compilePseudonymiser(key, 'default');
    for (const value of ['', 'a', '\u{1f680}', 'x'.repeat(10_000)]) {
      expect(looksLikePseudonym(pseudonymise(value))).toBe(true);
    }
    expect(looksLikePseudonym(`p_${'a'.repeat(25)}1`)).toBe(false);
    expect(looksLikePseudonym('p_')).toBe(false);
  });
});

test('P7: a key below 32 bytes is refused', () => {
  expect(() => assertPseudonymKey(new Uint8Array(31))).toThrow(/31 bytes; expected at least 32/);
  expect(() => assertPseudonymKey(new Uint8Array(32))).not.toThrow();
});

test('deriveKey gives each purpose its own key', () => {
  expect(Buffer.from(deriveKey(key, 'a')).equals(deriveKey(key, 'b'))).toBe(false);
  expect(Buffer.from(deriveKey(key, 'a')).equals(deriveKey(key, 'a'))).toBe(true);
});
