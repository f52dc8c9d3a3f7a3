// Keyed hashes of what must be recognised again but not be read: in memory, and in the state file.
// HMAC-SHA-256 (RFC 2104) cut to 128 bits. Parts are joined by NUL, which no parsed exposition contains.

import { createHmac } from 'node:crypto';
import { BoundedMap } from '../internal/bounded-map.js';

const HASH_BYTES = 16;
const SEPARATOR = '\0';
/** The same few values come with every scrape; beyond this many a hash is computed again. */
const REMEMBERED_TEXTS = 100_000;
/** Longer texts are not remembered: clients choose them, and memory is bounded by bytes, not by entries. */
const REMEMBERED_LENGTH = 256;

/** A hash of parts, as base64url; the same parts in the same order give the same hash under one key. */
export type KeyedHash = (...parts: readonly string[]) => string;

/** Makes the hash of one key. Two purposes under one key differ in their first part. */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  const remembered = new BoundedMap<string, string>(REMEMBERED_TEXTS);
  return (...parts) => {
    const text = parts.join(SEPARATOR);
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const mac = createHmac('sha256', key).update(text, 'utf8').digest();
    const hash = mac.subarray(0, HASH_BYTES).toString('base64url');
    if (text.length <= REMEMBERED_LENGTH) remembered.set(text, hash);
    return hash;
  };
}
