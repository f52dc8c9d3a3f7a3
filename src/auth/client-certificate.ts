// What is known of the certificate that a client showed in its TLS handshake. Plain data, made once for a connection.
// Whether it holds now, and whom it names, is decided for each request. RFC 5280 sections 4.1.2.5 and 4.2.1.6, RFC 8705.

/** A name of the certificate: subjectAltName alone, with its type; a common name never counts. */
export interface CertificateName {
  readonly type: 'dns' | 'uri' | 'email' | 'ip';
  readonly value: string;
}

/** A client certificate. */
export interface ClientCertificate {
  /** Whether its chain ends at an authority of the operator and it may be used by a client. */
  readonly trusted: boolean;
  /** SHA-256 of the certificate (DER), base64url without padding: `x5t#S256` of RFC 8705 section 3.1. */
  readonly thumbprint: string;
  /** Unix milliseconds; both ends inclusive. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly names: readonly CertificateName[];
}
