// HMAC-SHA-256 (RFC 2104) of many short texts under one key. Put together from hashes that are made in one call and give
// strings: an `Hmac` of node:crypto is an object with two buffers for each text, which costs more than hashing it.

import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** Bytes that a character takes in UTF-8, at most. */
const BYTES_OF_CHARACTER = 3;
/** Longer texts get memory of their own. */
const ROOM_BYTES = 4096;

/** The MAC of a text in UTF-8: a character for each of its 32 bytes, or 43 of base64url. */
export type Hmac = (text: string, encoding: 'binary' | 'base64url') => string;

/** Makes the function of one key. */
export function createHmac(key: Uint8Array): Hmac {
  const block = Buffer.alloc(BLOCK_BYTES);
  if (key.length > BLOCK_BYTES) block.write(hash('sha256', key, 'binary'), 'latin1');
  else block.set(key);
  const inner = Buffer.alloc(BLOCK_BYTES + ROOM_BYTES);
  inner.set(block.map((byte) => byte ^ INNER_PAD));
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);
  outer.set(block.map((byte) => byte ^ OUTER_PAD));
  return (text, encoding) => {
    const most = text.length * BYTES_OF_CHARACTER;
    const message = most <= ROOM_BYTES ? inner : Buffer.allocUnsafe(BLOCK_BYTES + most);
    if (message !== inner) inner.copy(message, 0, 0, BLOCK_BYTES);
    const end = BLOCK_BYTES + message.write(text, BLOCK_BYTES, 'utf8');
    outer.write(hash('sha256', message.subarray(0, end), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, encoding);
  };
}
