// Two limits: failures of a client prefix (lockout), and requests of a credential (budget).
// Both are stores behind small interfaces, so that replicas can share them. A store never rejects: one that cannot
// reach its replicas decides on its own.

/** Whether a client prefix is locked out. */
export type LockoutState =
  { readonly locked: false } | { readonly locked: true; readonly retryAfterMs: number };

/** Counts failed attempts by client prefix; valid requests never touch it. */
export interface Lockout {
  check(prefix: string): Promise<LockoutState>;
  /** Records one failed attempt and says whether the prefix is locked out from now on. */
  fail(prefix: string): Promise<LockoutState>;
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
}
