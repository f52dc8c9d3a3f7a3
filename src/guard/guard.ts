// The pipeline of decisions: who is the client, may that address ask, is it locked out, who scrapes, which view, how
// often. Pure composition of network, limits and auth; no HTTP, no view. Closed wherever nothing says otherwise.
// Never throws for a request. The order of the steps is in ARCHITECTURE.md, what they promise in SECURITY.md.

import { randomBytes } from 'node:crypto';

import { createAuthenticator } from '../auth/authenticator.js';
import { checkCertificate } from '../auth/client-certificate.js';
import type { AuthDecision, AuthReason, Claims } from '../auth/decision.js';
import type { Clock } from '../internal/clock.js';
import { valueOrThrow } from '../internal/option-problems.js';
import type { FailureState, LockoutState } from '../limits/limiter.js';
import { compileClientAddress, type ClientAddress } from '../network/client-address.js';
import { formatPeer, peerPrefix, type PeerSet } from '../network/peer-address.js';
import type { DenialReason, Grant, Guard, GuardDecision, GuardRequest, Resource } from './decision.js';
import { budgetOf, chooseView, type ChosenView, type ResolvedGrant } from './opened-view.js';
import { createGuardMemory, type GuardMemory } from './memory.js';
import type { GuardOptions } from './options.js';
import { ANONYMOUS } from './resolve-grants.js';
import { resolveGuardOptions } from './resolve-options.js';

/** What a guard is given from outside. */
export interface GuardDeps {
  readonly clock: Clock;
  /**
   * The memory of the guard that this one replaces, so that a reload neither forgets a proven scraper nor frees an
   * attacker. @default a new one
   */
  readonly memory?: GuardMemory;
  /**
   * What replicas that count together have in common, at least 32 bytes. @default made for this guard, so that it counts
   * for itself
   */
  readonly secret?: Uint8Array;
}

/** Why a credential does not open a resource. A path that does not exist is like a target that it does not open. */
const NOT_GRANTED: Readonly<Record<Resource['kind'], DenialReason>> = {
  self: 'self_not_granted',
  summary: 'summary_not_granted',
  target: 'target_not_granted',
  nothing: 'target_not_granted',
};

/** A place in the verification queue is free again after about this time. */
const BUSY_RETRY_MS = 2_000;

/** Sooner than an identity provider is asked for keys again, later than it takes to ask about a token. */
const ISSUER_RETRY_MS = 10_000;

/**
 * Refusals that do not count towards a lockout. A missing credential guesses nothing: a browser or a misconfigured
 * scraper behind the same NAT must not lock out its neighbours. A busy verification was never examined, nor was a token
 * whose issuer cannot be asked; and whose token lacks a scope alone has said who it is. A certificate without a token or a
 * password beside it cannot be guessed.
 */
const NOT_COUNTED: ReadonlySet<AuthReason> = new Set([
  'credential_missing',
  'verification_busy',
  'issuer_unreachable',
  'issuer_mismatch',
  'token_scope_missing',
  'certificate_untrusted',
  'certificate_not_yet_valid',
  'certificate_expired',
  'certificate_name_unknown',
]);

/**
 * Creates a guard. With neither credentials nor `anonymous` it denies everything.
 *
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem of the options.
 */
