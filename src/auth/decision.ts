// What authentication says of a request: a value, never an exception.

import type { HeaderLines } from '../internal/header-lines.js';
import type { CertificateReason, ClientCertificate } from './client-certificate.js';

/** Why a request is not authenticated. For the audit event and a counter; the wire says no more than that. */
export type AuthReason =
  | CertificateReason
  | 'certificate_mismatch'
  | 'certificate_name_unknown'
  | 'credential_missing'
  | 'credential_malformed'
  | 'credential_repeated'
  | 'scheme_unknown'
  | 'token_unknown'
  | 'password_wrong'
  | 'credential_not_yet_valid'
  | 'credential_expired'
  | 'verification_busy'
  /** Encrypted, too long, or in too many parts. */
  | 'token_malformed'
  | 'token_algorithm_refused'
  /** `crit`, `b64`, or a key name that is none. */
  | 'token_header_refused'
  /** An ID token, a nested token, or not the type that is required. */
  | 'token_type_refused'
  /** An introspection that speaks of another issuer. */
  | 'token_issuer_wrong'
  | 'token_audience_wrong'
  | 'token_times_malformed'
  | 'token_expired'
  | 'token_not_yet_valid'
  /** Bound to a certificate, or to something else, that the client did not prove. */
  | 'token_binding_unproven'
  | 'token_key_unknown'
  | 'token_signature_wrong'
  /** The introspection says so. */
  | 'token_inactive'
  | 'token_scope_missing'
  /** Its keys, or its answer about a token, are needed and cannot be had. */
  | 'issuer_unreachable'
  /** Its discovery document names another issuer. */
  | 'issuer_mismatch';

/** What a token says of its bearer: a JSON object whose signature, or whose origin, was checked. Types are not. */
export type Claims = Readonly<Record<string, unknown>>;

/** The outcome of examining a request's credentials. */
export type AuthDecision =
  | {
      readonly kind: 'authenticated';
      readonly credential: string;
      /** Only with a token of an identity provider. */
      readonly claims?: Claims;
    }
  | { readonly kind: 'rejected'; readonly reason: AuthReason; readonly credential?: string }
  /** Only with `effort: 'cheap'`: deciding would have cost a password hash, or would have helped guessing. */
  | { readonly kind: 'unexamined' };

/** What authentication needs of a request. */
export interface AuthRequest {
  readonly headers: HeaderLines;
  /** The client's address prefix: credentials verified before count for this prefix only. */
  readonly clientPrefix: string;
  /**
   * `full` examines everything. `cheap` is for a locked-out client: only a token of at least 128 bits, a signed token
   * of an issuer, or a credential verified before from this prefix, is accepted; every other is `unexamined`.
   */
  readonly effort: 'full' | 'cheap';
  /** What the client showed in its TLS handshake; absent without TLS, or where it showed none. */
  readonly certificate?: ClientCertificate;
}

/** Examines credentials. */
export interface Authenticator {
  authenticate(request: AuthRequest): Promise<AuthDecision>;
  /** `WWW-Authenticate` values, one for each configured scheme; at least one. */
  readonly challenges: readonly string[];
  /** Begins what takes time before it is needed, such as fetching the keys of issuers. Waits for nothing. */
  begin(): void;
  /** Gives back what it shares with other authenticators. */
  close(): void;
}
