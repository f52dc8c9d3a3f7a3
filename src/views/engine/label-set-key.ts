// One key for each output of a kind: the number of the kind keeps families apart, and within one an output is the set of
// its labels, whatever their order.

import { MAX_LABELS } from '../../exposition/limits.js';

/** Where the kind stands, and behind it the labels are put in order: one set at a time. */
const numbers: Int32Array = new Int32Array(1 + MAX_LABELS);
/** The same as bytes: a text that is put together out of many is slow to look up. */
const bytes: Buffer = Buffer.from(numbers.buffer);

/** The key of a set of labels, by their numbers, in a kind: two letters for each number. */
export function labelSetKey(kind: number, labels: readonly number[]): string {
  numbers[0] = kind;
  let count = 1;
  for (const label of labels) {
    let at = count;
    for (; at > 1 && (numbers[at - 1] ?? 0) > label; at -= 1) numbers[at] = numbers[at - 1] ?? 0;
    numbers[at] = label;
    count += 1;
  }
  return bytes.toString('utf16le', 0, count * Int32Array.BYTES_PER_ELEMENT);
}
