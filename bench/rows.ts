// What each row measures. Loads the build, so only the process of a row needs it.

import type { RowOutcome } from './figures.js';
import type { RowName } from './row-names.js';
import { measureFirstScrape, measureNextScrape } from './rows/against-reference.js';
import { measureLarge } from './rows/large.js';
import { measureLinearity } from './rows/linear.js';
import { measureLlm } from './rows/llm.js';
import { measureAgainstNewlines } from './rows/newlines.js';
import { measureAgainstPromtool } from './rows/promtool.js';
import { measurePassThrough } from './rows/pass-through.js';
import { measureRefusals } from './rows/refusals.js';
import { measureByTurns } from './rows/turns.js';
import { measureAgainstNginx, measureAgainstPipe } from './rows/whole-gate.js';

/** Measures one row, in a process of its own. @throws {Error} when there is no result, or a wrong one. */
export type MeasureRow = () => Promise<RowOutcome>;

/** Every row. */
export const ROWS: Readonly<Record<RowName, MeasureRow>> = {
  next: measureNextScrape,
  first: measureFirstScrape,
  promtool: measureAgainstPromtool,
  newlines: measureAgainstNewlines,
  turns: measureByTurns,
  nginx: measureAgainstNginx,
  pipe: measureAgainstPipe,
  large: measureLarge,
  linear: measureLinearity,
  refusals: measureRefusals,
  whole: measurePassThrough,
  llm: measureLlm,
};
