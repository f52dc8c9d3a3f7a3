// Whether the header of a JWT can belong to an access token at all. It never chooses a key by itself: `jwk`, `jku`,
// `x5u` and `x5c` are not looked at, and a key is found by its name among the issuer's own (B4). Pure. RFC 8725, RFC 9068.

import type { AuthReason } from '../decision.js';
import { MAX_KID_LENGTH } from './key-set.js';
import type { ResolvedOidcProof, TokenAlgorithm } from './options.js';

/** What verifying needs of a header. */
export interface CheckedHeader {
  readonly algorithm: TokenAlgorithm;
  readonly kid: string | undefined;
}

/** With any of these a token means something else than its three parts say: extensions, raw payload, compression. */
const REFUSED_MEMBERS = ['crit', 'b64', 'zip', 'enc'];
const ACCESS_TOKEN_TYPE = 'at+jwt';
const PLAIN_TYPE = 'jwt';

/** The header, or why a token with it is refused. */
export function checkHeader(
  header: Readonly<Record<string, unknown>>,
  proof: Pick<ResolvedOidcProof, 'algorithms' | 'requireAccessTokenType'>,
): CheckedHeader | AuthReason {
  const { alg, kid, typ } = header;
  const algorithm = proof.algorithms.find((name) => name === alg);
  if (algorithm === undefined) return 'token_algorithm_refused';
  if (REFUSED_MEMBERS.some((member) => Object.hasOwn(header, member))) return 'token_header_refused';
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > MAX_KID_LENGTH)) {
    return 'token_header_refused';
  }
  // A content type says that the payload is no claims but another token.
  if (Object.hasOwn(header, 'cty')) return 'token_type_refused';
  return isAccessTokenType(typ, proof.requireAccessTokenType) ? { algorithm, kid } : 'token_type_refused';
}

function isAccessTokenType(typ: unknown, isRequired: boolean): boolean {
  if (typ === undefined) return !isRequired;
  if (typeof typ !== 'string') return false;
  // Media types are case-insensitive, and "application/" may be left out (RFC 7515 section 4.1.9).
  const type = typ.toLowerCase().replace(/^application\//, '');
  return type === ACCESS_TOKEN_TYPE || (!isRequired && type === PLAIN_TYPE);
}
