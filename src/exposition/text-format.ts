// Reads one line of Prometheus text 0.0.4. Blank lines and free comments are dropped: comments can say anything.
// Pure. Blanks are allowed between all tokens, as the format has it; where Prometheus is laxer than the format
// (labels without commas, a value glued to its name) the format wins.

import { unescapeHelp } from './escape.js';
import type { LineContent, MetadataLine } from './line-content.js';
import type { Label } from './model.js';
import { parseNumber } from './number.js';
import type { ExpositionReason } from './problem.js';
import { LineScanner, scanLabelSet } from './scan.js';
import { fail, ok, type Result } from '../internal/result.js';

const MAX_TIMESTAMP_MS = 2n ** 63n - 1n;
const TRAILING_BLANK_CODES: ReadonlySet<string> = new Set([' ', '\t']);

/** What one line of text 0.0.4 says. */
export function readTextLine(line: string): Result<LineContent, ExpositionReason> {
  const scanner = new LineScanner(line);
  scanner.takeBlanks();
  if (scanner.atEnd) return ok({ kind: 'nothing' });
  return scanner.take('#') ? readComment(scanner) : readSample(scanner);
}

function readComment(scanner: LineScanner): Result<LineContent, ExpositionReason> {
  if (!scanner.takeBlanks()) return ok({ kind: 'nothing' });
  const keyword = scanner.takeWord();
  if ((keyword !== 'TYPE' && keyword !== 'HELP') || !scanner.takeBlanks()) return ok({ kind: 'nothing' });
  return readMetadata(scanner, keyword);
}

function readMetadata(
  scanner: LineScanner,
  keyword: 'TYPE' | 'HELP',
): Result<MetadataLine, ExpositionReason> {
  const name = scanner.takeMetricName();
  if (name === undefined) return fail('metric name expected');
  if (keyword === 'TYPE') {
    const separated = scanner.takeBlanks();
    const text = withoutTrailingBlanks(scanner.takeRest());
    return separated ? ok({ kind: 'metadata', keyword, name, text }) : fail('unknown metric type');
  }
  // One blank separates name and text; further ones are the text's own, as Prometheus reads them.
  if (!scanner.take(' ') && !scanner.take('\t') && !scanner.atEnd) return fail('metric name expected');
  return ok({ kind: 'metadata', keyword, name, text: unescapeHelp(scanner.takeRest(), 'text') });
}

function readSample(scanner: LineScanner): Result<LineContent, ExpositionReason> {
  const name = scanner.takeMetricName();
  if (name === undefined) return fail('metric name expected');
  let separated = scanner.takeBlanks();
  let labels: readonly Label[] = [];
  if (scanner.at('{')) {
    const labelSet = scanLabelSet(scanner, { blanks: true });
    if (!labelSet.ok) return labelSet;
    labels = labelSet.value;
    separated = true;
    scanner.takeBlanks();
  }
  const value = scanner.takeWord();
  if (value === undefined) return fail('value expected');
  if (!separated) return fail('metric name expected');
  if (parseNumber(value) === undefined) return fail('invalid number');
  scanner.takeBlanks();
  const timestamp = scanner.takeWord();
  if (timestamp === undefined) return ok({ kind: 'sample', sample: { name, labels, value } });
  if (!isTimestamp(timestamp)) return fail('invalid timestamp');
  scanner.takeBlanks();
  if (!scanner.atEnd) return fail('unexpected text after the sample');
  return ok({ kind: 'sample', sample: { name, labels, value, timestamp } });
}

/** Milliseconds within int64. Prometheus reads digits alone: no sign, no fraction. */
function isTimestamp(text: string): boolean {
  return /^[0-9]{1,19}$/.test(text) && BigInt(text) <= MAX_TIMESTAMP_MS;
}

function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && TRAILING_BLANK_CODES.has(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
