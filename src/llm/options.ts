// Options of createLlmMetrics, and what is asked of the registry that it is given.
// Types alone; resolve-options.ts checks them.

import type { Clock } from '../internal/clock.js';
import type { IdentityLabel, LlmLabel } from './conventions.js';
import type { MemoryUse } from './process-memory.js';

/** A metric as a registry keeps it. */
export interface RegistryMetric {
  get(): Promise<unknown>;
  reset(): void;
}

/** What is asked of a registry: that of prom-client 15, whichever copy of it the server uses. */
export interface MetricsRegistry {
  registerMetric(metric: RegistryMetric): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}

/** What becomes of an identity: a pseudonym, itself, or nothing. */
export type IdentityMode = 'pseudonymise' | 'keep' | 'omit';

/** Options of createLlmMetrics. */
export interface LlmMetricsOptions {
  /** Where the metrics are registered. @default the registry that prom-client calls `register` */
  readonly register?: MetricsRegistry | undefined;
  /** What becomes of tenant, user and key. @default 'pseudonymise', for each */
  readonly identities?: Readonly<Partial<Record<IdentityLabel, IdentityMode | undefined>>> | undefined;
  /**
   * At least 32 bytes. The same key gives the same pseudonyms, after a restart, on every replica, and at a gateway.
   * @default a key of this process alone
   */
  readonly pseudonymKey?: Uint8Array | undefined;
  /** Values of a label that are shown; further ones are `__other__`. From 1 to 1,000. @default 100 */
  readonly maxValuesPerLabel?: number | undefined;
  /** The same of users, and of keys. From 1 to 100,000. @default 1_000 */
  readonly maxIdentities?: number | undefined;
  /** Lines of the exposition; at most a fifth of them are of identities. From 1,000 to 1,000,000. @default 50_000 */
  readonly maxSeries?: number | undefined;
  /** Values that are always shown, however many others came before; such as the models that are served. */
  readonly knownValues?: Readonly<Partial<Record<LlmLabel, readonly string[] | undefined>>> | undefined;
  /** What class of error it is that a measured call ended with. Nothing: as the library would say. */
  readonly errorTypeOf?: ((error: unknown) => string | undefined) | undefined;
  /** @default the clock of the machine */
  readonly clock?: Clock | undefined;
  /** Memory of the process. @default what the operating system says */
  readonly memory?: (() => MemoryUse) | undefined;
}

/** Options with every default filled in. */
export interface ResolvedLlmMetricsOptions {
  readonly register: MetricsRegistry;
  readonly identities: Readonly<Record<IdentityLabel, IdentityMode>>;
  readonly pseudonymKey: Uint8Array;
  readonly maxValuesPerLabel: number;
  readonly maxIdentities: number;
  readonly maxSeries: number;
  readonly knownValues: Readonly<Record<LlmLabel, readonly string[]>>;
  readonly errorTypeOf: (error: unknown) => string | undefined;
  readonly clock: Clock;
  readonly memory: () => MemoryUse;
}
