// What TLS of the listeners is made of, and how it becomes a context of OpenSSL.
// Closed where it could be open: no authority of the public web ever vouches for a client, and no session outlives the
// verdict on its certificate. RFC 8446, RFC 9325.

import { constants } from 'node:crypto';
import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls';
import { ScrapegateError } from '../errors.js';
import type { Secret } from '../internal/secret.js';
import { parseAuthorities } from './client-authorities.js';

/** The versions that listeners speak; older ones are broken. */
export type TlsVersion = Extract<SecureVersion, 'TLSv1.2' | 'TLSv1.3'>;

/** TLS of the listeners. */
export interface TlsOptions {
  /** PEM: the certificate and those that vouch for it, leaf first. */
  readonly cert: string;
  /** Path of the file that `cert` is from, for messages alone. */
  readonly certFile?: string;
  /** PEM, without a passphrase. */
  readonly key: Secret;
  /** PEM certificates of the authorities that vouch for clients. Absent: no client certificate is asked for. */
  readonly clientAuthorities?: readonly string[];
  /**
   * With `clientAuthorities`: whether a client may do without a certificate, and be refused or let in by what else it
   * shows, or whether the handshake ends. @default 'request'
   */
  readonly clientAuth?: 'request' | 'require';
  /** @default 'TLSv1.2' */
  readonly minVersion?: TlsVersion;
  /** @default 'TLSv1.3' */
  readonly maxVersion?: TlsVersion;
  /** Names of OpenSSL for TLS 1.2, the preferred one first. @default those with forward secrecy and AEAD */
  readonly ciphers?: readonly string[];
  /** Names of OpenSSL for the key exchange, the preferred one first. @default those of OpenSSL */
  readonly curves?: readonly string[];
  /** Whether the order of the client counts instead of that of the gate. @default false */
  readonly clientCipherOrder?: boolean;
}

/** All of TLS 1.3; without these three Node would leave that version out. */
const CIPHERS_1_3 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];

const CIPHERS_1_2 = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/** The options of a context, for the start of a server and for each reload. */
export function secureContextOptions(tls: TlsOptions): SecureContextOptions {
  const { clientAuthorities, ciphers = CIPHERS_1_2, curves } = tls;
  // A session resumed after a reload or a revocation would bring the old verdict on its certificate with it (T5).
  const noTickets = clientAuthorities === undefined ? 0 : constants.SSL_OP_NO_TICKET;
  return {
    cert: tls.cert,
    key: tls.key.reveal(),
    // Without a list of its own OpenSSL would take that of the public web.
    ca: [...(clientAuthorities ?? [])],
    minVersion: tls.minVersion ?? 'TLSv1.2',
    maxVersion: tls.maxVersion ?? 'TLSv1.3',
    ciphers: [...CIPHERS_1_3, ...ciphers].join(':'),
    honorCipherOrder: tls.clientCipherOrder !== true,
    secureOptions: noTickets | constants.SSL_OP_NO_RENEGOTIATION,
    ...(curves !== undefined && { ecdhCurve: curves.join(':') }),
  };
}

/** What the handshake asks of a client; fixed when a server is made. */
export function handshakeOptions(tls: TlsOptions): {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
} {
  const requestCert = tls.clientAuthorities !== undefined;
  return { requestCert, rejectUnauthorized: requestCert && tls.clientAuth === 'require' };
}

/** Why listeners cannot have these options; undefined where they can. Never repeats what it was given. */
export function tlsProblem(tls: TlsOptions): string | undefined {
  const { clientAuthorities } = tls;
  const authorities = clientAuthorities && parseAuthorities(clientAuthorities.join('\n'));
  if (authorities?.ok === false) return `cannot check clients: the list of authorities ${authorities.error}`;
  if (clientAuthorities === undefined && tls.clientAuth !== undefined) {
    return 'asks for client certificates without a list of authorities';
  }
  if (tls.minVersion === 'TLSv1.3' && tls.maxVersion === 'TLSv1.2') return 'leaves no version of TLS';
  try {
    createSecureContext(secureContextOptions(tls));
    return undefined;
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    return `is not accepted by OpenSSL (${typeof code === 'string' ? code : 'unknown'})`;
  }
}

/** @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID where OpenSSL does not take the options. */
export function assertTlsAccepted(tls: TlsOptions): void {
  const message = tlsProblem(tls);
  if (message === undefined) return;
  throw new ScrapegateError('ERR_SCRAPEGATE_OPTIONS_INVALID', `tls ${message}`, {
    problems: [{ path: 'tls', message }],
  });
}

/** Equal where a connection that one of the two let in would be let in, and judged, alike by the other. */
export function connectionPolicy(tls: TlsOptions): string {
  const { cert: _, key: __, ...policy } = secureContextOptions(tls);
  return JSON.stringify([policy, handshakeOptions(tls)]);
}
