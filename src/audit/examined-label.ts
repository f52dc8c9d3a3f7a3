// The values of a label, sorted by what the detectors of views find in them. Pure. Linear in the text of the values.

import { detect, type Detection } from '../views/detectors.js';
import type { Inventory, LabelInventory } from './inventory.js';
import { redactEmail, redactValue } from './redact.js';

/** A label with what is left of its values when placeholders, pseudonyms and masks are gone. */
export interface ExaminedLabel {
  readonly label: LabelInventory;
  /** Nothing was detected in them. */
  readonly plain: readonly string[];
  readonly detected: ReadonlyMap<Detection, readonly string[]>;
}

/** What a view's `mask` shows. */
const MASKED = 'redacted';
/** What a view's `truncate_ip` shows: networks, nobody's address. */
const TRUNCATED = /^[0-9a-f.:]+\/(?:24|48)$/;
/** Four numbers with dots are a version here. */
const VERSION_LABEL = /version|release/;
/** Boundaries of buckets. */
const NUMBERS: ReadonlySet<string> = new Set(['le', 'quantile']);

/** Examines every label but those of buckets. */
export function examineLabels({ labels, isPlaceholder }: Inventory): readonly ExaminedLabel[] {
  return labels
    .filter(({ name }) => !NUMBERS.has(name))
    .map((label) => {
      const plain: string[] = [];
      const detected = new Map<Detection, string[]>();
      for (const value of label.values.keys()) {
        if (isPlaceholder(value) || value === MASKED || TRUNCATED.test(value)) continue;
        const detection = detect(value);
        if (detection === 'pseudonym') continue;
        if (detection === undefined || (detection === 'ip_address' && VERSION_LABEL.test(label.normalised))) {
          plain.push(value);
        } else {
          const values = detected.get(detection) ?? [];
          detected.set(detection, values);
          values.push(value);
        }
      }
      return { label, plain, detected };
    });
}

/** A sample of values that no report would mind: of the smallest one, so that it is the same every time. */
export function sampleOf(values: readonly string[], kind?: Detection): string {
  const smallest = values.reduce((least, value) => (value < least ? value : least), values[0] ?? '');
  return kind === 'email' ? redactEmail(smallest) : redactValue(smallest);
}
