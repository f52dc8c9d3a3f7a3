// One series as a person writes it: `name{label="value"}`, as in an exposition or a query. Read by the parser of
// expositions, so that quotes and escapes mean the same. Labels that are left out may have any value.

import type { Label, Sample } from '../../exposition/model.js';
import { parseExposition } from '../../exposition/parse.js';

/** A series, or several, by name and some of their labels. */
export interface SeriesSelector {
  /** The name of the sample, with its suffix. */
  readonly name: string;
  readonly labels: readonly Label[];
}

/** Reads a selector; undefined for anything else. */
export function parseSeriesSelector(text: string): SeriesSelector | undefined {
  const line = text.trim();
  if (line === '' || line.startsWith('#') || line.includes('\n')) return undefined;
  const parsed = parseExposition(new TextEncoder().encode(`${line} 0\n`), 'text', { quotedNames: true });
  if (!parsed.ok) return undefined;
  const sample = parsed.value.families[0]?.samples[0];
  // A number or a time behind the series would have been read as its value.
  return sample?.value === '0' && sample.timestamp === undefined
    ? { name: sample.name, labels: sample.labels }
    : undefined;
}

/** Whether a sample is one of those that are meant. A label without a value is the same as none. */
export function fitsSelector({ name, labels }: SeriesSelector, sample: Sample): boolean {
  return (
    sample.name === name &&
    labels.every(
      (wanted) => (sample.labels.find((label) => label.name === wanted.name)?.value ?? '') === wanted.value,
    )
  );
}
