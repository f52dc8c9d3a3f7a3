// What the guard is built from: who may prove what, from where, how often, and what it opens.

import type { CredentialOptions } from '../auth/options.js';
import type { LimitsOptions } from '../limits/limiter.js';
import type { NetworkOptions } from '../network/options.js';

/** What a credential opens. */
export interface GrantOptions {
  readonly view: string;
  /** The target of that view. */
  readonly target: string;
  /** Whether it also opens `/-/metrics` and `/-/status`. @default false */
  readonly self?: boolean;
}

/** Options of a guard. With neither credentials nor `anonymous` it denies everything. */
export interface GuardOptions {
  readonly network?: NetworkOptions;
  readonly limits?: LimitsOptions;
  readonly credentials?: readonly (CredentialOptions & { readonly grant: GrantOptions })[];
  /**
   * What a request *without* any credential opens: the explicit opt-out, or an address list alone.
   * A presented but wrong credential is refused all the same. Never opens `self`.
   */
  readonly anonymous?: GrantOptions;
}
