// What is known of the certificate that a client showed in its TLS handshake. Plain data, made once for a connection.
// Whether it holds now, and whom it names, is decided for each request. RFC 5280 sections 4.1.2.5 and 4.2.1.6, RFC 8705.

/** The kinds of name that can be asked for. */
export const CERTIFICATE_NAME_TYPES = ['dns', 'uri', 'email', 'ip'] as const;

/** A name of the certificate: subjectAltName alone, with its type; a common name never counts. */
export interface CertificateName {
  readonly type: (typeof CERTIFICATE_NAME_TYPES)[number];
  /** `dns` in lower case, `ip` in canonical text, the others byte for byte. */
  readonly value: string;
}

/** A client certificate. */
export interface ClientCertificate {
  /** Whether its chain ends at an authority of the operator and it may be used by a client. */
  readonly trusted: boolean;
  /** SHA-256 of the certificate (DER), base64url without padding: `x5t#S256` of RFC 8705 section 3.1. */
  readonly thumbprint: string;
  /** Unix milliseconds, over the certificate and those that vouch for it; both ends inclusive. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly names: readonly CertificateName[];
}

/** Which certificates are meant: those with one of the names, or all that are trusted. */
export type CertificateNames = readonly CertificateName[] | 'any';

/** Why a certificate is not good enough now. */
export type CertificateReason =
  'certificate_missing' | 'certificate_not_yet_valid' | 'certificate_expired' | 'certificate_untrusted';

/** Whether a certificate was shown, is trusted, and holds at the moment. A date that cannot be read is no date. */
export function checkCertificate(
  certificate: ClientCertificate | undefined,
  nowMs: number,
): 'valid' | CertificateReason {
  if (certificate === undefined) return 'certificate_missing';
  // The dates first: a handshake distrusts a certificate for its dates as well, and they tell the operator more.
  if (!(nowMs >= certificate.notBeforeMs)) return 'certificate_not_yet_valid';
  if (!(nowMs <= certificate.notAfterMs)) return 'certificate_expired';
  return certificate.trusted ? 'valid' : 'certificate_untrusted';
}

/** Whether the certificate has one of the names: of the same type, and equal. A pattern in it matches nothing. */
export function hasName(certificate: ClientCertificate, names: CertificateNames): boolean {
  if (names === 'any') return true;
  return names.some((wanted) =>
    certificate.names.some(({ type, value }) => type === wanted.type && value === wanted.value),
  );
}
