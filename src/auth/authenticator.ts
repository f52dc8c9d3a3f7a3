// Examines the one credential of a request: a bearer token by digest or by its issuer, a user and password, or without
// these the certificate of the connection; and the certificate that some credentials want beside. What is presented is
// right or refused, never overlooked. Nothing of it is kept but a keyed hash after success. Never throws for a request.
// Governed by RFC 6750 and RFC 7617, and by the guarantees in SECURITY.md.

import { availableParallelism } from 'node:os';

import type { Clock } from '../internal/clock.js';
import { valueOrThrow } from '../internal/option-problems.js';
import { readAuthorization } from './authorization.js';
import { compilePasswordCheck, parseBasicCredentials, type BasicUser } from './basic.js';
import { findBearerToken } from './bearer.js';
import { checkCertificate, hasName } from './client-certificate.js';
import { STRONG_TOKEN_BITS, tokenBits } from './credential-strength.js';
import type { AuthDecision, Authenticator, AuthReason, AuthRequest } from './decision.js';
import { createIssuerRegistry, type IssuerRegistry } from './oidc/issuer-registry.js';
import { createTokenCheck } from './oidc/token-check.js';
import type { CredentialOptions } from './options.js';
import { verifyPassword } from './password.js';
import { resolveCredentials } from './resolve-credentials.js';
import { checkValidity, type Validity } from './validity.js';
import { createVerificationQueue, type VerificationQueueOptions } from './verification-queue.js';
import { createVerifiedCache, type VerifiedCache } from './verified-cache.js';

/** What an authenticator is given from outside. */
export interface AuthenticatorDeps {
  readonly clock: Clock;
  /** Shared with the authenticator that this one replaces, so that a reload forgets no proven scraper. */
  readonly verified?: VerifiedCache;
  /** Shared likewise, so that a reload forgets no key of an issuer. @default one of its own */
  readonly issuers?: IssuerRegistry;
  /** How many there are for this process. @default those of the machine */
  readonly processors?: number;
  /** Replaced in tests that count derivations. */
  readonly verify?: typeof verifyPassword;
}

/**
 * Places for password verifications. Strangers can keep them busy for as long as they like, so at most half of the
 * processors, and of Node's thread pool, are theirs, half of the time. With the wait of 16 more for each, the last one
 * still answers within a scrape timeout at the default cost.
 */
function queueFor(processors: number): VerificationQueueOptions {
  const maxRunning = processors < 4 ? 1 : 2;
  return { maxRunning, maxWaiting: 16 * maxRunning, maxPerClient: 4 };
}

const BEARER_CHALLENGE = 'Bearer realm="scrapegate"';
const BASIC_CHALLENGE = 'Basic realm="scrapegate", charset="UTF-8"';

/**
 * Creates an authenticator; without credentials it rejects everything.
 *
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem of the credentials.
 */
