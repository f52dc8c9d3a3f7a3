// From what a TLS handshake left behind to a ClientCertificate. The verdict on the chain is that of OpenSSL, which knows
// every rule of RFC 5280; here only what has to be looked at again for each request is taken down. Never throws.

import { createHash } from 'node:crypto';

import type { ClientCertificate } from './client-certificate.js';
import { parseAlternativeNames } from './certificate-name.js';

/** A certificate of the chain, as `node:tls` and `node:crypto` show it. */
export interface ChainMember {
  /** As Node prints it: `Jan  1 00:00:00 2027 GMT`. */
  readonly validFrom: string;
  readonly validTo: string;
}

/** What a handshake left behind. */
export interface ShownCertificate extends ChainMember {
  /** DER. */
  readonly raw: Uint8Array;
  /** `DNS:a.example, …` as `X509Certificate` has it. */
  readonly subjectAltName: string | undefined;
  /** Those that may have vouched for it, whichever did; without the certificate itself. */
  readonly issuers: readonly ChainMember[];
  /** Whether the handshake found its chain sound, up to an authority of the operator. */
  readonly authorized: boolean;
}

/** Reads it at the Unix time `nowMs` of the handshake, or soon after. */
export function readCertificate(shown: ShownCertificate, nowMs: number): ClientCertificate {
  const windows = [
    windowOf(shown),
    // An issuer that did not hold then is not the one that vouched: a renewed one of the same name did.
    ...shown.issuers.map(windowOf).filter(([from, until]) => from <= nowMs && nowMs <= until),
  ];
  return {
    trusted: shown.authorized,
    thumbprint: createHash('sha256').update(shown.raw).digest('base64url'),
    notBeforeMs: Math.max(...windows.map(([from]) => from)),
    notAfterMs: Math.min(...windows.map(([, until]) => until)),
    names: parseAlternativeNames(shown.subjectAltName),
  };
}

/** NaN where a date cannot be read: no moment lies in such a window. */
function windowOf({ validFrom, validTo }: ChainMember): readonly [from: number, until: number] {
  return [Date.parse(validFrom), Date.parse(validTo)];
}
