// What the gateway tells the outside: one audit event a request, and what happens to it as a whole.
// Never a secret and never a label value: whoever reads logs is not whoever may read metrics.

import type { ScrapegateError, Warning } from '../errors.js';
import type { SharingFault } from '../guard/memory.js';
import type { ClosureReason } from './listeners.js';
import type { TargetReason } from '../targets/target.js';

/** One request, as it ended. */
export interface RequestEvent {
  readonly kind: 'request';
  readonly method: string;
  /** The route (`/metrics`, `/metrics/<target>`, …) or `other`; never the path that a stranger chose. */
  readonly route: string;
  readonly status: number;
  readonly decision: 'allowed' | 'denied' | 'public';
  /** Why it was denied or failed; absent when it was answered. */
  readonly reason?: string;
  /** For the operator: line numbers and fixed reasons, status codes. With `quarantined`, what is wrong there. */
  readonly detail?: string;
  readonly client?: string;
  readonly credential?: string;
  readonly view?: string;
  readonly target?: string;
  readonly seriesIn?: number;
  readonly seriesOut?: number;
  /** Malformed families of the target that were left out; absent when there are none. */
  readonly quarantined?: number;
  readonly bytesOut: number;
  readonly durationMs: number;
}

/** A target that was asked by the gate itself, and gave no exposition; again only when the reason changes. */
export interface TargetUnreachableEvent {
  readonly kind: 'target_unreachable';
  readonly target: string;
  readonly reason: TargetReason;
  /** A status code or an error code. */
  readonly detail?: string;
}

/** An identity provider gave no usable answer; again when the reason changes, and every ten minutes while it lasts. */
export interface IssuerFailedEvent {
  readonly kind: 'issuer_failed';
  readonly issuer: string;
  /** What it was asked for: its keys, with the document that names them, or whether a token is active. */
  readonly purpose: 'keys' | 'introspection';
  readonly reason: string;
  /** A status code, an error code or the name of a member. */
  readonly detail?: string;
}

/** Everything the gateway reports. */
export type GatewayEvent =
  | RequestEvent
  | { readonly kind: 'warning'; readonly warning: Warning }
  | TargetUnreachableEvent
  /** The first answer of a target since it was configured. */
  | { readonly kind: 'target_answered'; readonly target: string }
  | IssuerFailedEvent
  /** The first usable answer after a failure. */
  | {
      readonly kind: 'issuer_recovered';
      readonly issuer: string;
      readonly purpose: IssuerFailedEvent['purpose'];
    }
  | { readonly kind: 'listening'; readonly url: string; readonly purpose: 'all' | 'health' | 'metrics' }
  /** Connections that were closed before their time for one reason; `client` and `detail` are of the last of them. */
  | {
      readonly kind: 'connection_closed';
      readonly reason: ClosureReason;
      readonly client?: string;
      /** Why a handshake failed, or no connection was handed over, as a code of OpenSSL or Node. */
      readonly detail?: string;
      readonly count: number;
    }
  | { readonly kind: 'reloaded' }
  | { readonly kind: 'reload_failed'; readonly error: ScrapegateError }
  | { readonly kind: 'state_failed'; readonly error: ScrapegateError }
  /** Replicas count failures and budgets together from now on. */
  | { readonly kind: 'limits_shared' }
  /** This process counts for itself from now on; `detail` is a code. */
  | { readonly kind: 'limits_alone'; readonly reason: SharingFault; readonly detail?: string }
  | { readonly kind: 'stopping'; readonly deadlineMs: number }
  | { readonly kind: 'stopped'; readonly aborted: number };

/** Receives events; must not throw. */
export type EventListener = (event: GatewayEvent) => void;
