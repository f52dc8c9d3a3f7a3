// Reads one line of OpenMetrics 1.0, whose layout is exact: single spaces, no blank lines, no free comments.
// Pure. OpenMetrics 1.0 (ABNF); a double quote in a HELP text is read without its backslash, too, as Prometheus does.

import { unescapeHelp } from './escape.js';
import type { LineContent, MetadataKeyword } from './line-content.js';
import type { Exemplar } from './model.js';
import { parseFiniteNumber, parseNumber } from './number.js';
import type { ExpositionReason } from './problem.js';
import { LineScanner, takeName } from './scan.js';
import { scanLabelSet, scanSeries } from './scan-series.js';
import { fail, ok, type Result } from '../internal/result.js';

/** Unicode characters of all label names and values of an exemplar together. OpenMetrics 1.0, "Exemplars". */
const MAX_EXEMPLAR_CHARACTERS = 128;

/** The line that must end every exposition. */
export const END_OF_EXPOSITION: string = '# EOF';

const KEYWORDS: readonly MetadataKeyword[] = ['TYPE', 'HELP', 'UNIT'];

/** A number with its timestamp, as sample and exemplar carry it. */
interface Point {
  readonly value: string;
  readonly timestamp?: string;
}

/** What one line of OpenMetrics says; quoted names are `escaping=allow-utf-8`. */
export function readOpenMetricsLine(
  line: string,
  quotedNames: boolean,
): Result<LineContent, ExpositionReason> {
  if (line === END_OF_EXPOSITION) return ok({ kind: 'end' });
  if (line === '') return fail('blank line');
  const scanner = new LineScanner(line, quotedNames);
  return scanner.take('#') ? readMetadata(scanner) : readSample(scanner);
}

function readMetadata(scanner: LineScanner): Result<LineContent, ExpositionReason> {
  const keyword = scanner.take(' ') ? KEYWORDS.find((word) => scanner.take(`${word} `)) : undefined;
  if (keyword === undefined) return fail('comment that is not metadata');
  const name = takeName(scanner);
  if (!name.ok) return name;
  if (scanner.atEnd) return fail('metadata keyword without text');
  if (!scanner.take(' ')) return fail('metric name expected');
  const text = scanner.takeRest();
  return ok({
    kind: 'metadata',
    keyword,
    name: name.value,
    text: keyword === 'HELP' ? unescapeHelp(text, 'openmetrics') : text,
  });
}

function readSample(scanner: LineScanner): Result<LineContent, ExpositionReason> {
  const series = scanSeries(scanner, { blanks: false });
  if (!series.ok) return series;
  const { name, labels } = series.value;
  const point = readPoint(scanner);
  if (!point.ok) return point;
  const exemplar = scanner.take(' # ') ? readExemplar(scanner) : ok(undefined);
  if (!exemplar.ok) return exemplar;
  if (!scanner.atEnd) return fail('unexpected text after the sample');
  const sample = { name, labels, ...point.value };
  return ok({
    kind: 'sample',
    sample: exemplar.value === undefined ? sample : { ...sample, exemplar: exemplar.value },
  });
}

function readExemplar(scanner: LineScanner): Result<Exemplar, ExpositionReason> {
  if (!scanner.at('{')) return fail('invalid exemplar');
  const labels = scanLabelSet(scanner, { blanks: false });
  if (!labels.ok) return labels;
  let characters = 0;
  for (const { name, value } of labels.value) characters += name.length + codePointCount(value);
  if (characters > MAX_EXEMPLAR_CHARACTERS) return fail('exemplar labels too long');
  const point = readPoint(scanner);
  return point.ok ? ok({ labels: labels.value, ...point.value }) : point;
}

function readPoint(scanner: LineScanner): Result<Point, ExpositionReason> {
  if (!scanner.take(' ')) return fail('single space expected');
  const value = scanner.takeWord();
  if (value === undefined) return fail('value expected');
  if (parseNumber(value) === undefined) return fail('invalid number');
  if (scanner.atEnd || scanner.at(' # ')) return ok({ value });
  if (!scanner.take(' ')) return fail('single space expected');
  const timestamp = scanner.takeWord();
  if (timestamp === undefined || parseFiniteNumber(timestamp) === undefined) return fail('invalid timestamp');
  return ok({ value, timestamp });
}

/** Surrogate pairs count once: the limit is on Unicode characters, not on what a person sees as one. */
function codePointCount(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}
