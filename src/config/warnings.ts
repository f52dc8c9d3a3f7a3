// The warnings that configuration alone can tell, each one sentence with the way out.
// Pure. Their pages are docs/warnings/<code>.md.

import { SOUND_BCRYPT_ROUNDS } from '../auth/bcrypt-password.js';
import { parsePasswordHash } from '../auth/password.js';
import type { Warning } from '../errors.js';
import type { GatewayOptions, ListenOptions } from '../gateway/options.js';
import type { Secret } from '../internal/secret.js';
import { PLAIN_HTTP } from '../gateway/warnings.js';
import { isLoopbackHost } from '../network/host-list.js';
import { isOutdatedNode } from './node-version.js';

/** No way in at all. */
export const CLOSED: Warning = {
  code: 'WARN_SCRAPEGATE_CLOSED',
  message:
    'no credential is configured, so every scrape is refused; run "scrapegate token" and put its digest under credentials, or set METRICS_BEARER_TOKEN',
};

/** The explicit opt-out. */
export const UNAUTHENTICATED: Warning = {
  code: 'WARN_SCRAPEGATE_UNAUTHENTICATED',
  message:
    'insecure_allow_unauthenticated is on, so whoever reaches the port reads the view "default"; configure a credential and remove it',
};

/** Addresses are the only credential. */
export const ALLOWED_IPS_ONLY: Warning = {
  code: 'WARN_SCRAPEGATE_ALLOWED_IPS_ONLY',
  message:
    'allowed_ips is the only protection, so everything at those addresses reads the view "default"; configure a credential as well',
};

/** `TRUST_PROXY=true`. */
export const TRUST_PROXY_ANY: Warning = {
  code: 'WARN_SCRAPEGATE_TRUST_PROXY_ANY',
  message:
    'TRUST_PROXY=true believes the forwarding header of any private peer; list the addresses of your proxies as CIDRs instead',
};

/** A token of less than 128 bits; `setting` is where it comes from. */
export function weakToken(setting: string): Warning {
  return {
    code: 'WARN_SCRAPEGATE_TOKEN_WEAK',
    message: `the token of ${setting} has less than 128 bits, so that it can be guessed or locked out; replace it with one from "scrapegate token"`,
  };
}

/** Users whose bcrypt hash takes too little work. */
function weakHashes({ guard: { credentials = [] } }: GatewayOptions): readonly Warning[] {
  return credentials.flatMap(({ name, proofs }) => {
    const weak = proofs.filter((proof) => proof.kind === 'basic' && hasWeakHash(proof.passwordHash));
    if (weak.length === 0) return [];
    const what = weak.length === 1 ? 'a password hash' : `${weak.length} password hashes`;
    return {
      code: 'WARN_SCRAPEGATE_PASSWORD_HASH_WEAK',
      message: `the credential "${name}" has ${what} with a bcrypt cost under ${SOUND_BCRYPT_ROUNDS}, which whoever steals the file breaks quickly; make it anew with "scrapegate hash-password" or "htpasswd -nB -C 12"`,
    };
  });
}

function hasWeakHash(passwordHash: Secret): boolean {
  const hash = parsePasswordHash(passwordHash.reveal());
  return hash.ok && 'rounds' in hash.value.cost && hash.value.cost.rounds < SOUND_BCRYPT_ROUNDS;
}

/** What follows from the finished options and the version of Node. */
export function optionWarnings(options: GatewayOptions, nodeVersion: string): readonly Warning[] {
  const warnings: Warning[] = [];
  const listen: ListenOptions = options.metricsListen ?? options.listen;
  const hasCredentials = (options.guard.credentials ?? []).length > 0;
  // Of a socket that systemd opens nothing is known before it is there; the gate looks at it then.
  const isRemote = 'host' in listen && !isLoopbackHost(listen.host);
  if (hasCredentials && options.tls === undefined && isRemote) warnings.push(PLAIN_HTTP);
  warnings.push(...weakHashes(options));
  if (isOutdatedNode(nodeVersion)) {
    warnings.push({
      code: 'WARN_SCRAPEGATE_NODE_OUTDATED',
      message:
        'this Node.js lacks security fixes of its HTTP and TLS code; update to 22.23.2, to 24.17.0 or to anything newer',
    });
  }
  return warnings;
}
