// Bearer tokens as digests. A token of 256 random bits needs no slow hash: SHA-256 of it cannot be searched.
// The token itself is never kept.

import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
const PREFIX = 'sha256:';
const DIGEST_TEXT = /^sha256:[0-9a-fA-F]{64}$/;

/** Bytes of a token's digest. */
export const DIGEST_BYTES = 32;

/** SHA-256 of the token's UTF-8 bytes: 32 bytes. */
export function digestToken(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest();
}

/** Parses `sha256:` and 64 hexadecimal digits; undefined for every other text. */
export function parseTokenDigest(text: string): Uint8Array | undefined {
  return DIGEST_TEXT.test(text) ? Buffer.from(text.slice(PREFIX.length), 'hex') : undefined;
}

/** The text that `parseTokenDigest` reads, in lower case. */
export function formatTokenDigest(digest: Uint8Array): string {
  return PREFIX + Buffer.from(digest).toString('hex');
}

/** A new token of 256 random bits, in base64url: 43 characters. */
export function generateToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}