export function createGuard(options: GuardOptions, deps: GuardDeps): Guard {
  const resolved = valueOrThrow('guard options', resolveGuardOptions(options));
  const { network, limits, grants, anonymous } = resolved;
  const { clock, memory = createGuardMemory(), secret = randomBytes(32) } = deps;
  const clientAddress = compileClientAddress(network);
  const authenticator = createAuthenticator(resolved.credentials, {
    clock,
    verified: memory.verified,
    issuers: memory.issuers,
  });
  const { lockout, budget } = memory.limitsFor(limits, { clock, secret });

  const authorise = async (
    told: ClientAddress,
    { credential, claims }: { readonly credential: string; readonly claims?: Claims },
    granted: ResolvedGrant | undefined,
    resource: Resource,
  ): Promise<GuardDecision> => {
    const client = formatPeer(told.address);
    const offList = missingFrom(resolved.allowedIps.get(credential), told, 'credential_address_not_allowed');
    if (offList !== undefined) return denied(offList, { client, credential });
    const chosen = granted && chooseView(granted, claims);
    if (chosen?.ok === false) return denied(chosen.error, { client, credential });
    if (granted === undefined || chosen === undefined || !covers(granted, chosen.value, resource)) {
      // Who has not said who they are may still do so.
      if (credential === ANONYMOUS) return denied('credential_missing', { client });
      return denied(NOT_GRANTED[resource.kind], { client, credential });
    }
    const state = await budget.take(budgetOf(credential, granted, chosen.value));
    if (!state.within)
      return denied('budget_exhausted', { client, credential, retryAfterMs: state.retryAfterMs });
    const { view, claimValues } = chosen.value;
    const grant: Grant = {
      credential,
      view,
      ...(claimValues !== undefined && { claimValues }),
      self: granted.self,
    };
    return { allowed: true, client, grant };
  };

  const judge = async (
    request: GuardRequest,
    state: ReturnType<typeof checkCertificate>,
  ): Promise<GuardDecision> => {
    const told = clientAddress(request.peerAddress, request.headers, request.proxiedAddress);
    if (!told.ok) return denied(told.error, {});
    const client = formatPeer(told.value.address);
    const offList = missingFrom(network.allowedIps, told.value, 'address_not_allowed');
    if (offList !== undefined) return denied(offList, { client });
    if (resolved.requireCertificate && state !== 'valid') return denied(state, { client });

    const clientPrefix = peerPrefix(told.value.address);
    const examine = (effort: 'cheap' | 'full'): Promise<AuthDecision> =>
      authenticator.authenticate({
        headers: request.headers,
        clientPrefix,
        effort,
        ...(request.certificate !== undefined && { certificate: request.certificate }),
      });
    // First what a lockout never stops: whoever passes so does not wait for the limits.
    const cheap = await examine('cheap');
    if (cheap.kind === 'rejected' && !NOT_COUNTED.has(cheap.reason)) {
      return refuse(client, cheap, await lockout.fail(clientPrefix));
    }
    const mayPass = cheap.kind === 'authenticated' || (isAbsent(cheap) && anonymous !== undefined);
    const lock: LockoutState = mayPass ? { locked: false } : await lockout.check(clientPrefix);
    const decision = cheap.kind === 'unexamined' && !lock.locked ? await examine('full') : cheap;
    if (decision.kind === 'authenticated') {
      return authorise(told.value, decision, grants.get(decision.credential), request.resource);
    }
    if (isAbsent(decision) && anonymous !== undefined) {
      return authorise(told.value, { credential: ANONYMOUS }, anonymous, request.resource);
    }
    if (lock.locked || decision.kind === 'unexamined') {
      return lockedOut(client, lock.locked ? lock.retryAfterMs : limits.lockoutMs);
    }
    const isCounted = !NOT_COUNTED.has(decision.reason);
    return refuse(client, decision, isCounted ? await lockout.fail(clientPrefix) : { locked: false });
  };

  return {
    async decide(request) {
      const state = checkCertificate(request.certificate, clock.nowMs());
      const decision = await judge(request, state);
      if (decision.allowed || state === 'valid' || state === 'certificate_missing') return decision;
      return { ...decision, needsHandshake: true };
    },
    clientOf(request) {
      const told = clientAddress(request.peerAddress, request.headers, request.proxiedAddress);
      return told.ok ? formatPeer(told.value.address) : undefined;
    },
    challenges: authenticator.challenges,
    lockedOutClients: () => lockout.lockedCount(),
    begin: () => authenticator.begin(),
    close: () => authenticator.close(),
  };
}

/** What a refused credential gets. */
function refuse(
  client: string,
  { reason, credential }: Extract<AuthDecision, { kind: 'rejected' }>,
  failure: FailureState,
): GuardDecision {
  if (failure.locked && failure.since === 'before') return lockedOut(client, failure.retryAfterMs);
  return denied(reason, {
    client,
    ...(credential !== undefined && { credential }),
    ...(reason === 'verification_busy' && { retryAfterMs: BUSY_RETRY_MS }),
    ...(reason === 'issuer_unreachable' && { retryAfterMs: ISSUER_RETRY_MS }),
  });
}

/** One answer for every attempt of a locked-out client: it must not learn what was examined. */
function lockedOut(client: string, retryAfterMs: number): GuardDecision {
  return denied('locked_out', { client, retryAfterMs });
}

/** Only the absence of any credential is anonymous: a wrong one is refused (A17). */
function isAbsent(decision: AuthDecision): boolean {
  return decision.kind === 'rejected' && decision.reason === 'credential_missing';
}

/**
 * Why a client is not on a list that has to have it; undefined where it is, or where there is no list. A client that no
 * trusted proxy could name is on no list, even where the proxy itself is.
 */
function missingFrom<R extends DenialReason>(
  list: PeerSet | undefined,
  { address, exact }: ClientAddress,
  reason: R,
): R | 'client_unknown' | undefined {
  if (list === undefined) return undefined;
  if (!exact) return 'client_unknown';
  return list.contains(address) ? undefined : reason;
}

/** Any scraper may learn that nothing is there: the answer is the same for every path that does not exist. */
function covers({ self, summary }: ResolvedGrant, { target }: ChosenView, resource: Resource): boolean {
  switch (resource.kind) {
    case 'self':
      return self;
    case 'summary':
      return summary;
    case 'target':
      return target === resource.target;
    case 'nothing':
      return true;
  }
}

function denied(
  reason: DenialReason,
  details: { readonly client?: string; readonly credential?: string; readonly retryAfterMs?: number },
): GuardDecision {
  const { retryAfterMs, ...known } = details;
  return {
    allowed: false,
    reason,
    ...known,
    ...(retryAfterMs !== undefined && { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
  };
}
