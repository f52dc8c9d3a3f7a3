// The warnings that options alone tell, for the gate when it starts and for `check` before it does.
// Pure. What only a running gate can find out (open targets, a damaged state file) is not here.

import type { Warning } from '../errors.js';
import { printable } from '../internal/printable.js';
import { chainValidity } from './chain-validity.js';
import type { GatewayOptions } from './options.js';
import type { TlsOptions } from './tls-options.js';

type Credential = NonNullable<GatewayOptions['guard']['credentials']>[number];
type Proof = Credential['proofs'][number];

const EPHEMERAL_KEY: Warning = {
  code: 'WARN_SCRAPEGATE_PSEUDONYM_KEY_EPHEMERAL',
  message:
    'pseudonyms change with every start and differ between replicas; set pseudonym_key_file, or a state_file beside which a key can be kept',
};

/** Credentials on a listener that others can reach. */
export const PLAIN_HTTP: Warning = {
  code: 'WARN_SCRAPEGATE_PLAIN_HTTP',
  message:
    'credentials travel over plain HTTP beyond this machine; set tls, or listen on loopback behind a proxy that has TLS',
};

/** Every warning that holds under `options` at the Unix time `nowMs`, those that the configuration found included. */
export function standingWarnings(options: GatewayOptions, nowMs: number): readonly Warning[] {
  return [
    ...(options.warnings ?? []),
    ...(options.pseudonymKey === undefined ? [EPHEMERAL_KEY] : []),
    ...unusableCredentials(options.guard.credentials ?? [], nowMs),
    ...(options.tls === undefined ? [] : unusableCertificate(options.tls, nowMs)),
  ];
}

/** The warning for each credential that opens nothing at the Unix time `nowMs`. */
export function unusableCredentials(credentials: readonly Credential[], nowMs: number): readonly Warning[] {
  return credentials.flatMap((credential) => unusable(credential, nowMs));
}

/** One expired token beside one that holds is a rotation, and no reason to warn; a placeholder always is. */
function unusable({ name, proofs }: Credential, nowMs: number): readonly Warning[] {
  const warn = (message: string): Warning => ({
    code: 'WARN_SCRAPEGATE_CREDENTIAL_UNUSABLE',
    message: `the credential "${name}" ${message}`,
  });
  if (proofs.some((proof) => isPlaceholder(proof))) {
    return [warn('has a placeholder for a digest; put there what "scrapegate token" prints')];
  }
  if (proofs.some((proof) => !hasExpired(proof, nowMs) && !isToCome(proof, nowMs))) return [];
  const starts = proofs.filter((proof) => isToCome(proof, nowMs)).map(({ notBeforeMs = 0 }) => notBeforeMs);
  if (starts.length > 0) return [warn(`opens nothing before ${dateOf(Math.min(...starts))}`)];
  const last = Math.max(...proofs.map(({ notAfterMs = 0 }) => notAfterMs));
  return [warn(`expired at ${dateOf(last)}; give its scraper a new one, or remove it`)];
}

/** No reason to stop: a client that does not look at dates gets through, and a renewed file is taken over on reload. */
function unusableCertificate({ cert, certFile }: TlsOptions, nowMs: number): readonly Warning[] {
  const validity = chainValidity(cert);
  if (validity === undefined) return [];
  const warn = (message: string): readonly Warning[] => [
    {
      code: 'WARN_SCRAPEGATE_CERTIFICATE_UNUSABLE',
      message: `the TLS certificate${certFile === undefined ? '' : ` in "${printable(certFile)}"`} ${message}`,
    },
  ];
  if (nowMs > validity.notAfterMs) {
    return warn(`expired at ${dateOf(validity.notAfterMs)}, so scrapers refuse the gate; renew it`);
  }
  if (nowMs >= validity.notBeforeMs) return [];
  return warn(
    `does not hold before ${dateOf(validity.notBeforeMs)}, so scrapers refuse the gate; compare the clock of this machine, or take one that holds`,
  );
}

/** All digits alike: an example that somebody has yet to fill in. */
function isPlaceholder(proof: Proof): boolean {
  if (proof.kind !== 'bearer') return false;
  const [first = 0] = proof.digest;
  return first >> 4 === (first & 15) && proof.digest.every((byte) => byte === first);
}

function hasExpired({ notAfterMs }: Proof, nowMs: number): boolean {
  return notAfterMs !== undefined && nowMs >= notAfterMs;
}

function isToCome({ notBeforeMs }: Proof, nowMs: number): boolean {
  return notBeforeMs !== undefined && nowMs < notBeforeMs;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString();
}
