// What an operator says about an identity provider whose tokens open the gate, and the check of it.
// Nothing here has a default that trusts more: an audience is required, and algorithms may only be narrowed.
// Pure. Messages never repeat a URL, a secret or a certificate. OpenID Connect Discovery 1.0, RFC 8414, RFC 9068.

import type { Problem } from '../../errors.js';
import { isCertificateList } from '../../internal/certificates.js';
import { asRecord, under, unknownKeyProblems } from '../../internal/option-problems.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { Secret } from '../../internal/secret.js';
import type { Validity } from '../validity.js';
import { providerUrlProblem } from './provider-url.js';

/** Every signature algorithm that tokens may have: asymmetric ones alone, whatever a token or a key set says. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** The name of a signature algorithm in a token (RFC 7518, RFC 8037, RFC 9864). */
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** How the gate asks an identity provider about tokens that it cannot read itself (RFC 7662). */
export interface IntrospectionOptions {
  /** @default what the discovery document says; required beside `jwksUri`, which skips discovery */
  readonly endpoint?: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** An access token of an identity provider. Which view it opens may depend on its claims; that is the guard's business. */
export interface OidcProofOptions extends Validity {
  readonly kind: 'oidc';
  /** `iss` of the tokens, compared byte for byte. An https URL; plain http on loopback alone. */
  readonly issuer: string;
  /** Where the keys are. @default what the discovery document of the issuer says */
  readonly jwksUri?: string;
  /** At least one; a token must be for one of them. */
  readonly audience: readonly string[];
  /** All of them must be in the token. @default [] */
  readonly requiredScopes?: readonly string[];
  /** A subset of `TOKEN_ALGORITHMS`. @default all of them */
  readonly algorithms?: readonly string[];
  /** How far the clocks of the gate and the identity provider may be apart. 0 to 300_000. @default 30_000 */
  readonly clockToleranceMs?: number;
  /** How long keys are used while they cannot be fetched anew. 600_000 to 2_592_000_000. @default 86_400_000 */
  readonly jwksMaxStaleMs?: number;
  /** Whether a JWT must say `typ: at+jwt` (RFC 9068), which no ID token does. @default false */
  readonly requireAccessTokenType?: boolean;
  /** PEM certificates of the authorities to trust for the identity provider, instead of the well-known ones. */
  readonly caPem?: string;
  /** Absent: tokens that are no JWT of the issuer are refused. */
  readonly introspection?: IntrospectionOptions;
}

/** OidcProofOptions with every default filled in, without validity. */
export interface ResolvedOidcProof {
  readonly issuer: string;
  readonly jwksUri: string | undefined;
  readonly audience: readonly string[];
  readonly requiredScopes: readonly string[];
  readonly algorithms: readonly TokenAlgorithm[];
  readonly clockToleranceMs: number;
  readonly jwksMaxStaleMs: number;
  readonly requireAccessTokenType: boolean;
  readonly caPem: string | undefined;
  readonly introspection: IntrospectionOptions | undefined;
}

/** The members of OidcProofOptions besides its validity. */
export const OIDC_PROOF_MEMBERS: readonly string[] = [
  'kind',
  'issuer',
  'jwksUri',
  'audience',
  'requiredScopes',
  'algorithms',
  'clockToleranceMs',
  'jwksMaxStaleMs',
  'requireAccessTokenType',
  'caPem',
  'introspection',
];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CLOCK_TOLERANCE = { least: 0, most: 5 * MINUTE_MS, usual: 30_000 };
/** Keys are fetched anew every ten minutes: less would be no grace at all. A month of silence is no outage. */
const JWKS_MAX_STALE = { least: 10 * MINUTE_MS, most: 30 * DAY_MS, usual: DAY_MS };

const MAX_LIST = 64;
const MAX_TEXT_LENGTH = 1024;
const NO_CONTROLS = /^[^\p{Cc}]+$/u;
/** scope-token of RFC 6749, section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

type Members = Readonly<Record<string, unknown>>;

/**
 * The options with every default, or everything that is wrong; paths are below the proof (`audience[1]`,
 * `introspection.clientId`). Members that no option is called are the caller's to report at this level.
 */
export function resolveOidcProof(given: Members): Result<ResolvedOidcProof, readonly Problem[]> {
  const problems: Problem[] = [];
  const refuse = (path: string, message: string): undefined => {
    problems.push({ path, message });
    return undefined;
  };
  const { issuer, jwksUri, caPem, requireAccessTokenType = false } = given;

  const issuerProblem = providerUrlProblem(issuer, { bare: true });
  if (issuerProblem !== undefined) refuse('issuer', issuerProblem);
  const uriProblem = jwksUri === undefined ? undefined : providerUrlProblem(jwksUri);
  if (uriProblem !== undefined) refuse('jwksUri', uriProblem);
  if (caPem !== undefined && !isCertificateList(caPem)) {
    refuse('caPem', 'is not a list of certificates; expected PEM');
  }
  if (typeof requireAccessTokenType !== 'boolean') refuse('requireAccessTokenType', 'not true or false');
  const audience = textList(given['audience'], 'audience', isPlainText, refuse) ?? [];
  if (Array.isArray(given['audience']) && given['audience'].length === 0) {
    refuse('audience', 'is empty; expected at least one, or tokens for other services would open the gate');
  }
  const scopes = textList(given['requiredScopes'] ?? [], 'requiredScopes', isScope, refuse) ?? [];
  const algorithms = chooseAlgorithms(given['algorithms'], refuse);
  const clockToleranceMs = milliseconds(
    given['clockToleranceMs'],
    'clockToleranceMs',
    CLOCK_TOLERANCE,
    refuse,
  );
  const jwksMaxStaleMs = milliseconds(given['jwksMaxStaleMs'], 'jwksMaxStaleMs', JWKS_MAX_STALE, refuse);
  const introspection = resolveIntrospection(given, problems);

  if (problems.length > 0 || typeof issuer !== 'string') return fail(problems);
  return ok({
    issuer,
    jwksUri: typeof jwksUri === 'string' ? jwksUri : undefined,
    audience,
    requiredScopes: scopes,
    algorithms,
    clockToleranceMs,
    jwksMaxStaleMs,
    requireAccessTokenType: requireAccessTokenType === true,
    caPem: typeof caPem === 'string' ? caPem : undefined,
    introspection,
  });
}

type Refuse = (path: string, message: string) => undefined;

function textList(
  value: unknown,
  path: string,
  isUsable: (text: string) => boolean,
  refuse: Refuse,
): readonly string[] | undefined {
  if (!Array.isArray(value)) return refuse(path, 'expected a list of texts');
  if (value.length > MAX_LIST) return refuse(path, `has too many members; expected at most ${MAX_LIST}`);
  const texts: string[] = [];
  for (const [index, text] of value.entries()) {
    if (typeof text === 'string' && text.length <= MAX_TEXT_LENGTH && isUsable(text)) texts.push(text);
    else refuse(`${path}[${index}]`, 'is empty, or has characters that a token cannot have there');
  }
  return texts;
}

function isPlainText(text: string): boolean {
  return NO_CONTROLS.test(text) && text.trim() === text;
}

function isScope(text: string): boolean {
  return SCOPE.test(text);
}

function chooseAlgorithms(value: unknown, refuse: Refuse): readonly TokenAlgorithm[] {
  if (value === undefined) return TOKEN_ALGORITHMS;
  if (!Array.isArray(value) || value.length === 0) {
    refuse('algorithms', 'expected a list of at least one algorithm');
    return [];
  }
  for (const [index, name] of value.entries()) {
    if (!TOKEN_ALGORITHMS.some((known) => known === name)) {
      refuse(`algorithms[${index}]`, `is not usable; expected one of ${TOKEN_ALGORITHMS.join(', ')}`);
    }
  }
  return TOKEN_ALGORITHMS.filter((known) => value.includes(known));
}

function milliseconds(
  value: unknown,
  path: string,
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
  refuse: Refuse,
): number {
  if (value === undefined) return usual;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  refuse(path, `is out of range; expected whole milliseconds from ${least} to ${most}`);
  return usual;
}

function resolveIntrospection(proof: Members, problems: Problem[]): IntrospectionOptions | undefined {
  if (proof['introspection'] === undefined) return undefined;
  const given = asRecord(proof['introspection']);
  const report = (path: string, message: string): void => {
    problems.push({ path: `introspection${path}`, message });
  };
  if (given === undefined) {
    report('', 'not an object; expected a client and its secret');
    return undefined;
  }
  problems.push(
    ...under('introspection', unknownKeyProblems(given, ['endpoint', 'clientId', 'clientSecret'])),
  );
  const { endpoint, clientId, clientSecret } = given;
  if (endpoint === undefined && proof['jwksUri'] !== undefined) {
    report('.endpoint', 'is missing; jwksUri skips the discovery that would tell it');
  }
  const endpointProblem = endpoint === undefined ? undefined : providerUrlProblem(endpoint);
  if (endpointProblem !== undefined) report('.endpoint', endpointProblem);
  if (typeof clientId !== 'string' || clientId.length > MAX_TEXT_LENGTH || !NO_CONTROLS.test(clientId)) {
    report('.clientId', 'expected the name of a client');
  }
  if (!(clientSecret instanceof Secret) || !NO_CONTROLS.test(clientSecret.reveal())) {
    report('.clientSecret', 'expected the secret of the client');
  }
  if (typeof clientId !== 'string' || !(clientSecret instanceof Secret)) return undefined;
  return { ...(typeof endpoint === 'string' && { endpoint }), clientId, clientSecret };
}
