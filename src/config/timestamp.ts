// Dates and times of the configuration file (ISO 8601, RFC 3339).
// Pure. A time must say its zone: without one, two machines would disagree about when a credential ends.

const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2}))?$/;

/** What a date or time looks like, for the JSON Schema. */
export const TIMESTAMP_PATTERN: string = TIMESTAMP.source;

/** Unix milliseconds of a date (its first moment, UTC) or of a time with a zone; undefined for anything else. */
export function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year, month, day] = match.map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day ?? 0));
  // The 30th of February would otherwise pass as the 2nd of March.
  if (date.toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  const ms = Date.parse(text.toUpperCase().replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}
