// The identity of a series: its name and label set, whatever the order of the labels. An empty label value is the
// same as no label (Prometheus data model), so such labels are no part of it.
// Pure. Parts are joined by NUL, which no parsed exposition contains, so that different series never share a key.

import type { Label } from './model.js';

/** What stands between name and value of a label, and between labels. */
export const LABEL_SEPARATOR = '\0';

/** A key that two samples share exactly when they are the same series; labels called `without` do not count. */
export function seriesKey(name: string, labels: readonly Label[], without?: string): string {
  const parts = labels
    .filter((label) => label.value !== '' && label.name !== without)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((label) => `${label.name}${LABEL_SEPARATOR}${label.value}`);
  return [name, ...parts].join(LABEL_SEPARATOR);
}
