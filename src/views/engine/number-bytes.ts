// Numbers as bytes, as `formatNumber` writes them: counts are written digit by digit, without a text in between.

import { formatNumber } from '../../exposition/number.js';

/** More bytes than any number takes, which are 25: what is kept below it is its length. */
export const MOST_NUMBER_BYTES = 32;

const DIGIT_0 = 0x30;
/** What is below it is divided as an integer, which takes far less time. */
const SPLIT = 1_000_000_000;
const SPLIT_DIGITS = 9;

/** Writes a number to the start of `target`, which has room for `MOST_NUMBER_BYTES`; gives how many bytes it takes. */
export function writeNumber(value: number, target: Buffer): number {
  if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0))
    return target.write(formatNumber(value), 0, 'latin1');
  const high = Math.floor(value / SPLIT);
  const low = value - high * SPLIT;
  const lengthOfHigh = high === 0 ? 0 : digitsOf(high);
  const length = lengthOfHigh + (high === 0 ? digitsOf(low) : SPLIT_DIGITS);
  if (high > 0) writeDigits(high, target, lengthOfHigh);
  writeDigits(low, target, length, lengthOfHigh);
  return length;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits += 1;
  return digits;
}

/** Writes the last digits of a number from before `end` down to `start`. */
function writeDigits(value: number, target: Uint8Array, end: number, start = 0): void {
  let rest = value;
  for (let at = end - 1; at >= start; at -= 1) {
    const left = (rest / 10) | 0;
    target[at] = DIGIT_0 + rest - left * 10;
    rest = left;
  }
}
