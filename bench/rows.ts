// Every row of the suite by the name under which it can be run alone.

import type { RowOutcome } from './figures.js';
import { measureFirstScrape, measureNextScrape } from './rows/against-reference.js';
import { measureLarge } from './rows/large.js';
import { measureLinearity } from './rows/linear.js';
import { measureAgainstNewlines } from './rows/newlines.js';
import { measureAgainstPromtool } from './rows/promtool.js';
import { measureAgainstNginx, measureAgainstPipe } from './rows/whole-gate.js';

/** Measures one row, in a process of its own. @throws {Error} when there is no result, or a wrong one. */
export type MeasureRow = () => Promise<RowOutcome>;

/** Name → what it measures, in the order in which they run. */
export const ROWS: ReadonlyMap<string, MeasureRow> = new Map<string, MeasureRow>([
  ['next', measureNextScrape],
  ['first', measureFirstScrape],
  ['promtool', measureAgainstPromtool],
  ['newlines', measureAgainstNewlines],
  ['nginx', measureAgainstNginx],
  ['pipe', measureAgainstPipe],
  ['large', measureLarge],
  ['linear', measureLinearity],
]);
