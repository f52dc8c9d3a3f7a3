// Static bearer tokens, compared by digest: in constant time, and against every configured digest without stopping at
// a match, so that neither a token nor its place in the list shows in the time taken (A9).
// Validity is looked at after the match: only who holds the token learns by the audit log that it has expired.

import { timingSafeEqual } from 'node:crypto';

import { digestToken } from './digest.js';
import type { Validity } from './validity.js';

/** A configured token and the credential that it proves. */
export interface BearerToken {
  readonly credential: string;
  readonly digest: Uint8Array;
  readonly validity: Validity;
}

/** Finds the configured token that equals the presented one, valid now or not. */
export function findBearerToken(tokens: readonly BearerToken[], presented: string): BearerToken | undefined {
  const digest = digestToken(presented);
  let found: BearerToken | undefined;
  for (const token of tokens) {
    if (timingSafeEqual(digest, token.digest)) found = token;
  }
  return found;
}
