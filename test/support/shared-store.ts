// A store of limits that replicas share, in memory, whose failures and delays a test decides.

import { createMemoryBudget } from '../../src/limits/memory-budget.js';
import { createMemoryLockout } from '../../src/limits/memory-lockout.js';
import type { LimitNumbers } from '../../src/limits/resolve-options.js';
import type { OpenSharedStore, SharedStore } from '../../src/limits/shared-store.js';
import type { Clock } from '../../src/internal/clock.js';

/** A store under the hand of a test. */
export interface TestStore {
  readonly open: OpenSharedStore;
  /** How questions fare, before they are answered. @default at once */
  before: () => Promise<void>;
  /** How opening fares. @default at once */
  opening: () => Promise<void>;
  /** Questions that were asked, probes left out. */
  readonly asked: () => number;
  readonly opened: () => number;
  readonly closed: () => number;
  /** Attempts to open that nobody waits for any longer. */
  readonly aborted: () => number;
  /** Ends every connection from outside. */
  lose(): void;
}

/** Creates a store that counts by itself. */
export function createTestStore(limits: LimitNumbers, clock: Clock): TestStore {
  const lockout = createMemoryLockout(limits, { clock });
  const budget = createMemoryBudget(limits, { clock });
  const counts = { asked: 0, opened: 0, closed: 0, aborted: 0 };
  const losses = new Set<() => void>();
  const waitOf = (state: object): number => ('retryAfterMs' in state ? Number(state.retryAfterMs) : 0);
  const ask = async <T>(answer: () => Promise<T>): Promise<T> => {
    counts.asked += 1;
    await store.before();
    return answer();
  };
  const connection: SharedStore = {
    check: (prefix) => ask(async () => waitOf(await lockout.check(prefix))),
    fail: (prefix) =>
      ask(async () => {
        const state = await lockout.fail(prefix);
        return state.locked ? { forMs: state.retryAfterMs, since: state.since } : { forMs: 0, since: 'now' };
      }),
    take: (credential) => ask(async () => waitOf(await budget.take(credential))),
    probe: () => store.before(),
    close: () => void (counts.closed += 1),
  };
  const store: TestStore = {
    async open({ onLost, signal }) {
      signal.addEventListener('abort', () => (counts.aborted += 1));
      await store.opening();
      counts.opened += 1;
      losses.add(onLost);
      return connection;
    },
    before: () => Promise.resolve(),
    opening: () => Promise.resolve(),
    asked: () => counts.asked,
    opened: () => counts.opened,
    closed: () => counts.closed,
    aborted: () => counts.aborted,
    lose: () => {
      for (const onLost of losses) onLost();
      losses.clear();
    },
  };
  return store;
}
