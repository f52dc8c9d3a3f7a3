// The warnings that configuration alone can tell, each one sentence with the way out.
// Pure. Their pages are docs/warnings/<code>.md.

import { weakHashWarnings } from '../auth/weak-credentials.js';
import type { Warning } from '../errors.js';
import type { GatewayOptions, ListenOptions } from '../gateway/options.js';
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

/** What follows from the finished options and the version of Node. */
export function optionWarnings(options: GatewayOptions, nodeVersion: string): readonly Warning[] {
  const warnings: Warning[] = [];
  const listen: ListenOptions = options.metricsListen ?? options.listen;
  const hasCredentials = (options.guard.credentials ?? []).length > 0;
  // Of a socket that systemd opens nothing is known before it is there; the gate looks at it then.
  const isRemote = 'host' in listen && !isLoopbackHost(listen.host);
  if (hasCredentials && options.tls === undefined && isRemote) warnings.push(PLAIN_HTTP);
  warnings.push(...weakHashWarnings(options.guard.credentials ?? []));
  if (isOutdatedNode(nodeVersion)) {
    warnings.push({
      code: 'WARN_SCRAPEGATE_NODE_OUTDATED',
      message:
        'this Node.js lacks security fixes of its HTTP and TLS code; update to 22.23.2, to 24.17.0 or to anything newer',
    });
  }
  return warnings;
}
