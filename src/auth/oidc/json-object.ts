// JSON text from outside as an object, or nothing. Never throws.

import { asRecord } from '../../internal/option-problems.js';

/** The members of the JSON object that `text` is; undefined for every other text. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}
