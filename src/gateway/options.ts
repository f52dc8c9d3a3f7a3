// Everything a gateway is built from; config/ makes it from a file and the environment.

import type { ConnectionOptions } from './connection-options.js';
import type { GuardOptions } from '../guard/options.js';
import type { HttpTargetOptions } from '../targets/options.js';
import type { ViewOptions } from '../views/options.js';
import type { Warning } from '../errors.js';
import type { TlsOptions } from './tls-options.js';
import type { ViewTemplateOptions } from './view-template.js';

/** A TCP address to listen on. Port 0 takes a free one. */
export interface TcpListenOptions {
  readonly host: string;
  readonly port: number;
}

/** A Unix socket to listen on; always without TLS. */
export interface UnixListenOptions {
  /** Absolute. A socket that was left there is replaced when nobody listens on it. */
  readonly path: string;
  /** Who may connect, as file permissions. */
  readonly mode: number;
}

/** A socket that systemd opened. */
export interface SystemdListenOptions {
  /** `FileDescriptorName=` of the socket unit; absent: the one socket that there is. */
  readonly systemd: { readonly name?: string };
}

/** Where a listener listens. */
export type ListenOptions = TcpListenOptions | UnixListenOptions | SystemdListenOptions;

/** Options of a gateway, complete: no defaults are left to fill in here but those of the rooms below. */
export interface GatewayOptions {
  /** `/health` and `/ready`; everything else too unless `metricsListen` is given. */
  readonly listen: ListenOptions;
  /** A listener of its own for all but `/health` and `/ready`. */
  readonly metricsListen?: ListenOptions;
  /** TLS of the listeners. Absent: plain HTTP. */
  readonly tls?: TlsOptions;
  readonly guard: GuardOptions;
  /**
   * The names by which requests may call the gate, with or without a port; `*` is every name. Absent: those of this
   * machine where a listener is on loopback, every name elsewhere.
   */
  readonly allowedHosts?: readonly string[];
  readonly connections?: ConnectionOptions;
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
