// Prints a parsed exposition. Deterministic: equal expositions give equal bytes, on every machine.
// Escapes every label value and HELP anew; copies numbers as they were written; never prints a comment.
// Prometheus text 0.0.4 and 1.0.0 and OpenMetrics 1.0, in the canonical layout that their own clients print.

import { escapeHelp, escapeLabelValue } from './escape.js';
import type { Exemplar, Exposition, ExpositionFormat, Family, Label, Sample } from './model.js';
import { END_OF_EXPOSITION } from './openmetrics-format.js';
import { atOnce } from '../internal/turns.js';
import {
  escapeFamilyName,
  escapeLabelName,
  isClassicLabelName,
  isClassicMetricName,
  type NameEscaping,
  quoteName,
} from './names.js';

/** How OpenMetrics ends, as bytes. */
export const END_OF_OPENMETRICS: Uint8Array = Buffer.from(`${END_OF_EXPOSITION}\n`);

/** Characters that are encoded at once: a whole exposition as one string could pass what a string may hold. */
const CHUNK_CHARACTERS = 256 * 1024;

/** How to print an exposition. */
export interface SerialiseOptions {
  /**
   * What becomes of names beyond the classic alphabet. `allow-utf-8` is for readers that asked for it.
   *
   * @default 'values'
   */
  readonly escaping?: NameEscaping;
}

/** The bytes of `exposition` in its own format; families, samples and labels in the order given. */
export function serialiseExposition(exposition: Exposition, options: SerialiseOptions = {}): Uint8Array {
  return atOnce(serialiseInSlices(exposition, options));
}

/** The same in slices, between which others can have their turn. */
export function* serialiseInSlices(
  exposition: Exposition,
  options: SerialiseOptions = {},
): Generator<void, Uint8Array> {
  const chunks: Buffer[] = [];
  let pending = '';
  for (const line of linesOf(exposition, options.escaping ?? 'values')) {
    pending += `${line}\n`;
    if (pending.length >= CHUNK_CHARACTERS) {
      chunks.push(Buffer.from(pending, 'utf8'));
      pending = '';
      yield;
    }
  }
  chunks.push(Buffer.from(pending, 'utf8'));
  return Buffer.concat(chunks);
}

/** The metadata lines of a family, each with its line feed, as `serialiseExposition` prints them. */
export function serialiseMetadata(
  family: Omit<Family, 'samples'>,
  format: ExpositionFormat,
  escaping: NameEscaping,
): Uint8Array {
  const lines = [...metadataLines(family, namesOf(family, format, escaping), format)];
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
}

function* linesOf({ format, families }: Exposition, escaping: NameEscaping): Generator<string> {
  for (const family of families) {
    const names = namesOf(family, format, escaping);
    yield* metadataLines(family, names, format);
    for (const sample of family.samples) yield sampleLine(sample, names);
  }
  if (format === 'openmetrics') yield END_OF_EXPOSITION;
}

/** How the names of one family are printed. */
interface PrintedNames {
  /** In metadata lines. */
  readonly family: string;
  /** What opens a sample line: the name, if it stands before the braces, and what stands within them first. */
  readonly sample: (name: string) => { readonly before: string; readonly within: readonly string[] };
  readonly label: (name: string) => string;
  /** Absent where the printed name of the family no longer ends in it, which readers would refuse. */
  readonly unit: string | undefined;
}

function namesOf(
  family: Pick<Family, 'name' | 'type' | 'unit'>,
  format: ExpositionFormat,
  escaping: NameEscaping,
): PrintedNames {
  if (escaping === 'values') {
    const escaped = escapeFamilyName(family, format);
    const { name: original, unit } = family;
    const keepsUnit = escaped === original || unit === '' || escaped.endsWith(`_${unit ?? ''}`);
    return {
      family: escaped,
      sample: (name) => ({ before: escaped + name.slice(original.length), within: [] }),
      label: escapeLabelName,
      unit: keepsUnit ? unit : undefined,
    };
  }
  return {
    family: isClassicMetricName(family.name) ? family.name : quoteName(family.name),
    sample: (name) =>
      isClassicMetricName(name) ? { before: name, within: [] } : { before: '', within: [quoteName(name)] },
    label: (name) => (isClassicLabelName(name) ? name : quoteName(name)),
    unit: family.unit,
  };
}

function* metadataLines(
  { type, typed, help }: Pick<Family, 'type' | 'typed' | 'help'>,
  { family, unit }: PrintedNames,
  format: ExpositionFormat,
): Generator<string> {
  if (help !== undefined) yield `# HELP ${family} ${escapeHelp(help, format)}`;
  if (typed) yield `# TYPE ${family} ${type}`;
  if (unit !== undefined && format === 'openmetrics') yield `# UNIT ${family} ${unit}`;
}

function sampleLine(sample: Sample, names: PrintedNames): string {
  const { before, within } = names.sample(sample.name);
  const inBraces = [...within, ...labelTexts(sample.labels, names)];
  const labels = inBraces.length === 0 ? '' : `{${inBraces.join(',')}}`;
  const exemplar = sample.exemplar === undefined ? '' : ` # ${exemplarText(sample.exemplar, names)}`;
  return `${before}${labels} ${sample.value}${timestampText(sample.timestamp)}${exemplar}`;
}

function exemplarText(exemplar: Exemplar, names: PrintedNames): string {
  const labels = labelTexts(exemplar.labels, names).join(',');
  return `{${labels}} ${exemplar.value}${timestampText(exemplar.timestamp)}`;
}

function timestampText(timestamp: string | undefined): string {
  return timestamp === undefined ? '' : ` ${timestamp}`;
}

function labelTexts(labels: readonly Label[], names: PrintedNames): readonly string[] {
  return labels.map(({ name, value }) => `${names.label(name)}="${escapeLabelValue(value)}"`);
}
