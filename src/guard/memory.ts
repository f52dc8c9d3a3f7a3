// What outlives a guard when a reload replaces it: who was proven, who is locked out, who spent how much, and the link
// to other replicas. A reload neither forgets a proven scraper nor frees an attacker.

import { createHash } from 'node:crypto';
import { createIssuerRegistry, type IssuerRegistry } from '../auth/oidc/issuer-registry.js';
import type { IssuerObserver } from '../auth/oidc/issuer-trouble.js';
import { createVerifiedCache, type VerifiedCache } from '../auth/verified-cache.js';
import type { Clock } from '../internal/clock.js';
import type { Budget, Lockout, Sharing } from '../limits/limiter.js';
import { createMemoryBudget } from '../limits/memory-budget.js';
import { createMemoryLockout, type MemoryLockout } from '../limits/memory-lockout.js';
import { redisStoreOpener } from '../limits/redis/redis-store.js';
import type { LimitNumbers, ResolvedLimitsOptions } from '../limits/resolve-options.js';
import { createSharedBudget, createSharedLockout } from '../limits/shared-limits.js';
import { createSharedLink, type SharedLink } from '../limits/shared-link.js';
import type { OpenSharedStore } from '../limits/shared-store.js';

export type { Sharing, SharingFault } from '../limits/limiter.js';

/** The two limits of a guard. */
export interface Limits {
  readonly lockout: Lockout;
  readonly budget: Budget;
}

/** The memory of guards that follow each other. */
export interface GuardMemory {
  readonly verified: VerifiedCache;
  /** Keys of issuers and what they said of tokens, for those whose settings stay the same. */
  readonly issuers: IssuerRegistry;
  /**
   * The same stores for the same limits; new limits begin a new count. `secret`: what replicas have in common, for
   * the names under which they count together.
   */
  limitsFor(
    limits: ResolvedLimitsOptions,
    deps: { readonly clock: Clock; readonly secret: Uint8Array },
  ): Limits;
  /** From now on reaches for other replicas, in the background. */
  start(): void;
  /** Whether replicas count together now; undefined where that was not asked for. */
  sharing(): Sharing | undefined;
  close(): void;
}

/** Is told what happens outside: what identity providers do, and whether replicas count together. Must not throw. */
export interface GuardObserver extends IssuerObserver {
  /** Replicas begin or cease to count together, or the reason changed. */
  sharing(sharing: Sharing): void;
}

type RedisLimits = ResolvedLimitsOptions & { readonly redis: NonNullable<ResolvedLimitsOptions['redis']> };

/** How a store of all replicas is opened. */
export type SharedStoreOpener = (limits: RedisLimits, secret: Uint8Array) => OpenSharedStore;

interface Local {
  readonly name: string;
  readonly lockout: MemoryLockout;
  readonly budget: Budget;
}

/** Creates an empty memory. `opener` is with ioredis unless given. */
export function createGuardMemory(
  observer?: GuardObserver,
  opener: SharedStoreOpener = openWithRedis,
): GuardMemory {
  return new Memory(observer, opener);
}

class Memory implements GuardMemory {
  readonly verified = createVerifiedCache();
  readonly issuers: IssuerRegistry;
  readonly #observer: GuardObserver | undefined;
  readonly #opener: SharedStoreOpener;
  #local: Local | undefined;
  #link: (SharedLink & { readonly name: string }) | undefined;
  #sharing: Sharing | undefined;
  #isStarted = false;

  constructor(observer: GuardObserver | undefined, opener: SharedStoreOpener) {
    this.issuers = createIssuerRegistry(observer);
    this.#observer = observer;
    this.#opener = opener;
  }

  limitsFor(
    limits: ResolvedLimitsOptions,
    { clock, secret }: { readonly clock: Clock; readonly secret: Uint8Array },
  ): Limits {
    const { redis: _, ...numbers } = limits;
    const local = this.#localFor(numbers, clock);
    const link = this.#linkFor(limits, secret, clock);
    if (link === undefined) return local;
    return {
      lockout: createSharedLockout(local.lockout, link),
      budget: createSharedBudget(local.budget, link),
    };
  }

  start(): void {
    this.#isStarted = true;
    this.#link?.start();
  }

  sharing(): Sharing | undefined {
    return this.#sharing;
  }

  close(): void {
    this.#link?.close();
    this.#link = undefined;
    this.#sharing = undefined;
  }

  #localFor(numbers: LimitNumbers, clock: Clock): Local {
    const name = JSON.stringify(numbers);
    if (this.#local?.name !== name) {
      this.#local = {
        name,
        lockout: createMemoryLockout(numbers, { clock }),
        budget: createMemoryBudget(numbers, { clock }),
      };
    }
    return this.#local;
  }

  #linkFor(limits: ResolvedLimitsOptions, secret: Uint8Array, clock: Clock): SharedLink | undefined {
    const { redis, ...numbers } = limits;
    const name = redis === undefined ? undefined : linkName({ ...limits, redis }, secret);
    if (this.#link?.name === name) return this.#link;
    this.close();
    if (redis === undefined || name === undefined) return undefined;
    const link = createSharedLink({
      open: this.#opener({ ...numbers, redis }, secret),
      clock,
      onChange: (sharing) => {
        this.#sharing = sharing;
        this.#observer?.sharing(sharing);
      },
    });
    this.#link = Object.assign(link, { name });
    if (this.#isStarted) link.start();
    return link;
  }
}

function openWithRedis({ redis, ...limits }: RedisLimits, secret: Uint8Array): OpenSharedStore {
  return redisStoreOpener({ redis, limits, secret });
}

/** Tells two links apart; JSON shows every secret alike, so they go into a hash beside it. */
function linkName(limits: RedisLimits, secret: Uint8Array): string {
  const hidden = [limits.redis.password?.reveal() ?? '', Buffer.from(secret).toString('hex')];
  return createHash('sha256')
    .update(JSON.stringify([limits, hidden]))
    .digest('hex');
}
