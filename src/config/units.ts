// Durations and sizes as people write them in files: `10s`, `15m`, `256MiB`.
// Pure. One whole number and one unit; nothing is guessed, so a bare `10` is never taken for seconds.

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1_000,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

/** What a duration looks like, for the JSON Schema. */
export const DURATION_PATTERN = '^[0-9]{1,12}(ms|s|m|h|d)$';

/** What a size looks like, for the JSON Schema. */
export const BYTES_PATTERN = '^[0-9]{1,15}(B|kB|KB|MB|GB|KiB|MiB|GiB)?$';

function parseQuantity(
  text: string,
  pattern: string,
  units: Readonly<Record<string, number>>,
): number | undefined {
  if (!new RegExp(pattern).test(text)) return undefined;
  const unitAt = text.search(/[A-Za-z]|$/);
  const value = Number(text.slice(0, unitAt)) * (units[text.slice(unitAt)] ?? Number.NaN);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Milliseconds of `500ms`, `10s`, `15m`, `1h` or `1d`; undefined where `text` is no duration. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(text, DURATION_PATTERN, DURATION_MS);
}

/** The duration as it would be written: `15m` for 900000, with the largest unit that fits whole. */
export function formatDuration(ms: number): string {
  const unit = Object.entries(DURATION_MS).findLast(([, unitMs]) => ms % unitMs === 0);
  return unit === undefined ? `${String(ms)}ms` : `${String(ms / unit[1])}${unit[0]}`;
}

/** Bytes of `256MiB`, `10MB` or `1048576`; undefined where `text` is no size. */
export function parseBytes(text: string): number | undefined {
  return parseQuantity(text, BYTES_PATTERN, BYTES);
}
