// Two limits: failures of a client prefix (lockout), and requests of a credential (budget).
// Both are stores behind small interfaces, so that replicas can share them. A store never rejects: one that cannot
// reach its replicas decides on its own.

import type { Secret } from '../internal/secret.js';

/** Whether a client prefix is locked out. */
export type LockoutState =
  { readonly locked: false } | { readonly locked: true; readonly retryAfterMs: number };

/** What came of a failed attempt: whether the prefix is locked out, and since when: this attempt, or before it. */
export type FailureState =
  | { readonly locked: false }
  | { readonly locked: true; readonly since: 'now' | 'before'; readonly retryAfterMs: number };

/** Counts failed attempts by client prefix; valid requests never touch it. */
export interface Lockout {
  check(prefix: string): Promise<LockoutState>;
  /** Records one failed attempt, unless the prefix is locked out already. */
  fail(prefix: string): Promise<FailureState>;
  /** Prefixes that are locked out now, as far as this process knows. */
  lockedCount(): number;
}

/** Whether a request is within its credential's budget. */
export type BudgetState =
  { readonly within: true } | { readonly within: false; readonly retryAfterMs: number };

/** Counts the requests of each credential. */
export interface Budget {
  /** Counts one request, unless the budget is exhausted. */
  take(credential: string): Promise<BudgetState>;
}

/** How many failures and how many requests are too many. */
export interface LimitsOptions {
  /** Failed attempts of one client prefix in a minute before it is locked out. @default 10 */
  readonly failuresPerMinute?: number;
  /** How long a prefix stays locked out. @default 900_000 (15 minutes) */
  readonly lockoutMs?: number;
  /** Requests of one credential in a window. @default 120 */
  readonly requestsPerWindow?: number;
  /** @default 60_000 */
  readonly windowMs?: number;
  /** Client prefixes remembered at most; the one seen longest ago is forgotten. @default 100_000 */
  readonly maxClients?: number;
  /** Where replicas count together. Absent: each process counts for itself. */
  readonly redis?: RedisOptions;
}

/** A Redis in which replicas count together. */
export interface RedisOptions {
  /** `redis://` or, with TLS, `rediss://`; user, password and the number of a database as in any such URL. */
  readonly url: Secret;
  /** PEM of the authorities that may sign its certificate. @default those that Node.js knows */
  readonly caPem?: string;
  /** What every key begins with. @default 'scrapegate:' */
  readonly keyPrefix?: string;
}

/** Whether replicas count together now; with why they do not. */
export type Sharing =
  | { readonly shared: true }
  | { readonly shared: false; readonly reason: SharingFault; readonly detail?: string };

/** Why the store of all replicas is not asked: no answer in time, no connection, an error of it, an odd answer. */
export type SharingFault = 'late' | 'unreachable' | 'command_failed' | 'answer_malformed';
