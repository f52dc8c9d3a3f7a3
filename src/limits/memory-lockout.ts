// Lockouts in the memory of this process: failures of a client prefix in a window, then a fixed time out.
//
// What it holds to: the Nth failure within a minute of the first one locks the prefix out; in any minute whatsoever a
// prefix gets fewer than 2·N failures. A lockout has a fixed end that further attempts do not move.
// Memory: `maxClients` prefixes with failures and, apart from them, `maxClients` that are locked out. Rotating through
// prefixes therefore never touches a lockout; to push one out, N failures from each of `maxClients` other prefixes are
// needed within its time (a million requests from 100 000 networks by default), and the one asked for least goes first.

import { BoundedMap } from '../internal/bounded-map.js';
import type { Clock } from '../internal/clock.js';
import type { FailureState, Lockout, LockoutState } from './limiter.js';
import type { LimitNumbers } from './resolve-options.js';

/** Failures that are older than this no longer count. */
export const FAILURE_WINDOW_MS = 60_000;

const FREE: LockoutState = { locked: false };

/** Failures of one prefix since `startMs`. */
interface Failures {
  readonly startMs: number;
  readonly count: number;
}

/** A lockout of this process, which can be told of those of other replicas. */
export interface MemoryLockout extends Lockout {
  /** Locks a prefix out for at least this long from now on. */
  lockFor(prefix: string, forMs: number): void;
}

/** Creates an empty store. */
export function createMemoryLockout(
  options: Pick<LimitNumbers, 'failuresPerMinute' | 'lockoutMs' | 'maxClients'>,
  deps: { readonly clock: Clock },
): MemoryLockout {
  const { failuresPerMinute, lockoutMs, maxClients } = options;
  const { clock } = deps;
  const failing = new BoundedMap<string, Failures>(maxClients);
  const lockedUntilMs = new BoundedMap<string, number>(maxClients);

  const stateOf = (prefix: string, nowMs: number): LockoutState => {
    const untilMs = lockedUntilMs.get(prefix);
    if (untilMs === undefined) return FREE;
    if (nowMs < untilMs) return { locked: true, retryAfterMs: untilMs - nowMs };
    lockedUntilMs.delete(prefix);
    return FREE;
  };

  const recordFailure = (prefix: string): FailureState => {
    const nowMs = clock.monotonicMs();
    const state = stateOf(prefix, nowMs);
    if (state.locked) return { ...state, since: 'before' };
    const earlier = failing.get(prefix);
    const current =
      earlier !== undefined && nowMs - earlier.startMs < FAILURE_WINDOW_MS ? earlier : undefined;
    const count = (current?.count ?? 0) + 1;
    if (count < failuresPerMinute) {
      failing.set(prefix, { startMs: current?.startMs ?? nowMs, count });
      return { locked: false };
    }
    failing.delete(prefix);
    lockedUntilMs.set(prefix, nowMs + lockoutMs);
    return { locked: true, since: 'now', retryAfterMs: lockoutMs };
  };

  return {
    check: (prefix) => Promise.resolve(stateOf(prefix, clock.monotonicMs())),
    fail: (prefix) => Promise.resolve(recordFailure(prefix)),
    lockFor(prefix, forMs) {
      const untilMs = clock.monotonicMs() + forMs;
      if (untilMs > (lockedUntilMs.get(prefix) ?? 0)) lockedUntilMs.set(prefix, untilMs);
    },
    lockedCount() {
      const nowMs = clock.monotonicMs();
      let count = 0;
      for (const [prefix, untilMs] of lockedUntilMs.entries()) {
        if (nowMs < untilMs) count += 1;
        else lockedUntilMs.delete(prefix);
      }
      return count;
    },
  };
}
