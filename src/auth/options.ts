// What an operator can say about a credential. Which view it opens is the guard's business, not auth's.

import type { Secret } from '../internal/secret.js';
import type { OidcProofOptions } from './oidc/options.js';
import type { Validity } from './validity.js';

/** A static bearer token, known by its digest alone. */
export interface BearerTokenOptions extends Validity {
  readonly kind: 'bearer';
  /** SHA-256 of the token: 32 bytes. */
  readonly digest: Uint8Array;
}

/** A user with a password, known by its hash alone. */
export interface BasicUserOptions extends Validity {
  readonly kind: 'basic';
  readonly username: string;
  /** `$scrypt$ln=…,r=…,p=…$salt$hash` as `scrapegate hash-password` prints it, or bcrypt: `$2y$10$…`. */
  readonly passwordHash: Secret;
}

/** One way to prove who scrapes. */
export type ProofOptions = BearerTokenOptions | BasicUserOptions | OidcProofOptions;

/** A named credential; several proofs of one name overlap while a token is rotated. */
export interface CredentialOptions {
  readonly name: string;
  readonly proofs: readonly ProofOptions[];
}
