// Budgets in the memory of this process, by the generic cell rate algorithm: one number for each credential.
//
// What it holds to: requests that come evenly, at the allowed rate, always pass; a full budget can be spent at once;
// in any window whatsoever at most twice the allowed requests pass, and over time never more than the rate.
// A refused request costs nothing.

import { BoundedMap } from '../internal/bounded-map.js';
import type { Clock } from '../internal/clock.js';
import type { Budget, BudgetState } from './limiter.js';
import type { ResolvedLimitsOptions } from './resolve-options.js';

/** Scrapers are not punctual: a request may come early by this share of the interval. */
const EARLY_SHARE = 0.1;

/** Credentials are few, but their names come from outside this room. */
const MAX_CREDENTIALS = 10_000;

const WITHIN: BudgetState = { within: true };

/** Creates a store of full budgets. */
export function createMemoryBudget(
  options: Pick<ResolvedLimitsOptions, 'requestsPerWindow' | 'windowMs'>,
  deps: { readonly clock: Clock },
): Budget {
  const intervalMs = options.windowMs / options.requestsPerWindow;
  const aheadMs = intervalMs * (options.requestsPerWindow - 1 + EARLY_SHARE);
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
