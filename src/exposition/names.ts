// Names of metrics and labels: which are classic, and what the others become for readers that know only classic ones.
// Pure. Prometheus "UTF-8 support" (quoting) and its "values" escaping: `U__`, then every character that is not
// classic as `_<code point in hex>_`, underscores doubled. Never `underscores`, under which names become equal.

import { escapeLabelValue } from './escape.js';
import type { ExpositionFormat, Family, MetricType } from './model.js';

/** How names beyond the classic alphabet leave: quoted, or escaped into the classic alphabet. */
export type NameEscaping = 'allow-utf-8' | 'values';

const CLASSIC_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const CLASSIC_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const ESCAPED_PREFIX = 'U__';
const METRIC_CHARACTER = /^[a-zA-Z0-9:]$/;
const LABEL_CHARACTER = /^[a-zA-Z0-9]$/;
const DIGIT = /^[0-9]/;

/** The suffix without which OpenMetrics names the families of these types, though no sample is called so. */
const UNNAMED_SUFFIXES: Readonly<Partial<Record<MetricType, string>>> = { counter: '_total', info: '_info' };

/** Whether `name` can stand without quotes as the name of a metric. */
export function isClassicMetricName(name: string): boolean {
  return CLASSIC_METRIC_NAME.test(name);
}

/** Whether `name` can stand without quotes as the name of a label. */
export function isClassicLabelName(name: string): boolean {
  return CLASSIC_LABEL_NAME.test(name);
}

/** A name between its quotes. */
export function quoteName(name: string): string {
  return `"${escapeLabelValue(name)}"`;
}

/** A label name in the classic alphabet; a classic one stays as it is. */
export function escapeLabelName(name: string): string {
  return isClassicLabelName(name) ? name : escapeName(name, LABEL_CHARACTER);
}

/**
 * A family name in the classic alphabet; a classic one stays as it is. Samples are called so with their suffix.
 *
 * A counter is called the same in both formats: with `_total` where its samples are read, which OpenMetrics leaves out
 * of the family's name.
 */
export function escapeFamilyName(
  { name, type }: Pick<Family, 'name' | 'type'>,
  format: ExpositionFormat,
): string {
  if (isClassicMetricName(name)) return name;
  const suffix = (format === 'openmetrics' ? UNNAMED_SUFFIXES[type] : undefined) ?? '';
  const escaped = escapeName(name + suffix, METRIC_CHARACTER);
  return escaped.slice(0, escaped.length - suffix.length);
}

function escapeName(name: string, classic: RegExp): string {
  // A text that grows by one letter at a time keeps each of its steps.
  const escaped = [ESCAPED_PREFIX];
  for (const character of name) {
    const isMisplaced = escaped.length === 1 && DIGIT.test(character);
    if (character === '_') escaped.push('__');
    else if (classic.test(character) && !isMisplaced) escaped.push(character);
    else escaped.push(`_${character.codePointAt(0)?.toString(16) ?? ''}_`);
  }
  return escaped.join('');
}
