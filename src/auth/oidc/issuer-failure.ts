// How asking an identity provider can go wrong: fixed words, for logs and counters. Nothing that it sent is in them.

/** Why an identity provider gave no usable answer. */
export type IssuerFailureReason =
  /** No connection, or one that broke; the detail is an error code. */
  | 'unreachable'
  | 'timeout'
  /** Another status than 200; the detail is the status. */
  | 'status'
  | 'redirected'
  | 'too_large'
  /** Compressed, though the gate asked for no coding. */
  | 'encoded'
  /** Not the JSON that its specification asks for; the detail is the member. */
  | 'malformed'
  /** A key set without a key that could verify a token. */
  | 'keys_empty'
  /** The discovery document is another issuer's: tokens are refused until it is right. */
  | 'issuer_mismatch'
  | 'closed';

/** A failure; `detail` is a status, an error code or the name of a member, never text of the identity provider. */
export interface IssuerFailure {
  readonly reason: IssuerFailureReason;
  readonly detail?: string;
}

/** What the gate asks an identity provider for: its keys (with the document that names them), or about one token. */
export type IssuerPurpose = 'keys' | 'introspection';
