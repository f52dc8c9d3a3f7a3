// When the certificates of a chain hold: from the PEM text of a listener to the moments between which all of them do.
// Pure; whether a moment is such a one is for those who have a clock. RFC 5280, section 4.1.2.5.

import { X509Certificate } from 'node:crypto';
import { certificatesIn } from '../internal/certificates.js';

/** Both ends in Unix milliseconds. */
export interface ChainValidity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** From the last beginning to the first end: any member that does not hold makes clients refuse the chain. */
export function chainValidity(pem: string): ChainValidity | undefined {
  const members = certificatesIn(pem).flatMap(validityOf);
  if (members.length === 0) return undefined;
  return {
    notBeforeMs: Math.max(...members.map(({ notBeforeMs }) => notBeforeMs)),
    notAfterMs: Math.min(...members.map(({ notAfterMs }) => notAfterMs)),
  };
}

/** OpenSSL has accepted the chain, but it passes over members that it cannot read. */
function validityOf(pem: string): readonly ChainValidity[] {
  try {
    const { validFrom, validTo } = new X509Certificate(pem);
    const validity = { notBeforeMs: Date.parse(validFrom), notAfterMs: Date.parse(validTo) };
    return Number.isNaN(validity.notBeforeMs) || Number.isNaN(validity.notAfterMs) ? [] : [validity];
  } catch {
    return [];
  }
}
