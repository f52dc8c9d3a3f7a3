// Everything a gateway is built from; config/ makes it from a file and the environment.

import type { GuardOptions } from '../guard/options.js';
import type { HttpTargetOptions } from '../targets/options.js';
import type { ViewOptions } from '../views/options.js';
import type { Warning } from '../errors.js';
import type { TlsOptions } from './tls-options.js';
import type { ViewTemplateOptions } from './view-template.js';

/** A TCP address to listen on. Port 0 takes a free one. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

/** Options of a gateway, complete: no defaults are left to fill in here but those of the rooms below. */
export interface GatewayOptions {
  /** `/health` and `/ready`; everything else too unless `metricsListen` is given. */
  readonly listen: ListenOptions;
  /** A listener of its own for all but `/health` and `/ready`. */
  readonly metricsListen?: ListenOptions;
  /** TLS of the listeners. Absent: plain HTTP. */
  readonly tls?: TlsOptions;
  readonly guard: GuardOptions;
  /** HTTP targets, or the embedded demo. The first is the default target. */
  readonly targets: readonly (HttpTargetOptions | { readonly kind: 'demo'; readonly name: string })[];
  readonly views: readonly ViewOptions[];
  /** Views that are made by the claims of a token. No two views or templates share a name. @default none */
  readonly viewTemplates?: readonly ViewTemplateOptions[];
  /** At least 32 bytes. Absent: one is made for this process, with a warning. */
  readonly pseudonymKey?: Uint8Array;
  /** Where aggregated counters are kept over a restart. Absent: in memory alone. */
  readonly stateFile?: string;
  /** How long requests under way may take after a stop was asked for. @default 10_000 */
  readonly shutdownDeadlineMs?: number;
  /** Warnings that configuration already found; the gateway adds its own. */
  readonly warnings?: readonly Warning[];
}
