// Options of the gate inside of a server, the same for every framework. They can be filled from environment variables as
// they are: undefined is not given, an empty text is a mistake. Types alone; resolve-options.ts checks them.

import type { CertificateNames } from '../auth/client-certificate.js';
import type { OidcProofOptions } from '../auth/oidc/options.js';
import type { ProofOptions } from '../auth/options.js';
import type { Validity } from '../auth/validity.js';
import type { GatewayEvent } from '../gateway/events.js';
import type { Clock } from '../internal/clock.js';
import type { Secret } from '../internal/secret.js';
import type { LimitsOptions } from '../limits/limiter.js';
import type { LlmSummary } from '../llm/summary.js';
import type { NetworkOptions } from '../network/options.js';
import type { OnMalformed } from '../targets/options.js';
import type { MetricsSource } from '../targets/registry-target.js';
import type { ViewOptions } from '../views/options.js';

/** What the gate tells: requests as they ended, warnings, and how identity providers and shared limits fare. */
export type MetricsEvent = Extract<
  GatewayEvent,
  {
    readonly kind:
      | 'request'
      | 'warning'
      | 'connection_closed'
      | 'issuer_failed'
      | 'issuer_recovered'
      | 'limits_shared'
      | 'limits_alone';
  }
>;

/** A view of the metrics: which series are in it, and what happens to each label. */
export type MetricsView = Omit<ViewOptions, 'target'>;

/** A view for each value of a claim, made when a token with that value first asks. */
export interface MetricsViewTemplate {
  /** What its views have in common. */
  readonly view: MetricsView;
  /** Labels that the values of the claim scope. At least one. */
  readonly scopedLabels: readonly string[];
  /** Whether pseudonyms of two of its views cannot be linked. @default false */
  readonly ownPseudonyms?: boolean | undefined;
}

/** The view that the claims of a token lead to: one of `template`, or that of the value. */
export interface MetricsClaimedView {
  /** Names of members, from the outermost to the claim: `['team']`, `['realm_access', 'roles']`. */
  readonly fromClaim: readonly string[];
  /** The name of a view template. */
  readonly template?: string | undefined;
  readonly views?: readonly { readonly value: string; readonly view: string }[] | undefined;
}

/** An identity provider whose access tokens prove a credential. */
export interface MetricsIdentityProvider extends Omit<
  OidcProofOptions,
  'kind' | 'introspection' | keyof Validity
> {
  readonly introspection?:
    | { readonly endpoint?: string; readonly clientId: string; readonly clientSecret: string | Secret }
    | undefined;
}

/** A named way to prove who scrapes, and what it opens. At least one proof. */
export interface MetricsCredential extends Validity {
  readonly name: string;
  /** A static token as it is. */
  readonly bearerToken?: string | undefined;
  /** The digest of a static token, as `scrapegate token` prints it: `sha256:` and 64 hexadecimal digits. */
  readonly bearerTokenDigest?: string | undefined;
  /** A user, with `passwordHash`. */
  readonly username?: string | undefined;
  /** As `scrapegate hash-password` prints it, or bcrypt. */
  readonly passwordHash?: string | undefined;
  readonly oidc?: MetricsIdentityProvider | undefined;
  /** Alone it is the proof; beside others it has to come with each of them. The server has to ask for certificates. */
  readonly clientCertificate?: CertificateNames | undefined;
  /** Further proofs, in full; such as tokens with times of their own while one is replaced. */
  readonly proofs?: readonly ProofOptions[] | undefined;
  /** The name of a view, or what leads to one. @default 'default' */
  readonly view?: string | MetricsClaimedView | undefined;
  /** Whether it also opens `summaryPath`. @default true */
  readonly summary?: boolean | undefined;
  /** Client addresses from which it holds. @default every address that `network` allows */
  readonly allowedIps?: readonly string[] | undefined;
}

/** Options of the gate inside of a server. With nothing configured every request is refused. */
export interface MetricsOptions {
  /** What is served: a registry of prom-client. @default the registry that prom-client calls `register` */
  readonly register?: MetricsSource | undefined;
  /** What is served, instead: any function that gives an exposition, in text 0.0.4 or OpenMetrics. */
  readonly metrics?: (() => Promise<string> | string) | undefined;
  /** What `createLlmMetrics` gave: its summary is that of `summaryPath`. */
  readonly llm?: { readonly summary: () => LlmSummary } | undefined;
  /** A static token that opens `path` with the view `default`. */
  readonly bearerToken?: string | undefined;
  /** A static token that opens `summaryPath`, too. */
  readonly apiKey?: string | undefined;
  /** Further credentials. */
  readonly credentials?: readonly MetricsCredential[] | undefined;
  /** @default one view `default`, of the preset `generic` */
  readonly views?: readonly MetricsView[] | undefined;
  readonly viewTemplates?: readonly MetricsViewTemplate[] | undefined;
  /** Where the address of a client comes from, and which addresses may ask at all. */
  readonly network?: NetworkOptions | undefined;
  readonly limits?: LimitsOptions | undefined;
  /** Whether requests without any credential read the view `default`. @default false */
  readonly insecureAllowUnauthenticated?: boolean | undefined;
  /** @default '/metrics' */
  readonly path?: string | undefined;
  /** @default '/v1/metrics' */
  readonly summaryPath?: string | undefined;
  /** Receives events. @default warnings go to `process.emitWarning`, the rest nowhere */
  readonly onEvent?: ((event: MetricsEvent) => void) | undefined;
  /** At least 32 bytes; the same for all replicas. @default a key of this process alone, with a warning */
  readonly pseudonymKey?: Uint8Array | undefined;
  /** For one exposition of the source. @default 10_000 */
  readonly timeoutMs?: number | undefined;
  /** Of one exposition of the source. @default 256 MiB */
  readonly maxBytes?: number | undefined;
  /** Whether a malformed family fails the scrape, or is left out of every view. @default 'fail' */
  readonly onMalformed?: OnMalformed | undefined;
  /** How long a client may take to read an answer. @default 60_000 */
  readonly writeTimeoutMs?: number | undefined;
  /** @default the clock of the machine */
  readonly clock?: Clock | undefined;
}
