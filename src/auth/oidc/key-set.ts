// The keys of an identity provider as they can verify a token: public, asymmetric, large enough, made for signatures.
// Other entries are passed over, as RFC 7517 section 5 asks; a set in which nothing is left is damaged, not empty.
// Pure. RFC 7517, RFC 7518 section 6, RFC 8037.

import { asRecord } from '../../internal/option-problems.js';
import { fail, ok, type Result } from '../../internal/result.js';
import type { IssuerFailure } from './issuer-failure.js';
import { parseJsonObject } from './json-object.js';
import type { TokenAlgorithm } from './options.js';

/** A key that verifies signatures. */
export interface VerificationKey {
  /** Equal for equal keys, and for those alone. */
  readonly id: string;
  readonly kid: string | undefined;
  /** What tokens signed with it may say. */
  readonly algorithms: readonly TokenAlgorithm[];
  /** The public members alone. */
  readonly jwk: Readonly<Record<string, string>>;
}

/** The longest name of a key that is looked for, in characters. */
export const MAX_KID_LENGTH = 256;
const MAX_KEYS = 100;
/** 2048 bits, as RFC 7518 section 3.3 demands; beyond 8192 a single check takes too long. */
const MODULUS_BYTES = { least: 256, most: 1024 };
/** 64 bits; every common exponent has 17. */
const MAX_EXPONENT_LENGTH = 11;

const BASE64URL = /^[A-Za-z0-9_-]+$/;
const RSA: readonly TokenAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const CURVES: ReadonlyMap<unknown, { readonly kty: string; readonly algorithms: readonly TokenAlgorithm[] }> =
  new Map([
    ['P-256', { kty: 'EC', algorithms: ['ES256'] }],
    ['P-384', { kty: 'EC', algorithms: ['ES384'] }],
    ['P-521', { kty: 'EC', algorithms: ['ES512'] }],
    ['Ed25519', { kty: 'OKP', algorithms: ['EdDSA', 'Ed25519'] }],
  ]);

/** The usable keys of a key set, at least one; or what is wrong with it. */
export function parseKeySet(text: string): Result<readonly VerificationKey[], IssuerFailure> {
  const keys = parseJsonObject(text)?.['keys'];
  if (!Array.isArray(keys)) return fail({ reason: 'malformed', detail: 'keys' });
  if (keys.length > MAX_KEYS) return fail({ reason: 'too_large' });
  const usable = keys.flatMap((entry) => verificationKey(entry) ?? []);
  return usable.length > 0 ? ok(usable) : fail({ reason: 'keys_empty' });
}

function verificationKey(entry: unknown): VerificationKey | undefined {
  const given = asRecord(entry);
  if (given === undefined) return undefined;
  const { kid, use, key_ops: operations } = given;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH)) return undefined;
  if (use !== undefined && use !== 'sig') return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return undefined;
  }
  // Whoever publishes the private half has no key any more.
  if (Object.hasOwn(given, 'd')) return undefined;
  const found = given['kty'] === 'RSA' ? rsaKey(given) : curveKey(given);
  if (found === undefined) return undefined;
  const algorithms = found.algorithms.filter((name) => isSameAlgorithm(given['alg'], name));
  if (algorithms.length === 0) return undefined;
  return { id: JSON.stringify([kid, algorithms, found.jwk]), kid, algorithms, jwk: found.jwk };
}

type KeyMaterial = Pick<VerificationKey, 'algorithms' | 'jwk'>;

function rsaKey({ n, e }: Readonly<Record<string, unknown>>): KeyMaterial | undefined {
  if (!isBase64Url(n) || !isBase64Url(e) || e.length > MAX_EXPONENT_LENGTH) return undefined;
  const bytes = Buffer.from(n, 'base64url').length;
  if (bytes < MODULUS_BYTES.least || bytes > MODULUS_BYTES.most) return undefined;
  return { algorithms: RSA, jwk: { kty: 'RSA', n, e } };
}

function curveKey({ kty, crv, x, y }: Readonly<Record<string, unknown>>): KeyMaterial | undefined {
  const curve = CURVES.get(crv);
  if (curve === undefined || typeof crv !== 'string' || curve.kty !== kty || !isBase64Url(x))
    return undefined;
  if (curve.kty === 'OKP') return { algorithms: curve.algorithms, jwk: { kty: 'OKP', crv, x } };
  return isBase64Url(y) ? { algorithms: curve.algorithms, jwk: { kty: 'EC', crv, x, y } } : undefined;
}

/** `EdDSA` is the older name of what RFC 9864 calls `Ed25519`: a key that says one of them verifies both. */
function isSameAlgorithm(said: unknown, name: TokenAlgorithm): boolean {
  return (
    said === undefined ||
    said === name ||
    (said === 'EdDSA' && name === 'Ed25519') ||
    (said === 'Ed25519' && name === 'EdDSA')
  );
}

function isBase64Url(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2048 && BASE64URL.test(value);
}
