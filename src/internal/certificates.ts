// Certificates as text: PEM (RFC 7468).

import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** The blocks of a text that say that they are certificates, whatever is in them. */
export function certificatesIn(pem: string): readonly string[] {
  return pem.match(CERTIFICATE) ?? [];
}

/** Whether a text holds certificates, at least one, and each of them can be read: OpenSSL stops at the first that cannot. */
export function isCertificateList(value: unknown): value is string {
  const certificates = typeof value === 'string' ? certificatesIn(value) : [];
  return certificates.length > 0 && certificates.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
