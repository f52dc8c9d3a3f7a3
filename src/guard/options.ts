// What the guard is built from: who may prove what, from where, how often, and what it opens.

import type { CredentialOptions } from '../auth/options.js';
import type { LimitsOptions } from '../limits/limiter.js';
import type { NetworkOptions } from '../network/options.js';

/** A view, or the template of views, with the target that it shows. */
export interface OpenedView {
  readonly view: string;
  readonly target: string;
}

/** What a credential opens. */
export interface GrantOptions extends OpenedView {
  /** Whether it also opens `/-/metrics` and `/-/status`. @default false */
  readonly self?: boolean;
  /** Whether it also opens `/v1/metrics`, the summary of its view. @default true */
  readonly summary?: boolean;
}

/** The view that a token with one value of a claim opens. */
export interface ClaimedViewOptions extends OpenedView {
  /** Compared character for character. */
  readonly value: string;
}

/** What a credential opens by what its token says. Needs proofs that have claims; either `template` or `views`. */
export interface ClaimedGrantOptions {
  /** Names of members, from the outermost to the claim: `['team']`, `['realm_access', 'roles']`. */
  readonly fromClaim: readonly string[];
  /** A template whose views are scoped by the values of the claim. */
  readonly template?: OpenedView;
  /** A view for each value. The values of a token have to lead to exactly one view. */
  readonly views?: readonly ClaimedViewOptions[];
  /** Whether it also opens `/-/metrics` and `/-/status`. @default false */
  readonly self?: boolean;
  /** Whether it also opens `/v1/metrics`, the summary of its view. @default true */
  readonly summary?: boolean;
}

/** A credential with what it opens. */
export interface GuardCredentialOptions extends CredentialOptions {
  readonly grant: GrantOptions | ClaimedGrantOptions;
  /** Client addresses from which it holds, in addition to those of `network`. Absent: from every address. */
  readonly allowedIps?: readonly string[];
}

/** Options of a guard. With neither credentials nor `anonymous` it denies everything. */
export interface GuardOptions {
  readonly network?: NetworkOptions;
  readonly limits?: LimitsOptions;
  readonly credentials?: readonly GuardCredentialOptions[];
  /**
   * What a request *without* any credential opens: the explicit opt-out, or an address list alone.
   * A presented but wrong credential is refused all the same. Never opens `self`.
   */
  readonly anonymous?: GrantOptions;
  /**
   * Whether every request needs a client certificate that is trusted and holds, whatever else it shows. The handshake
   * asks for it as well; this looks again at each request of a connection that stays. @default false
   */
  readonly requireCertificate?: boolean;
}
