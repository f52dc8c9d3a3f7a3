// Budgets in the memory of this process, by the generic cell rate algorithm: one number for each credential.
//
// What it holds to: requests that come evenly, at the allowed rate, always pass; a full budget can be spent at once;
// in any window whatsoever at most twice the allowed requests pass, and over time never more than the rate.
// A refused request costs nothing.

import { BoundedMap } from '../internal/bounded-map.js';
import type { Clock } from '../internal/clock.js';
import type { Budget, BudgetState } from './limiter.js';
import type { LimitNumbers } from './resolve-options.js';

/** Scrapers are not punctual: a request may come early by this share of the interval. */
const EARLY_SHARE = 0.1;

/** Credentials are few, but their names come from outside this room. */
const MAX_CREDENTIALS = 10_000;

const WITHIN: BudgetState = { within: true };

/** How requests use up a budget. */
export interface BudgetPace {
  /** What one request takes from it, in ms. */
  readonly intervalMs: number;
  /** How far requests may be ahead of the rate, in ms. */
  readonly aheadMs: number;
}

/** The pace of a budget. */
export function budgetPace({
  requestsPerWindow,
  windowMs,
}: Pick<LimitNumbers, 'requestsPerWindow' | 'windowMs'>): BudgetPace {
  const intervalMs = windowMs / requestsPerWindow;
  return { intervalMs, aheadMs: intervalMs * (requestsPerWindow - 1 + EARLY_SHARE) };
}

/** Creates a store of full budgets. */
export function createMemoryBudget(
  options: Pick<LimitNumbers, 'requestsPerWindow' | 'windowMs'>,
  deps: { readonly clock: Clock },
): Budget {
  const { intervalMs, aheadMs } = budgetPace(options);
  /** When the budget of a credential will be full again. */
  const fullAtMs = new BoundedMap<string, number>(MAX_CREDENTIALS);

  const takeOne = (credential: string): BudgetState => {
    const nowMs = deps.clock.monotonicMs();
    const fullMs = Math.max(fullAtMs.get(credential) ?? nowMs, nowMs);
    const tooEarlyMs = fullMs - nowMs - aheadMs;
    if (tooEarlyMs > 0) return { within: false, retryAfterMs: tooEarlyMs };
    fullAtMs.set(credential, fullMs + intervalMs);
    return WITHIN;
  };

  return { take: (credential) => Promise.resolve(takeOne(credential)) };
}
