// A store of limits that replicas share, as this room sees it: it may fail and be late with every call, and whoever
// asks it has an answer of its own.

import type { SharingFault } from './limiter.js';

/** Counts for all replicas. Every call rejects with a SharingError where the store gives no sound answer. */
export interface SharedStore {
  /** How long the prefix is still locked out, in ms; 0 when it is free. */
  check(prefix: string): Promise<number>;
  /** Records a failed attempt; how long the prefix is locked out, in ms, 0 when it is free, and since when. */
  fail(prefix: string): Promise<{ readonly forMs: number; readonly since: 'now' | 'before' }>;
  /** Counts a request unless the budget is exhausted; how long to wait then, in ms; 0 when it is within. */
  take(credential: string): Promise<number>;
  /** Tries everything once, on keys of nobody. */
  probe(): Promise<void>;
  /** Lets go; calls under way reject. */
  close(): void;
}

/** Who waits for a store to open. */
export interface Opening {
  /** Hears of a store that went away by itself. */
  readonly onLost: () => void;
  /** Aborted when nobody waits any longer: whatever was opened so far is let go of. */
  readonly signal: AbortSignal;
}

/** Opens a store; rejects with a SharingError. */
export type OpenSharedStore = (opening: Opening) => Promise<SharedStore>;

/** Why a store gave no answer; `detail` is a code, and never text of the store. */
export class SharingError extends Error {
  readonly reason: SharingFault;
  readonly detail: string | undefined;

  constructor(reason: SharingFault, detail?: string) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}
