// What a bearer token is by its looks, before anything of it is believed: a JWT of some issuer, or opaque.
// Length and parts are counted before anything is parsed (B5). Never throws. RFC 7515 section 3.1, RFC 7519.

import { MAX_BEARER_LENGTH } from '../authorization.js';
import type { Claims } from '../decision.js';
import { parseJsonObject } from './json-object.js';

/** A signed token that nobody has verified yet: its issuer only says whose keys to look for. */
export interface UnverifiedJwt {
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Claims;
  readonly issuer: string;
}

/**
 * What a token looks like. `malformed`: encrypted, too long, in more parts than any token that is looked at, or a JWT
 * that could be written in another way.
 */
export type TokenShape =
  | { readonly kind: 'jwt'; readonly jwt: UnverifiedJwt }
  | { readonly kind: 'opaque' }
  | { readonly kind: 'malformed' };

/** An unsecured JWT has an empty third part: it is refused for its algorithm, and never shown to an introspection. */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;
/** Five parts are an encrypted token (RFC 7516). */
const MAX_PARTS = 4;

/** Looks at a token. */
export function readToken(token: string): TokenShape {
  if (token.length > MAX_BEARER_LENGTH || countParts(token) > MAX_PARTS) return { kind: 'malformed' };
  if (!COMPACT_JWS.test(token)) return { kind: 'opaque' };
  const parts = token.split('.');
  const [header, claims] = parts.slice(0, 2).map(decodePart);
  if (header === undefined || claims === undefined) return { kind: 'opaque' };
  const { iss } = claims;
  if (typeof iss !== 'string') return { kind: 'opaque' };
  // The last character of a part can have bits that say nothing: then several texts would be one token.
  if (!parts.every(isCanonical)) return { kind: 'malformed' };
  return { kind: 'jwt', jwt: { text: token, header, claims, issuer: iss } };
}

function countParts(token: string): number {
  let parts = 1;
  for (let at = token.indexOf('.'); at !== -1 && parts <= MAX_PARTS; at = token.indexOf('.', at + 1))
    parts += 1;
  return parts;
}

function decodePart(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parseJsonObject(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64url')));
  } catch {
    return undefined;
  }
}

function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
