// A series as one string that no other series shares: every part carries its length in front,
// so that `{a="1,b=2"}` and `{a="1",b="2"}` stay apart whatever bytes a value holds.

import type { Label } from '../exposition/model.js';

/** The key of a set of labels; their order does not matter. */
export function seriesKey(name: string, labels: readonly Label[]): string {
  const sorted = labels.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  let key = `${name.length}:${name}`;
  for (const label of sorted) key += `${label.name.length}:${label.name}${label.value.length}:${label.value}`;
  return key;
}
