// Reads what names a series: its metric name and label set, the name before the braces or quoted within them.
// Pure. Where names may be quoted, the metric name is the first thing within the braces and stands there once.
// Text 0.0.4 and 1.0.0 ("Line format"), OpenMetrics 1.0 (ABNF), Prometheus "UTF-8 support".

import {
  isLongerThan,
  MAX_LABEL_VALUE_BYTES,
  MAX_LABELS,
  MAX_NAME_BYTES,
  METRIC_NAME_LABEL,
} from './limits.js';
import type { Label } from './model.js';
import type { ExpositionReason } from './problem.js';
import type { LineScanner } from './scan.js';
import { fail, ok, type Result } from '../internal/result.js';

/** Whether spaces, tabs and a comma after the last label are allowed, as the text format has it. */
export interface SeriesLayout {
  readonly blanks: boolean;
}

/** What names a series. */
export interface ScannedSeries {
  readonly name: string;
  readonly labels: readonly Label[];
  /** Whether its end is marked, by a brace or a blank that was read, so that a value may follow at once. */
  readonly ended: boolean;
}

/** Reads a metric name and its label set, if it has one. */
export function scanSeries(
  scanner: LineScanner,
  layout: SeriesLayout,
): Result<ScannedSeries, ExpositionReason> {
  const name = scanner.takeMetricName();
  if (name === undefined) return scanQuotedSeries(scanner, layout);
  const blanks = layout.blanks && scanner.takeBlanks();
  if (!scanner.at('{')) return ok({ name, labels: [], ended: blanks });
  const labels = scanLabelSet(scanner, layout);
  return labels.ok ? ok({ name, labels: labels.value, ended: true }) : labels;
}

/** Reads a label set from its opening to its closing brace. */
export function scanLabelSet(
  scanner: LineScanner,
  layout: SeriesLayout,
): Result<readonly Label[], ExpositionReason> {
  scanner.take('{');
  if (layout.blanks) scanner.takeBlanks();
  return scanner.take('}') ? ok([]) : scanLabels(scanner, layout);
}

function scanQuotedSeries(
  scanner: LineScanner,
  layout: SeriesLayout,
): Result<ScannedSeries, ExpositionReason> {
  if (!scanner.take('{')) return fail('metric name expected');
  if (layout.blanks) scanner.takeBlanks();
  const name = scanner.takeQuotedName() ?? fail('metric name expected');
  if (!name.ok) return name;
  if (layout.blanks) scanner.takeBlanks();
  const comma = scanner.take(',');
  if (comma && layout.blanks) scanner.takeBlanks();
  if ((!comma || layout.blanks) && scanner.take('}'))
    return ok({ name: name.value, labels: [], ended: true });
  if (!comma) return fail('metric name expected');
  const labels = scanLabels(scanner, layout);
  return labels.ok ? ok({ name: name.value, labels: labels.value, ended: true }) : labels;
}

/** Reads one label or more, and the closing brace. */
function scanLabels(scanner: LineScanner, layout: SeriesLayout): Result<readonly Label[], ExpositionReason> {
  const skipBlanks = (): void => {
    if (layout.blanks) scanner.takeBlanks();
  };
  const labels: Label[] = [];
  const names = new Set<string>();
  for (;;) {
    const label = scanLabel(scanner, skipBlanks);
    if (!label.ok) return label;
    if (names.has(label.value.name)) return fail('same label twice');
    if (names.size === MAX_LABELS) return fail('too many labels');
    names.add(label.value.name);
    labels.push(label.value);
    skipBlanks();
    const comma = scanner.take(',');
    skipBlanks();
    if ((!comma || layout.blanks) && scanner.take('}')) return ok(labels);
    if (!comma) return fail('comma or closing brace expected after a label');
  }
}

function scanLabel(scanner: LineScanner, skipBlanks: () => void): Result<Label, ExpositionReason> {
  const classic = scanner.takeLabelName();
  const scanned = classic === undefined ? scanner.takeQuotedName() : ok(classic);
  if (scanned === undefined) return fail('label name expected');
  if (!scanned.ok) return scanned;
  const name = scanned.value;
  if (isLongerThan(name, MAX_NAME_BYTES)) return fail('name too long');
  if (name === METRIC_NAME_LABEL) return fail('reserved label name');
  skipBlanks();
  if (!scanner.take('=')) return fail('equals sign expected after a label name');
  skipBlanks();
  const value = scanner.takeQuoted();
  if (!value.ok) return value;
  if (isLongerThan(value.value, MAX_LABEL_VALUE_BYTES)) return fail('label value too long');
  return ok({ name, value: value.value });
}
