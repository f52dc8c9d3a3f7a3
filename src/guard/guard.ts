// The pipeline of decisions: who is the client, may that address ask, is it locked out, who scrapes, which view, how
// often. Pure composition of network, limits and auth; no HTTP, no view. Closed wherever nothing says otherwise.
// Never throws for a request. The order of the steps is in ARCHITECTURE.md, what they promise in SECURITY.md.

import { createAuthenticator } from '../auth/authenticator.js';
import type { AuthReason, Claims } from '../auth/decision.js';
import { createIssuerRegistry, type IssuerRegistry } from '../auth/oidc/issuer-registry.js';
import type { IssuerObserver } from '../auth/oidc/issuer-trouble.js';
import { createVerifiedCache, type VerifiedCache } from '../auth/verified-cache.js';
import type { Clock } from '../internal/clock.js';
import { valueOrThrow } from '../internal/option-problems.js';
import type { Budget, Lockout } from '../limits/limiter.js';
import { createMemoryBudget } from '../limits/memory-budget.js';
import { createMemoryLockout } from '../limits/memory-lockout.js';
import type { ResolvedLimitsOptions } from '../limits/resolve-options.js';
import { compileClientAddress, type ClientAddress } from '../network/client-address.js';
import { formatPeer, peerPrefix, type PeerSet } from '../network/peer-address.js';
import type { DenialReason, Grant, Guard, GuardDecision, GuardRequest, Resource } from './decision.js';
import { budgetOf, chooseView, type ChosenView, type ResolvedGrant } from './opened-view.js';
import type { GuardOptions } from './options.js';
import { ANONYMOUS } from './resolve-grants.js';
import { resolveGuardOptions } from './resolve-options.js';

/** What outlives a guard when a reload replaces it: who was proven, who is locked out, who spent how much. */
export interface GuardMemory {
  readonly verified: VerifiedCache;
  /** Keys of issuers and what they said of tokens, for those whose settings stay the same. */
  readonly issuers: IssuerRegistry;
  /** The same stores for the same limits; new limits begin a new count. */
  limitsFor(limits: ResolvedLimitsOptions, clock: Clock): Limits;
}

/** The two limits of a guard. */
interface Limits {
  readonly lockout: Lockout;
  readonly budget: Budget;
}

/** What a guard is given from outside. */
export interface GuardDeps {
  readonly clock: Clock;
  /**
   * The memory of the guard that this one replaces, so that a reload neither forgets a proven scraper nor frees an
   * attacker. @default a new one
   */
  readonly memory?: GuardMemory;
}

/** A place in the verification queue is free again after about this time. */
const BUSY_RETRY_MS = 2_000;

/** Sooner than an identity provider is asked for keys again, later than it takes to ask about a token. */
const ISSUER_RETRY_MS = 10_000;

/**
 * Refusals that do not count towards a lockout. A missing credential guesses nothing: a browser or a misconfigured
 * scraper behind the same NAT must not lock out its neighbours. A busy verification was never examined, nor was a token
 * whose issuer cannot be asked; and whose token lacks a scope alone has said who it is.
 */
const NOT_COUNTED: ReadonlySet<AuthReason> = new Set([
  'credential_missing',
  'verification_busy',
  'issuer_unreachable',
  'issuer_mismatch',
  'token_scope_missing',
]);

/** Creates an empty memory. `observer` is told what identity providers do. */
export function createGuardMemory(observer?: IssuerObserver): GuardMemory {
  let current: (Limits & { readonly limits: string }) | undefined;
  return {
    verified: createVerifiedCache(),
    issuers: createIssuerRegistry(observer),
    limitsFor(limits, clock) {
      const name = JSON.stringify(limits);
      if (current?.limits !== name) {
        const lockout = createMemoryLockout(limits, { clock });
        current = { limits: name, lockout, budget: createMemoryBudget(limits, { clock }) };
      }
      return current;
    },
  };
}

/**
 * Creates a guard. With neither credentials nor `anonymous` it denies everything.
 *
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem of the options.
 */
export function createGuard(options: GuardOptions, deps: GuardDeps): Guard {
  const resolved = valueOrThrow('guard options', resolveGuardOptions(options));
  const { network, limits, grants, anonymous } = resolved;
  const { clock, memory = createGuardMemory() } = deps;
  const clientAddress = compileClientAddress(network);
  const authenticator = createAuthenticator(resolved.credentials, {
    clock,
    verified: memory.verified,
    issuers: memory.issuers,
  });
  const { lockout, budget } = memory.limitsFor(limits, clock);

  const authorise = async (
    told: ClientAddress,
    { credential, claims }: { readonly credential: string; readonly claims?: Claims },
    granted: ResolvedGrant | undefined,
    resource: Resource,
  ): Promise<GuardDecision> => {
    const client = formatPeer(told.address);
    if (!isOn(resolved.allowedIps.get(credential), told)) {
      return denied('credential_address_not_allowed', { client, credential });
    }
    const chosen = granted && chooseView(granted, claims);
    if (chosen?.ok === false) return denied(chosen.error, { client, credential });
    if (granted === undefined || chosen === undefined || !covers(granted, chosen.value, resource)) {
      // Who has not said who they are may still do so.
      if (credential === ANONYMOUS) return denied('credential_missing', { client });
      return denied(resource.kind === 'self' ? 'self_not_granted' : 'target_not_granted', {
        client,
        credential,
      });
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

  const decide = async (request: GuardRequest): Promise<GuardDecision> => {
    const told = clientAddress(request.peerAddress, request.headers, request.proxiedAddress);
    if (!told.ok) return denied(told.error, {});
    const client = formatPeer(told.value.address);
    if (!isOn(network.allowedIps, told.value)) return denied('address_not_allowed', { client });

    const prefix = peerPrefix(told.value.address);
    const lock = await lockout.check(prefix);
    const effort = lock.locked ? 'cheap' : 'full';
    const decision = await authenticator.authenticate({
      headers: request.headers,
      clientPrefix: prefix,
      effort,
    });
    if (decision.kind === 'authenticated') {
      return authorise(told.value, decision, grants.get(decision.credential), request.resource);
    }
    // Only the absence of any credential is anonymous: a wrong one is refused (A17).
    const absent = decision.kind === 'rejected' && decision.reason === 'credential_missing';
    if (absent && anonymous !== undefined) {
      return authorise(told.value, { credential: ANONYMOUS }, anonymous, request.resource);
    }
    // One answer for every attempt of a locked-out client: it must not learn what was examined.
    if (lock.locked || decision.kind === 'unexamined') {
      return denied('locked_out', {
        client,
        retryAfterMs: lock.locked ? lock.retryAfterMs : limits.lockoutMs,
      });
    }
    const { reason, credential } = decision;
    if (!NOT_COUNTED.has(reason)) await lockout.fail(prefix);
    return denied(reason, {
      client,
      ...(credential !== undefined && { credential }),
      ...(reason === 'verification_busy' && { retryAfterMs: BUSY_RETRY_MS }),
      ...(reason === 'issuer_unreachable' && { retryAfterMs: ISSUER_RETRY_MS }),
    });
  };

  return {
    decide,
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

/** An address that no trusted proxy could name is on no list, even where the proxy itself is. */
function isOn(list: PeerSet | undefined, { address, exact }: ClientAddress): boolean {
  return list === undefined || (exact && list.contains(address));
}

/** Any scraper may learn that nothing is there: the answer is the same for every path that does not exist. */
function covers({ self }: ResolvedGrant, { target }: ChosenView, resource: Resource): boolean {
  if (resource.kind === 'self') return self;
  return resource.kind === 'nothing' || target === resource.target;
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
