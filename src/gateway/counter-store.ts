// Saves the aggregated counters of all views to the state file: soon after a scrape, and when the gate stops.
// One write at a time; a failed write is reported and tried again after the next scrape.

import { ScrapegateError } from '../errors.js';
import type { Clock, Timer } from '../internal/clock.js';
import { writeStateFile } from '../views/state-file.js';
import type { StateReading } from '../views/state-text.js';

/**
 * Several views of one fetch make one write. What a crash loses before it, the next scrape adds again, unless an input
 * vanished or was reset in between.
 */
const SAVE_DELAY_MS = 1_000;

/** Keeps the state file in step. */
export interface CounterStore {
  /** Says that counters moved. */
  changed(): void;
  /** Writes now, if anything changed, and stops; later changes are not written. */
  close(): Promise<void>;
}

/** What a store saves, where, and whom it tells how that went. */
export interface CounterStoreOptions {
  readonly path: string;
  /** What is written while scrapes go on: whatever moves meanwhile is written again after it. */
  readonly collect: () => StateReading;
  readonly onSaved: () => void;
  readonly onError: (error: ScrapegateError) => void;
  readonly clock: Clock;
}

/** Creates a store. */
export function createCounterStore({
  path,
  collect,
  onSaved,
  onError,
  clock,
}: CounterStoreOptions): CounterStore {
  let timer: Timer | undefined;
  let isDirty = false;
  let isClosed = false;
  let writing: Promise<void> = Promise.resolve();

  const save = (): Promise<void> => {
    timer = undefined;
    writing = writing.then(async () => {
      if (!isDirty) return;
      isDirty = false;
      try {
        await writeStateFile(path, collect());
        onSaved();
      } catch (error) {
        isDirty = true;
        if (error instanceof ScrapegateError) onError(error);
        else throw error;
      }
    });
    return writing;
  };

  return {
    changed() {
      // A request that was cut off may end after the stop, when the file can be another process's already.
      if (isClosed) return;
      isDirty = true;
      timer ??= clock.after(SAVE_DELAY_MS, () => void save());
    },
    async close() {
      isClosed = true;
      timer?.cancel();
      await save();
    },
  };
}
