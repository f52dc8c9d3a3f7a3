// Reads one line of Prometheus text 0.0.4, or 1.0.0, which has quoted names besides. Blank lines and free comments are dropped: comments can say anything.
// Pure. Blanks are allowed between all tokens, as the format has it; where Prometheus is laxer than the format
// (labels without commas, a value glued to its name) the format wins.

import { unescapeHelp } from './escape.js';
import type { LineContent, MetadataLine } from './line-content.js';
import { parseNumber } from './number.js';
import type { ExpositionReason } from './problem.js';
import { LineScanner, takeName } from './scan.js';
import { scanSeries } from './scan-series.js';
import { fail, ok, type Result } from '../internal/result.js';

const MAX_TIMESTAMP_MS = 2n ** 63n - 1n;
const TRAILING_BLANK_CODES: ReadonlySet<string> = new Set([' ', '\t']);

/** What one line of the text format says; quoted names are text 1.0.0. */
export function readTextLine(line: string, quotedNames: boolean): Result<LineContent, ExpositionReason> {
  const scanner = new LineScanner(line, quotedNames);
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
  const name = takeName(scanner);
  if (!name.ok) return name;
  if (keyword === 'TYPE') {
    const separated = scanner.takeBlanks();
    const text = withoutTrailingBlanks(scanner.takeRest());
    return separated
      ? ok({ kind: 'metadata', keyword, name: name.value, text })
      : fail('unknown metric type');
  }
  // One blank separates name and text; further ones are the text's own, as Prometheus reads them.
  if (!scanner.take(' ') && !scanner.take('\t') && !scanner.atEnd) return fail('metric name expected');
  return ok({ kind: 'metadata', keyword, name: name.value, text: unescapeHelp(scanner.takeRest(), 'text') });
}

function readSample(scanner: LineScanner): Result<LineContent, ExpositionReason> {
  const series = scanSeries(scanner, { blanks: true });
  if (!series.ok) return series;
  const { name, labels, ended } = series.value;
  scanner.takeBlanks();
  const value = scanner.takeWord();
  if (value === undefined) return fail('value expected');
  if (!ended) return fail('metric name expected');
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
