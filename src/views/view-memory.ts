// What a view remembers from scrape to scrape, and over a restart: what its aggregated counters have reached, and what
// it has learnt. All of it changes for whole scrapes only.

import type { CompiledView } from './compile-view.js';
import type { CounterReading } from './counter-reading.js';
import { createCounterState, type CounterSnapshot, type CounterState } from './counter-state.js';
import { createMembership, type Membership } from './membership.js';
import { createValueCaps, type ValueCaps } from './value-caps.js';

/** The memory of one view. */
export interface ViewMemory {
  readonly counters: CounterState;
  readonly caps: ValueCaps | undefined;
  readonly membership: Membership | undefined;
}

/** A view's memory, empty or continued from a snapshot that was made under the same view. */
export function createViewMemory(view: CompiledView, snapshot?: CounterSnapshot): ViewMemory {
  const { seriesRetentionMs } = view.options;
  return {
    counters: createCounterState({ hashKey: view.stateKey, seriesRetentionMs }, snapshot),
    caps: view.valueCaps && createValueCaps(view.valueCaps, snapshot?.admitted),
    membership: view.membership && createMembership(view.membership, snapshot?.memberships),
  };
}

/** Everything in it, as JSON values without personal data. */
export function snapshotOf({ counters, caps, membership }: ViewMemory): CounterSnapshot {
  return {
    ...counters.snapshot(),
    ...(caps && { admitted: caps.snapshot() }),
    ...(membership && { memberships: membership.snapshot() }),
  };
}

/**
 * The same, read while scrapes go on. What was admitted and learnt is committed before an output rests on it, and is
 * read after all outputs: so whoever continues from it finds no output of a value that was not admitted.
 */
export function readMemory({ counters, caps, membership }: ViewMemory): CounterReading {
  return {
    slots: counters.readSlots(),
    ...(caps && { admitted: caps.read() }),
    ...(membership && { memberships: membership.read() }),
  };
}

/** What a scrape admitted and taught stays: the scrape is whole. */
export function commitMemory({ caps, membership }: ViewMemory): void {
  caps?.commit();
  membership?.commit();
}

/** What a scrape admitted and taught is forgotten: it was refused. */
export function rollbackMemory({ caps, membership }: ViewMemory): void {
  caps?.rollback();
  membership?.rollback();
}
