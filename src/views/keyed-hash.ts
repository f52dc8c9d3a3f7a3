// Keyed hashes of what must be recognised again but not be read: in memory, and in the state file.
// HMAC-SHA-256 (RFC 2104) cut to 128 bits. Parts are joined by NUL, which no parsed exposition contains.

import { BoundedMap } from '../internal/bounded-map.js';
import { createHmac } from './hmac.js';

/** Characters of base64url that hold nothing but the first 128 bits, and those whose last four bits are none of them. */
const WHOLE_CHARACTERS = 21;
const LAST_CHARACTERS = 'AQgw';
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BITS_TO_CUT = 4;
const SEPARATOR = '\0';
/** The same few values come with every scrape; beyond this many a hash is computed again. */
const REMEMBERED_TEXTS = 100_000;
/** Longer texts are not remembered: clients choose them, and memory is bounded by bytes, not by entries. */
const REMEMBERED_LENGTH = 256;

/** A hash of parts, as base64url; the same parts in the same order give the same hash under one key. */
export type KeyedHash = (...parts: readonly string[]) => string;

/** Makes the hash of one text at a time, which is not remembered. */
export function createTextHash(key: Uint8Array): (text: string) => string {
  const hmac = createHmac(key);
  return (text) => {
    const mac = hmac(text, 'base64url');
    const last = BASE64URL.indexOf(mac.charAt(WHOLE_CHARACTERS)) >> BITS_TO_CUT;
    return mac.slice(0, WHOLE_CHARACTERS) + LAST_CHARACTERS.charAt(last);
  };
}

/** Makes the hash of one key. Two purposes under one key differ in their first part. */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  const hashOf = createTextHash(key);
  const remembered = new BoundedMap<string, string>(REMEMBERED_TEXTS);
  return (...parts) => {
    const text = parts.join(SEPARATOR);
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const hash = hashOf(text);
    if (text.length <= REMEMBERED_LENGTH) remembered.set(text, hash);
    return hash;
  };
}
