// One key for each output of a kind: the number of the kind keeps families apart, and within one an output is the set of
// its labels, whatever their order.

import { MAX_LABELS } from '../../exposition/limits.js';

/** A number as two letters. */
const LOW_BITS = 0xffff;
const HIGH_BITS = 16;
/** Where labels are put in order: one set at a time. */
const sorted: Int32Array = new Int32Array(MAX_LABELS);

/** The key of a set of labels, by their numbers, in a kind. */
export function labelSetKey(kind: number, labels: readonly number[]): string {
  for (const [count, label] of labels.entries()) {
    let at = count;
    for (; at > 0 && (sorted[at - 1] ?? 0) > label; at -= 1) sorted[at] = sorted[at - 1] ?? 0;
    sorted[at] = label;
  }
  let key = `${kind}:`;
  for (let at = 0; at < labels.length; at += 1) {
    const label = sorted[at] ?? 0;
    key += String.fromCharCode(label & LOW_BITS, label >>> HIGH_BITS);
  }
  return key;
}
