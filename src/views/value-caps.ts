// Which values of a label keep their names under `max_values_per_label`: per metric and label the first ones that the
// view showed, for as long as it lives. Nothing is ever evicted, so that no series moves from one output to another.
// Values are kept as keyed hashes. What a scrape admits counts once the scrape is whole.

import { createKeyedHash } from './keyed-hash.js';

/** What stands for every value beyond the cap; an input that carries it belongs to them. */
export const OVERFLOW_VALUE = '__other__';

/** Values of all labels that are admitted; beyond them every new value is overflow, whatever its label. */
export const MAX_ADMITTED_VALUES = 500_000;

/** The admitted values as they are kept in a file: by metric and label, hashes alone. */
export type AdmittedValues = readonly (readonly [set: string, values: readonly string[]])[];

/** How values are capped. */
export interface ValueCapOptions {
  /** Values of one label of one metric that keep their names; at least 1. */
  readonly max: number;
  /** Key for the hashes of the values. */
  readonly hashKey: Uint8Array;
  /** @default 500_000 values of all labels together */
  readonly maxTotal?: number;
}

/** The caps of one view. */
export interface ValueCaps {
  /**
   * Whether a value, as the view shows it, keeps its name. The metric goes by its canonical name. The empty value is no
   * value and always keeps it; `OVERFLOW_VALUE` never does. An answer holds for the life of the view, unless the scrape
   * that asked is rolled back; asking again changes nothing.
   */
  admit(metric: string, label: string, value: string): boolean;
  /** The scrape is whole: what it admitted stays. */
  commit(): void;
  /** The scrape was refused: it admitted nothing. After a commit there is nothing to take back. */
  rollback(): void;
  /** What was committed, as JSON values without personal data. */
  snapshot(): AdmittedValues;
  /** The same, read while further values are admitted. */
  read(): Iterable<readonly [set: string, values: Iterable<string>]>;
}

/** Creates the caps of a view, empty or from a snapshot that was made under the same key. */
export function createValueCaps(options: ValueCapOptions, snapshot: AdmittedValues = []): ValueCaps {
  const { max, maxTotal = MAX_ADMITTED_VALUES } = options;
  const hash = createKeyedHash(options.hashKey);
  const admitted = new Map(snapshot.map(([set, values]) => [set, new Set(values)]));
  const staged = new Map<string, Set<string>>();
  let total = [...admitted.values()].reduce((sum, values) => sum + values.size, 0);
  let stagedTotal = 0;

  return {
    admit(metric, label, value) {
      if (value === '') return true;
      if (value === OVERFLOW_VALUE) return false;
      const set = hash('values', metric, label);
      const id = hash('value', metric, label, value);
      const known = admitted.get(set);
      const fresh = staged.get(set);
      if (known?.has(id) === true || fresh?.has(id) === true) return true;
      if ((known?.size ?? 0) + (fresh?.size ?? 0) >= max || total + stagedTotal >= maxTotal) return false;
      if (fresh === undefined) staged.set(set, new Set([id]));
      else fresh.add(id);
      stagedTotal += 1;
      return true;
    },
    commit() {
      for (const [set, fresh] of staged) {
        const known = admitted.get(set);
        if (known === undefined) admitted.set(set, fresh);
        else for (const id of fresh) known.add(id);
      }
      total += stagedTotal;
      stagedTotal = 0;
      staged.clear();
    },
    rollback() {
      stagedTotal = 0;
      staged.clear();
    },
    snapshot: () => [...admitted].map(([set, values]) => [set, [...values]] as const),
    read: () => admitted,
  };
}
