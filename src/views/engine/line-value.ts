// What stands behind the series of a sample line, from its bytes: those of the body, or those that a scan keeps for lines
// whose value does not stand there as it leaves.

import type { Scan } from '../../exposition/incremental/scan.js';
import { numberAt } from '../../exposition/incremental/value-reader.js';

const LINE_FEED = 0x0a;

/** The value of a line that is a sample. */
export function lineValue({ body, lines }: Scan, line: number): number {
  return numberAt(lines.restSource(line, body), lines.restStart(line), lines.restEnd(line));
}

/** The value of a line that is a sample, as it was written, without its timestamp. */
export function lineValueText({ body, lines }: Scan, line: number): string {
  const rest = Buffer.from(lines.rest(line, body)).toString('latin1');
  const blank = rest.indexOf(' ');
  return blank < 0 ? rest : rest.slice(0, blank);
}

/** Bytes of value, timestamp and line feed of a line. */
export function restLength({ lines }: Scan, line: number): number {
  return lines.restEnd(line) - lines.restStart(line) + 1;
}

/** Writes value, timestamp and line feed of a line; gives the position behind them. */
export function writeRest({ body, lines }: Scan, line: number, target: Uint8Array, start: number): number {
  const source = lines.restSource(line, body);
  const end = lines.restEnd(line);
  let to = start;
  for (let at = lines.restStart(line); at < end; at += 1) {
    target[to] = source[at] ?? 0;
    to += 1;
  }
  target[to] = LINE_FEED;
  return to + 1;
}
