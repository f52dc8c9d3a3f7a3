// What an operator can say about a credential. Which view it opens is the guard's business, not auth's.

import type { CertificateNames } from './client-certificate.js';
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

/** A client certificate of an authority of the operator, shown in the TLS handshake. */
export interface CertificateProofOptions extends Validity {
  readonly kind: 'certificate';
  /** At least one, or `any`: every certificate of the authorities. */
  readonly names: CertificateNames;
}

/** One way to prove who scrapes. */
export type ProofOptions = BearerTokenOptions | BasicUserOptions | OidcProofOptions | CertificateProofOptions;

/** A named credential; several proofs of one name overlap while a token is rotated. */
export interface CredentialOptions {
  readonly name: string;
  readonly proofs: readonly ProofOptions[];
  /**
   * The client certificate that has to come with every other proof, so that a token or a password that was stolen opens
   * nothing. @default none is asked for
   */
  readonly certificate?: CertificateNames;
}
