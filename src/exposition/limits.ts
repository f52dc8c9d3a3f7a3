// How much one exposition may be, and how long its parts: past a limit it is refused, nothing is cut short.
// Pure. The limit on a line is where lines are cut (lines.ts).

/** The label in which Prometheus keeps the metric name: a series that brings it along would rename itself. */
export const METRIC_NAME_LABEL = '__name__';

/** What a reader of an exposition may limit further. */
export interface ParseLimits {
  /** Samples of the whole exposition, at least 1. Without it only the size of the body limits them. */
  readonly maxSeries?: number;
}

/**
 * Blank lines and free comments. Honest ones are fewer than families; a body of nothing else is work without a
 * result, which no other limit counts.
 */
export const MAX_IDLE_LINES: number = 1_000_000;

/** Families. Real targets have some hundreds; each costs far more than a series, even one without any. */
export const MAX_FAMILIES: number = 100_000;

/** Labels a series may have. Prometheus' own limits in the field are near 30; an aggregation key grows with each. */
export const MAX_LABELS: number = 128;

/** UTF-8 bytes of a metric or label name. Names are repeated in keys, counters and caches; real ones stay below 200. */
export const MAX_NAME_BYTES: number = 1024;

/** UTF-8 bytes of a decoded label value. Values are hashed, matched and remembered; paths and prompts stay below. */
export const MAX_LABEL_VALUE_BYTES: number = 64 * 1024;

/** UTF-8 bytes of a decoded HELP text: documentation, sometimes of several paragraphs. */
export const MAX_HELP_BYTES: number = 64 * 1024;

/** UTF-16 units that take most bytes in UTF-8; surrogate pairs take two a unit. */
const MAX_BYTES_OF_UNIT = 3;

/** Whether `text` has more than `maxBytes` bytes in UTF-8. */
export function isLongerThan(text: string, maxBytes: number): boolean {
  return text.length * MAX_BYTES_OF_UNIT > maxBytes && Buffer.byteLength(text, 'utf8') > maxBytes;
}
