// Every reason why bytes are refused as an exposition, as fixed texts.
// A reason never quotes the exposition: what stands in a refused line may be personal data.

import type { ExpositionProblem } from './model.js';

/** Every reason, in the order in which the stages of the parser come across them. */
export const EXPOSITION_REASONS = [
  'the exposition is empty',
  'byte order mark',
  'line too long',
  'invalid UTF-8',
  'NUL character',
  'carriage return',
  'the last line is cut off',
  'too many blank lines and comments',
  'blank line',
  'comment that is not metadata',
  'metric name expected',
  'invalid quoted name',
  'single space expected',
  'metadata keyword without text',
  'unknown metric type',
  'label name expected',
  'reserved label name',
  'equals sign expected after a label name',
  'quoted label value expected',
  'label value without closing quote',
  'unknown escape in a label value',
  'comma or closing brace expected after a label',
  'too many labels',
  'name too long',
  'label value too long',
  'HELP too long',
  'too many families',
  'more series than max_series',
  'same label twice',
  'value expected',
  'invalid number',
  'invalid timestamp',
  'unexpected text after the sample',
  'invalid exemplar',
  'exemplar labels too long',
  'exemplar where none is allowed',
  'TYPE twice for a metric',
  'HELP twice for a metric',
  'UNIT twice for a metric',
  'metadata after samples of the metric',
  'family in two blocks',
  'sample name does not fit the type of its family',
  'sample name belongs to another family',
  'two names with one escaped form',
  'same series twice',
  'bucket without a numeric le label',
  'buckets out of order',
  'histogram without a +Inf bucket',
  'quantile label missing or not a quantile',
  'le or quantile label where none is allowed',
  'unit is not the suffix of the metric name',
  'unit on a type that has none',
  'info value is not 1',
  'stateset value is not 0 or 1',
  'stateset sample without its state label',
  'text after # EOF',
  '# EOF missing',
  'no samples',
] as const;

/** One of the fixed reasons. */
export type ExpositionReason = (typeof EXPOSITION_REASONS)[number];

/** More samples than the reader allows: the operator's limit, unlike all the others. */
export const TOO_MANY_SERIES: ExpositionReason = 'more series than max_series';

/** A problem with one of the fixed reasons. `line` counts from 1; 0 is the whole exposition. */
export function problemAt(line: number, reason: ExpositionReason): ExpositionProblem {
  return { line, reason };
}

/** Where something is wrong, and what: `line 12: …`; of the whole the reason alone. */
export function describeProblem({ line, reason }: Pick<ExpositionProblem, 'line' | 'reason'>): string {
  return line === 0 ? reason : `line ${String(line)}: ${reason}`;
}
