// Numbers, times and names as people read them. Pure; the same on every machine, whatever its locale.

const KIB = 1024;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Real names are shorter; a longer one would push everything else off the page. */
const MAX_NAME_LENGTH = 80;

/** A whole number with its thousands apart. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A number with its noun. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A size in powers of 1024. */
export function formatBytes(bytes: number): string {
  if (bytes < KIB) return `${formatCount(bytes)} B`;
  const kib = bytes / KIB;
  return kib < KIB ? `${digits(kib)} KiB` : `${digits(kib / KIB)} MiB`;
}

/** How long something took or lasts, in its largest sensible unit. */
export function formatDuration(ms: number): string {
  if (ms < SECOND_MS) return `${digits(Math.max(0, ms))} ms`;
  if (ms < MINUTE_MS) return `${digits(ms / SECOND_MS)} s`;
  if (ms < 2 * HOUR_MS) return `${formatCount(Math.floor(ms / MINUTE_MS))} min`;
  if (ms < 2 * DAY_MS) return `${formatCount(Math.floor(ms / HOUR_MS))} h`;
  return `${formatCount(Math.floor(ms / DAY_MS))} days`;
}

/** How long ago something was; below a second that is now. */
export function formatAge(ms: number): string {
  if (ms < SECOND_MS) return 'just now';
  return `${ms < MINUTE_MS ? `${formatCount(Math.floor(ms / SECOND_MS))} s` : formatDuration(ms)} ago`;
}

/** A moment for machines, and for people who want it exactly: UTC, without fractions. */
export function formatMoment(unixMs: number): string {
  return new Date(unixMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A name that somebody else chose, cut where it is longer than names are. */
export function clipped(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  // Not in the middle of a character.
  return `${name.slice(0, MAX_NAME_LENGTH).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A reason as words: `credential_missing` becomes `credential missing`. */
export function words(reason: string): string {
  return reason.replaceAll('_', ' ');
}

function digits(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : formatCount(value);
}
