// Pseudonyms: keyed, irreversible, stable stand-ins for values. Without the key not even a complete dictionary
// of candidates can be matched against them; with it, equal values stay equal, so that queries still join.
// HMAC-SHA-256 (RFC 2104) cut to 128 bits, under a key derived for each scope with HKDF (RFC 5869).

import { hkdfSync, randomBytes } from 'node:crypto';
import { ScrapegateError } from '../errors.js';
import { BoundedMap } from '../internal/bounded-map.js';
import { createHmac } from './hmac.js';

const PREFIX = 'p_';
const PSEUDONYM_BYTES = 16;
const PSEUDONYM_LENGTH = PREFIX.length + Math.ceil((PSEUDONYM_BYTES * 8) / 5);
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const DERIVED_KEY_BYTES = 32;
/** Enough for the users of a large gateway; beyond it a pseudonym is computed again. */
const REMEMBERED_VALUES = 100_000;
/** Longer values are not remembered: clients choose them, and memory is bounded by bytes, not by entries. */
const REMEMBERED_LENGTH = 256;

/** The shortest key that is accepted: the strength of SHA-256 itself. */
export const PSEUDONYM_KEY_MIN_BYTES: number = 32;

/** A fresh random key. */
export function generatePseudonymKey(): Uint8Array {
  return randomBytes(PSEUDONYM_KEY_MIN_BYTES);
}

/**
 * A short key could be found by trying, and with it every value by dictionary.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID below 32 bytes.
 */
export function assertPseudonymKey(key: Uint8Array): void {
  if (key.length >= PSEUDONYM_KEY_MIN_BYTES) return;
  const message = `has ${key.length} bytes; expected at least ${PSEUDONYM_KEY_MIN_BYTES}`;
  throw new ScrapegateError('ERR_SCRAPEGATE_OPTIONS_INVALID', `the pseudonym key ${message}`, {
    problems: [{ path: 'pseudonymKey', message }],
  });
}

/** A key for one purpose, from which neither the pseudonym key nor another purpose's key can be told. */
export function deriveKey(key: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', `scrapegate ${purpose}`, DERIVED_KEY_BYTES));
}

/** Compiles the function value → pseudonym of one scope. Values are compared as UTF-8. */
export function compilePseudonymiser(key: Uint8Array, scope: string): (value: string) => string {
  const hmac = createHmac(deriveKey(key, `pseudonym ${scope}`));
  const remembered = new BoundedMap<string, string>(REMEMBERED_VALUES);
  return (value) => {
    const known = remembered.get(value);
    if (known !== undefined) return known;
    const pseudonym = PREFIX + base32(hmac(value, 'binary').slice(0, PSEUDONYM_BYTES));
    if (value.length <= REMEMBERED_LENGTH) remembered.set(value, pseudonym);
    return pseudonym;
  };
}

/** Whether a value has the exact shape of a pseudonym. */
export function looksLikePseudonym(value: string): boolean {
  if (value.length !== PSEUDONYM_LENGTH || !value.startsWith(PREFIX)) return false;
  for (let at = PREFIX.length; at < value.length; at += 1)
    if (!BASE32.includes(value.charAt(at))) return false;
  return true;
}

/** RFC 4648 section 6 in lower case, without padding, of bytes as characters of latin1. */
function base32(bytes: string): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    buffer = ((buffer << 8) | bytes.charCodeAt(at)) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((buffer >> bits) & 31);
    }
  }
  return bits > 0 ? text + BASE32.charAt((buffer << (5 - bits)) & 31) : text;
}
