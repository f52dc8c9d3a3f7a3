// Lockout and budget of replicas that count together, each over the ones of this process.
//
// What they hold to: this process always counts as well, so that it goes on at once with all that it knows when the
// store is lost, and a failure that was recorded meanwhile stays in force. Whoever is locked out here is not asked
// about elsewhere. What replicas know is never less strict than what this process knows.

import { Queue } from '../internal/turns.js';
import type { Budget, Lockout } from './limiter.js';
import type { MemoryLockout } from './memory-lockout.js';
import type { SharedLink } from './shared-link.js';

/** A lockout that replicas share. */
export function createSharedLockout(local: MemoryLockout, link: Pick<SharedLink, 'ask'>): Lockout {
  const turns = new Turns();
  return {
    async check(prefix) {
      const known = await local.check(prefix);
      if (known.locked) return known;
      const forMs = await turns.after(prefix, () => link.ask((store) => store.check(prefix)));
      if (forMs !== undefined && forMs > 0) local.lockFor(prefix, forMs);
      // Asked again: attempts that failed meanwhile count.
      return local.check(prefix);
    },
    async fail(prefix) {
      const known = await local.fail(prefix);
      if (known.locked && known.since === 'before') return known;
      const told = await link.ask((store) => store.fail(prefix));
      if (told === undefined || told.forMs === 0) return known;
      local.lockFor(prefix, told.forMs);
      return { locked: true, since: told.since, retryAfterMs: told.forMs };
    },
    lockedCount: () => local.lockedCount(),
  };
}

/** A budget that replicas share. */
export function createSharedBudget(local: Budget, link: Pick<SharedLink, 'ask'>): Budget {
  return {
    async take(credential) {
      const waitMs = await link.ask((store) => store.take(credential));
      // A request that was refused everywhere costs nothing here either.
      if (waitMs !== undefined && waitMs > 0) return { within: false, retryAfterMs: waitMs };
      const state = await local.take(credential);
      return waitMs === undefined ? state : { within: true };
    },
  };
}

/**
 * Answers of the store come many at once. Attempts of one prefix that waited together go on one in a turn each, so that
 * each meets the failures of those before it (C16).
 */
class Turns {
  /** Only of prefixes with a question under way: as many as there are requests at most. */
  readonly #waiting = new Map<string, { count: number; readonly queue: Queue }>();

  async after<T>(prefix: string, question: () => Promise<T>): Promise<T> {
    const entry = this.#waiting.get(prefix) ?? { count: 0, queue: new Queue() };
    this.#waiting.set(prefix, entry);
    entry.count += 1;
    const isAlone = entry.count === 1;
    const answer = await question();
    if (!isAlone || entry.count > 1) await entry.queue.run(nextTurn);
    entry.count -= 1;
    if (entry.count === 0) this.#waiting.delete(prefix);
    return answer;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
