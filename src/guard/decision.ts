// The guard's verdict: may this request see this resource, as whom, and if not, why.
// A value, never an exception. Reasons are for the audit event and counters; http/wire.ts maps them to answers.

import type { ClientCertificate } from '../auth/client-certificate.js';
import type { AuthReason } from '../auth/decision.js';
import type { HeaderLines } from '../internal/header-lines.js';
import type { ClaimReason } from './opened-view.js';

/**
 * What a request asks for. `summary` is that of the credential's own view, whichever target it shows. `nothing` is a path
 * that does not exist: it, too, is answered only after authentication.
 */
export type Resource =
  | { readonly kind: 'target'; readonly target: string }
  | { readonly kind: 'summary' }
  | { readonly kind: 'self' }
  | { readonly kind: 'nothing' };

/** What the guard needs of a request. */
export interface GuardRequest {
  /** The socket peer, as Node gives it, `unix` behind a Unix socket; undefined when the socket is already gone. */
  readonly peerAddress: string | undefined;
  /** The client that a PROXY header named; text that is no address where the proxy does not know it. */
  readonly proxiedAddress?: string;
  readonly headers: HeaderLines;
  readonly resource: Resource;
  /** What the client showed in its TLS handshake; absent without TLS, or where it showed none. */
  readonly certificate?: ClientCertificate;
}

/** Why a request is denied. */
export type DenialReason =
  | AuthReason
  | ClaimReason
  | 'peer_unknown'
  | 'client_unknown'
  | 'address_not_allowed'
  | 'credential_address_not_allowed'
  | 'locked_out'
  | 'target_not_granted'
  | 'self_not_granted'
  | 'summary_not_granted'
  | 'budget_exhausted';

/** Who scrapes, and what they may see. */
export interface Grant {
  /** The credential's name; `anonymous` where the operator allowed requests without one. */
  readonly credential: string;
  /** The view that the credential is bound to, or that its claims lead to; with `claimValues` that of a template. */
  readonly view: string;
  /** What the view of a template is scoped by, in a fixed order. Personal data: for no log and no metric. */
  readonly claimValues?: readonly string[];
  readonly self: boolean;
}

/** The verdict. `client` is the client's address in canonical text, where it could be told. */
export type GuardDecision =
  | { readonly allowed: true; readonly client: string; readonly grant: Grant }
  | {
      readonly allowed: false;
      readonly reason: DenialReason;
      readonly client?: string;
      readonly credential?: string;
      /** Whole seconds, at least 1; with `locked_out`, `budget_exhausted`, `verification_busy` and `issuer_unreachable`. */
      readonly retryAfterSeconds?: number;
      /** The certificate of the connection does not hold: only another handshake can bring a better one. */
      readonly needsHandshake?: boolean;
    };

/** Decides about requests. */
export interface Guard {
  decide(request: GuardRequest): Promise<GuardDecision>;
  /** The client's address in canonical text, for requests that are not decided here; undefined where it is unknown. */
  clientOf(request: Omit<GuardRequest, 'resource'>): string | undefined;
  /** `WWW-Authenticate` values for a 401; at least one. */
  readonly challenges: readonly string[];
  /** Client prefixes locked out now. */
  lockedOutClients(): number;
  /** Begins what takes time before it is needed, such as fetching the keys of issuers. Waits for nothing. */
  begin(): void;
  close(): void;
}
