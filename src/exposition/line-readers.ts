// The strict reader of lines for each format.

import type { LineReader } from './line-content.js';
import type { ExpositionFormat } from './model.js';
import { readOpenMetricsLine } from './openmetrics-format.js';
import { readTextLine } from './text-format.js';

/** By format. */
export const LINE_READERS: Readonly<Record<ExpositionFormat, LineReader>> = {
  text: readTextLine,
  openmetrics: readOpenMetricsLine,
};
