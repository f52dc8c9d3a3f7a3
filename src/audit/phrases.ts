// Sentences of evidence: counts with the right number of nouns, and names that are fit to print. Pure.

import type { Detection } from '../views/detectors.js';
import { sampleOf, type ExaminedLabel } from './examined-label.js';
import { printableName } from './redact.js';

/** `1 value`, `34 values`. */
export function count(number: number, noun: string, plural: string = `${noun}s`): string {
  return `${String(number)} ${number === 1 ? noun : plural}`;
}

/** `label user_email in 12 metrics: 34 values, such as a…@a….example`. */
export function labelEvidence({ label }: ExaminedLabel, values: readonly string[], kind?: Detection): string {
  const where = `label ${printableName(label.name)} in ${count(label.families, 'metric')}`;
  return `${where}: ${count(values.length, 'value')}, such as ${sampleOf(values, kind)}`;
}

/** `12.3 MB`. */
export function megabytes(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The first entries, and how many more there are. */
export function firstOf(entries: readonly string[], most: number): readonly string[] {
  const more = entries.length - most;
  return more <= 0 ? entries : [...entries.slice(0, most), `and ${String(more)} more`];
}
