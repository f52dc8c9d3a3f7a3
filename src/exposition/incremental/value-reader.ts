// Reads what follows a series on its line, from its bytes: a number, perhaps a timestamp, the line feed.
// Only the plain layout; everything else, exemplars above all, is left to the strict reader of lines.

import type { ExpositionFormat } from '../model.js';
import { parseNumber } from '../number.js';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const DIGIT_0 = 0x30;
const LETTER_E = 0x65;
const CASE_BIT = 0x20;

/** A double takes every number of so many characters whose exponent has two digits. */
const MAX_PLAIN_CHARACTERS = 200;
/** Int64 takes every number of so many digits. */
const MAX_TIMESTAMP_DIGITS = 18;
/** Powers of ten that a double holds exactly. */
const POWERS_OF_TEN: Float64Array = Float64Array.from({ length: 23 }, (_, exponent) =>
  Number(`1e${exponent}`),
);
const MAX_EXACT_DIGITS = 15;

/**
 * The end of the value at `start` and of its timestamp, where the line feed stands; -1 where they are not plain.
 * A line feed must stand somewhere behind `start`.
 */
export function plainValueEnd(bytes: Uint8Array, start: number, format: ExpositionFormat): number {
  const end = plainNumberEnd(bytes, start);
  if (end < 0 || bytes[end] === LINE_FEED) return end;
  if (bytes[end] !== SPACE) return -1;
  const stampEnd = format === 'text' ? digitsEnd(bytes, end + 1) : plainNumberEnd(bytes, end + 1);
  if (stampEnd <= end + 1 || bytes[stampEnd] !== LINE_FEED) return -1;
  return format === 'text' && stampEnd - end - 1 > MAX_TIMESTAMP_DIGITS ? -1 : stampEnd;
}

function plainNumberEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  if (bytes[at] === MINUS || bytes[at] === PLUS) at += 1;
  const wholeStart = at;
  at = digitsEnd(bytes, at);
  let digits = at - wholeStart;
  if (bytes[at] === POINT) {
    const fractionStart = at + 1;
    at = digitsEnd(bytes, fractionStart);
    digits += at - fractionStart;
  }
  if (digits === 0 || at - start > MAX_PLAIN_CHARACTERS) return -1;
  if (((bytes[at] ?? 0) | CASE_BIT) !== LETTER_E) return at;
  at += 1;
  if (bytes[at] === MINUS || bytes[at] === PLUS) at += 1;
  const exponentEnd = digitsEnd(bytes, at);
  return exponentEnd - at === 1 || exponentEnd - at === 2 ? exponentEnd : -1;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at] ?? 0)) at += 1;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= 0x39;
}

/** The number that stands at `start` and ends before a space or at `end`. It must be one that the formats know. */
export function numberAt(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const isNegative = bytes[at] === MINUS;
  if (isNegative) at += 1;
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  for (; at < end && isDigit(bytes[at] ?? 0); at += 1) {
    mantissa = mantissa * 10 + (bytes[at] ?? 0) - DIGIT_0;
    digits += 1;
  }
  if (bytes[at] === POINT) {
    for (at += 1; at < end && isDigit(bytes[at] ?? 0); at += 1) {
      mantissa = mantissa * 10 + (bytes[at] ?? 0) - DIGIT_0;
      digits += 1;
      scale += 1;
    }
  }
  // Both are exact, so that their quotient is rounded once, as it must be (Clinger 1990).
  if ((at === end || bytes[at] === SPACE) && digits > 0 && digits <= MAX_EXACT_DIGITS) {
    const value = scale === 0 ? mantissa : mantissa / (POWERS_OF_TEN[scale] ?? 1);
    return isNegative ? -value : value;
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const blank = text.indexOf(' ');
  return parseNumber(blank === -1 ? text : text.slice(0, blank)) ?? Number.NaN;
}
