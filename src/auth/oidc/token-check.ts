// Decides about a token that is none of the static ones: whose it is, whether it holds, and which credential it proves.
// Checks that need no key come first, so that a token which could not be accepted anyway makes nobody fetch one; what
// the token says counts only after its signature, or its issuer's answer. Never throws. RFC 7519, RFC 7662, RFC 9068.

import type { Clock } from '../../internal/clock.js';
import { STRONG_TOKEN_BITS, tokenBits } from '../credential-strength.js';
import type { AuthDecision, AuthReason, AuthRequest, Claims } from '../decision.js';
import { checkValidity } from '../validity.js';
import { checkHeader } from './check-header.js';
import { claimsProblem, hasScopes } from './check-claims.js';
import type { BorrowedProvider, IssuerRegistry } from './issuer-registry.js';
import type { OidcProof } from './oidc-proofs.js';
import { readToken, type UnverifiedJwt } from './read-token.js';

/** Examines tokens of identity providers. */
export interface TokenCheck {
  check(token: string, request: AuthRequest): Promise<AuthDecision>;
  /** Begins to fetch keys. Waits for nothing. */
  begin(): void;
  /** Gives the providers back. */
  close(): void;
}

interface Issuer extends BorrowedProvider {
  readonly proofs: readonly OidcProof[];
}

/** Creates the check for all proofs; without any, every token is unknown. */
export function createTokenCheck(
  proofs: readonly OidcProof[],
  { registry, clock }: { readonly registry: IssuerRegistry; readonly clock: Clock },
): TokenCheck {
  const issuers = new Map<string, Issuer>();
  for (const proof of proofs) {
    const known = issuers.get(proof.issuer);
    const borrowed = known ?? registry.borrow(proof, clock);
    issuers.set(proof.issuer, { ...borrowed, proofs: [...(known?.proofs ?? []), proof] });
  }
  // The options allow one at most.
  const introspecting = [...issuers.values()].find(({ provider }) => provider.introspection !== undefined);

  /** The first proof that the claims satisfy; otherwise why the best one is not satisfied. */
  const decide = (
    candidates: readonly OidcProof[],
    claims: Claims,
    { certificate }: AuthRequest,
    origin: 'jwt' | 'introspection',
  ): AuthDecision => {
    const nowMs = clock.nowMs();
    const refusals: AuthDecision[] = [];
    for (const proof of candidates) {
      const problem = claimsProblem(claims, proof, { nowMs, certificate, origin });
      const validity = checkValidity(proof.validity, nowMs);
      const { credential } = proof;
      if (problem !== undefined) refusals.push(rejected(problem));
      else if (!hasScopes(claims, proof.requiredScopes))
        refusals.push(rejected('token_scope_missing', credential));
      else if (validity !== 'valid') refusals.push(rejected(validity, credential));
      else return { kind: 'authenticated', credential, claims };
    }
    return mostTelling(refusals);
  };

  const checkJwt = async (
    jwt: UnverifiedJwt,
    issuer: Issuer,
    request: AuthRequest,
  ): Promise<AuthDecision> => {
    const { text, header, claims } = jwt;
    const context = { nowMs: clock.nowMs(), certificate: request.certificate, origin: 'jwt' as const };
    const refusals: AuthDecision[] = [];
    const candidates = issuer.proofs.flatMap((proof) => {
      const checked = checkHeader(header, proof);
      const problem = typeof checked === 'string' ? checked : claimsProblem(claims, proof, context);
      if (problem === undefined && typeof checked !== 'string') return [{ proof, checked }];
      refusals.push(rejected(problem ?? 'token_header_refused'));
      return [];
    });
    const [first] = candidates;
    if (first === undefined) return mostTelling(refusals);
    // The header is the same for all candidates; they differ in what they allow.
    const signature = await issuer.provider.verifySignature(text, first.checked);
    if (signature.ok) {
      const satisfied = candidates.map(({ proof }) => proof);
      return decide(satisfied, claims, request, 'jwt');
    }
    if (signature.error !== 'keys_absent') return rejected(signature.error);
    return issuer === introspecting ? checkOpaque(text, request) : rejected('token_key_unknown');
  };

  const checkOpaque = async (token: string, request: AuthRequest): Promise<AuthDecision> => {
    const introspection = introspecting?.provider.introspection;
    if (introspecting === undefined || introspection === undefined) return rejected('token_unknown');
    const { proofs: candidates } = introspecting;
    // A scraper's next token is a new one: nobody guesses it, and its client had a good one before.
    const isStrong = tokenBits(token) >= STRONG_TOKEN_BITS;
    const mayAsk =
      introspection.knows(token) || (isStrong && introspection.knowsClient(request.clientPrefix));
    if (request.effort === 'cheap' && !mayAsk) return { kind: 'unexamined' };
    const answer = await introspection.ask(token, request.clientPrefix);
    if (!answer.ok) return rejected(answer.error);
    const decision = decide(candidates, answer.value, request, 'introspection');
    if (decision.kind === 'authenticated') introspection.accepted(token, request.clientPrefix);
    return decision;
  };

  return {
    async check(token, request) {
      if (issuers.size === 0) return rejected('token_unknown');
      const shape = readToken(token);
      if (shape.kind === 'malformed') return rejected('token_malformed');
      if (shape.kind === 'opaque') return checkOpaque(token, request);
      const issuer = issuers.get(shape.jwt.issuer);
      return issuer === undefined ? rejected('token_unknown') : checkJwt(shape.jwt, issuer, request);
    },
    begin() {
      for (const { provider } of issuers.values()) provider.begin();
    },
    close() {
      for (const issuer of issuers.values()) issuer.giveBack();
    },
  };
}

/** A token for another audience says least: it may be meant for another credential of the same issuer. */
function mostTelling(refusals: readonly AuthDecision[]): AuthDecision {
  const telling = refusals.find(
    (refusal) => refusal.kind === 'rejected' && refusal.reason !== 'token_audience_wrong',
  );
  return telling ?? refusals[0] ?? rejected('token_unknown');
}

function rejected(reason: AuthReason, credential?: string): AuthDecision {
  return { kind: 'rejected', reason, ...(credential !== undefined && { credential }) };
}
