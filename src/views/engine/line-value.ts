// The number of a sample line, from its bytes: those of the body, or those that a scan keeps for lines whose value does
// not stand there as it leaves.

import type { Scan } from '../../exposition/incremental/scan.js';
import { numberAt } from '../../exposition/incremental/value-reader.js';

/** The value of a line that is a sample. */
export function lineValue({ body, lines }: Scan, line: number): number {
  const start = lines.valueStarts[line] ?? 0;
  const end = lines.valueEnds[line] ?? 0;
  return start < 0 ? numberAt(lines.rests, -1 - start, -1 - end) : numberAt(body, start, end);
}

/** The value of a line that is a sample, as it was written, without its timestamp. */
export function lineValueText({ body, lines }: Scan, line: number): string {
  const rest = Buffer.from(lines.rest(line, body)).toString('latin1');
  const blank = rest.indexOf(' ');
  return blank < 0 ? rest : rest.slice(0, blank);
}