export function createAuthenticator(
  credentials: readonly CredentialOptions[],
  deps: AuthenticatorDeps,
): Authenticator {
  const { tokens, users, oidc, certificates, conditions } = valueOrThrow(
    'credentials',
    resolveCredentials(credentials),
  );
  const { clock, verified = createVerifiedCache(), issuers = createIssuerRegistry() } = deps;
  const { verify = verifyPassword, processors = availableParallelism() } = deps;
  const checkPassword = compilePasswordCheck(users, verify);
  const tokenCheck = createTokenCheck(oidc, { registry: issuers, clock });
  const queue = createVerificationQueue<readonly BasicUser[]>(queueFor(processors), clock);

  /** A right proof without the certificate that belongs to it is refused, and nothing of it is remembered. */
  const withCertificate = (decision: AuthDecision, { certificate }: AuthRequest): AuthDecision => {
    const names = decision.kind === 'authenticated' ? conditions.get(decision.credential) : undefined;
    if (decision.kind !== 'authenticated' || names === undefined) return decision;
    if (certificate === undefined) return rejected('certificate_missing', decision.credential);
    const fits = checkCertificate(certificate, clock.nowMs()) === 'valid' && hasName(certificate, names);
    return fits ? decision : rejected('certificate_mismatch', decision.credential);
  };
  const decide = (matching: readonly Matching[], request: AuthRequest): AuthDecision =>
    withCertificate(decideByValidity(matching, clock.nowMs()), request);

  const authenticateCertificate = (request: AuthRequest): AuthDecision => {
    const { certificate } = request;
    if (certificates.length === 0 || certificate === undefined) return rejected('credential_missing');
    const state = checkCertificate(certificate, clock.nowMs());
    if (state !== 'valid') return rejected(state);
    const matching = certificates.filter(({ names }) => hasName(certificate, names));
    return matching.length === 0 ? rejected('certificate_name_unknown') : decide(matching, request);
  };

  const authenticateBearer = async (token: string, request: AuthRequest): Promise<AuthDecision> => {
    // A weak token may be guessed: from a locked-out client it counts only where it was right before.
    const weak = tokenBits(token) < STRONG_TOKEN_BITS;
    const key = weak ? verified.keyOf('bearer', token) : '';
    if (weak && request.effort === 'cheap' && !verified.isKnownFrom(key, request.clientPrefix)) {
      return { kind: 'unexamined' };
    }
    const found = findBearerToken(tokens, token);
    const decision =
      found === undefined
        ? withCertificate(await tokenCheck.check(token, request), request)
        : decide([found], request);
    if (weak && decision.kind === 'authenticated') verified.remember(key, [], request.clientPrefix);
    return decision;
  };

  const authenticateBasic = async (text: string, request: AuthRequest): Promise<AuthDecision> => {
    const pair = parseBasicCredentials(text);
    if (!pair.ok) return rejected(pair.error);
    const key = verified.keyOf('basic', pair.value.username, pair.value.password);
    const proofIds = verified.proofIds(key);
    const cheap = request.effort === 'cheap';
    // An expired proof does not count as known: it costs what a wrong password costs.
    const known = decide(
      users.filter(({ proofId }) => proofIds.includes(proofId)),
      request,
    );
    if (known.kind === 'authenticated' && (!cheap || verified.isKnownFrom(key, request.clientPrefix))) {
      verified.remember(key, proofIds, request.clientPrefix);
      return known;
    }
    if (cheap) return { kind: 'unexamined' };

    const outcome = await queue.run({
      key,
      clientPrefix: request.clientPrefix,
      work: () => checkPassword(pair.value),
    });
    if (!outcome.ok) return rejected(outcome.error);
    const decision = decide(outcome.value, request);
    if (decision.kind === 'authenticated') {
      verified.remember(
        key,
        outcome.value.map(({ proofId }) => proofId),
        request.clientPrefix,
      );
    }
    return decision;
  };

  return {
    async authenticate(request) {
      const presented = readAuthorization(request.headers);
      if (!presented.ok && presented.error === 'credential_missing') return authenticateCertificate(request);
      if (!presented.ok) return rejected(presented.error);
      const { scheme, text } = presented.value;
      return scheme === 'bearer' ? authenticateBearer(text, request) : authenticateBasic(text, request);
    },
    challenges: [
      ...(tokens.length + oidc.length > 0 || users.length === 0 ? [BEARER_CHALLENGE] : []),
      ...(users.length > 0 ? [BASIC_CHALLENGE] : []),
    ],
    begin: () => tokenCheck.begin(),
    close() {
      // A password verification under way ends by itself.
      tokenCheck.close();
    },
  };
}

/** A proof that was shown. */
interface Matching {
  readonly credential: string;
  readonly validity: Validity;
}

/** The first matching proof that holds now; otherwise why the last one does not. */
function decideByValidity(matching: readonly Matching[], nowMs: number): AuthDecision {
  let decision: AuthDecision = rejected('password_wrong');
  for (const { credential, validity } of matching) {
    const state = checkValidity(validity, nowMs);
    if (state === 'valid') return { kind: 'authenticated', credential };
    decision = rejected(state, credential);
  }
  return decision;
}

function rejected(reason: AuthReason, credential?: string): AuthDecision {
  return { kind: 'rejected', reason, ...(credential !== undefined && { credential }) };
}
