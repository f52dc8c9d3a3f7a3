// Whether what a token says holds here and now: issuer, audience, times, kind, and the certificate that it is bound to.
// One rule for tokens that the gate verified and for answers of an introspection. Types are checked before values.
// Pure. RFC 7519 section 4.1, RFC 7662 section 2.2, RFC 8705 section 3, RFC 9068 section 4.

import { asRecord } from '../../internal/option-problems.js';
import type { ClientCertificate } from '../client-certificate.js';
import type { AuthReason, Claims } from '../decision.js';
import type { ResolvedOidcProof } from './options.js';

/** What claims are held against. */
export interface ClaimsContext {
  readonly nowMs: number;
  readonly certificate: ClientCertificate | undefined;
  /** An introspection answers for its own issuer, and need not name it, nor an end. */
  readonly origin: 'jwt' | 'introspection';
}

type Rules = Pick<ResolvedOidcProof, 'issuer' | 'audience' | 'clockToleranceMs' | 'requiredScopes'>;

/** 9999-12-31T23:59:59Z: later, a number is no moment but a mistake. */
const MAX_NUMERIC_DATE = 253_402_300_799;
/** What some issuers call their other tokens in the claims; access tokens are `Bearer`, or say nothing. */
const OTHER_TOKEN_TYPES = new Set(['id', 'refresh', 'offline', 'logout']);
/** Claims of ID tokens and logout tokens alone: OpenID Connect Core section 3.1.3.6, Back-Channel Logout section 2.4. */
const OTHER_TOKEN_CLAIMS = ['at_hash', 'c_hash', 's_hash', 'events'];
const THUMBPRINT = 'x5t#S256';

/** Why the claims do not hold; undefined when they do. Scopes are apart: who lacks one is known all the same. */
export function claimsProblem(claims: Claims, rules: Rules, context: ClaimsContext): AuthReason | undefined {
  const { iss } = claims;
  const isNamed = iss !== undefined || context.origin === 'jwt';
  if (isNamed && iss !== rules.issuer) return 'token_issuer_wrong';
  if (!isForAudience(claims['aud'], rules.audience)) return 'token_audience_wrong';
  if (isOtherToken(claims, context.origin)) return 'token_type_refused';
  return timeProblem(claims, rules.clockToleranceMs, context) ?? bindingProblem(claims, context);
}

/** Whether every required scope is among those of the token: exact words of `scope`, or else of `scp`. */
export function hasScopes(claims: Claims, required: readonly string[]): boolean {
  const scopes = scopesOf(claims['scope'] ?? claims['scp']);
  return required.every((scope) => scopes.includes(scope));
}

function scopesOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) && value.every((scope) => typeof scope === 'string') ? value : [];
}

function isForAudience(aud: unknown, expected: readonly string[]): boolean {
  if (typeof aud === 'string') return expected.includes(aud);
  if (!Array.isArray(aud) || !aud.every((one) => typeof one === 'string')) return false;
  return aud.some((one) => expected.includes(one));
}

function isOtherToken(claims: Claims, origin: ClaimsContext['origin']): boolean {
  if (OTHER_TOKEN_CLAIMS.some((name) => Object.hasOwn(claims, name))) return true;
  const { typ, token_type: type, token_use: use } = claims;
  if (typ !== undefined && !(typeof typ === 'string' && !OTHER_TOKEN_TYPES.has(typ.toLowerCase())))
    return true;
  if (origin === 'jwt') return false;
  if (type !== undefined && !(typeof type === 'string' && type.toLowerCase() === 'bearer')) return true;
  return use !== undefined && use !== 'access_token';
}

function timeProblem(
  { exp, nbf, iat }: Claims,
  toleranceMs: number,
  { nowMs, origin }: ClaimsContext,
): AuthReason | undefined {
  if (exp === undefined && origin === 'jwt') return 'token_times_malformed';
  if (![exp, nbf, iat].every((date) => date === undefined || isNumericDate(date)))
    return 'token_times_malformed';
  if (isNumericDate(exp) && nowMs >= exp * 1000 + toleranceMs) return 'token_expired';
  const isEarly = [nbf, iat].some((date) => isNumericDate(date) && nowMs < date * 1000 - toleranceMs);
  return isEarly ? 'token_not_yet_valid' : undefined;
}

function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_NUMERIC_DATE;
}

/** A token that is bound to a key is worth nothing without it: what cannot be proven here is refused (B14). */
function bindingProblem(
  claims: Claims,
  { certificate, nowMs }: ClaimsContext,
): 'token_binding_unproven' | undefined {
  if (!Object.hasOwn(claims, 'cnf')) return undefined;
  const members = asRecord(claims['cnf']);
  const isThumbprintAlone = members !== undefined && Object.keys(members).join() === THUMBPRINT;
  const isProven =
    isThumbprintAlone &&
    certificate?.trusted === true &&
    nowMs >= certificate.notBeforeMs &&
    nowMs <= certificate.notAfterMs &&
    members[THUMBPRINT] === certificate.thumbprint;
  return isProven ? undefined : 'token_binding_unproven';
}
