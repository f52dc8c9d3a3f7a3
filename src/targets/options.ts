// What an operator can say about an HTTP target.

import type { OnMalformed } from '../exposition/quarantine.js';
import type { Secret } from '../internal/secret.js';

export type { OnMalformed };

/** The gate's own credential towards a target. The scraper's is never passed on. */
export type TargetCredential =
  | { readonly kind: 'bearer'; readonly token: Secret }
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret };

/** One HTTP(S) target. */
export interface HttpTargetOptions {
  readonly name: string;
  /** Absolute `http:` or `https:` URL without user information or fragment, called exactly as written. */
  readonly url: string;
  readonly credential?: TargetCredential;
  /** PEM of the authorities that may sign the target's certificate. @default Node's own list */
  readonly ca?: string;
  /** For the whole fetch. @default 10_000 */
  readonly timeoutMs?: number;
  /** On the wire, and after inflating. @default 256 MiB */
  readonly maxBytes?: number;
  /** Whether a malformed family fails the scrape, or is left out of every view of it. @default 'fail' */
  readonly onMalformed?: OnMalformed;
}

/** A target's URL, taken apart; frozen, unlike a `URL`. */
export interface TargetUrl {
  readonly href: string;
  readonly protocol: 'http:' | 'https:';
  /** IPv6 in brackets. */
  readonly hostname: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, as they go into the request line. */
  readonly path: string;
}

/** The same with every default filled in. */
export interface ResolvedHttpTargetOptions {
  readonly name: string;
  readonly url: TargetUrl;
  readonly credential: TargetCredential | undefined;
  readonly ca: string | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly onMalformed: OnMalformed;
}
