// The warnings that the options of a gate inside of a server alone tell, each one sentence with the way out.
// Pure. Their pages are docs/warnings/<code>.md.

import { weakHashWarnings } from '../auth/weak-credentials.js';
import type { Warning } from '../errors.js';
import { unusableCredentials } from '../gateway/warnings.js';
import type { GuardOptions } from '../guard/options.js';

/** What the warnings follow from, besides those that options were found with. */
export interface WarnedOptions {
  readonly guard: GuardOptions;
  readonly hasPseudonymKey: boolean;
  readonly path: string;
}

/** Every warning that holds under the options at the Unix time `nowMs`. */
export function embeddedWarnings(
  { guard, hasPseudonymKey, path }: WarnedOptions,
  nowMs: number,
): readonly Warning[] {
  const credentials = guard.credentials ?? [];
  const warnings: Warning[] = [];
  if (guard.anonymous !== undefined) {
    warnings.push({
      code: 'WARN_SCRAPEGATE_UNAUTHENTICATED',
      message: `insecureAllowUnauthenticated is on, so whoever reaches ${path} reads the view "default"; configure a credential and remove it`,
    });
  } else if (credentials.length === 0) {
    warnings.push({
      code: 'WARN_SCRAPEGATE_CLOSED',
      message: `no credential is configured, so every scrape of ${path} is refused; make a token with "npx --no-install scrapegate token" and give it as bearerToken`,
    });
  }
  if (guard.network?.trustPrivatePeers === true) {
    warnings.push({
      code: 'WARN_SCRAPEGATE_TRUST_PROXY_ANY',
      message:
        'network.trustPrivatePeers believes the forwarding header of any private peer; list the addresses of your proxies in network.trustedProxies instead',
    });
  }
  if (!hasPseudonymKey) {
    warnings.push({
      code: 'WARN_SCRAPEGATE_PSEUDONYM_KEY_EPHEMERAL',
      message:
        'pseudonyms change with every start and differ between replicas; give pseudonymKey, at least 32 bytes that all of them share',
    });
  }
  return [...warnings, ...weakHashWarnings(credentials), ...unusableCredentials(credentials, nowMs)];
}
