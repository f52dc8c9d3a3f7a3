// Prints a parsed exposition. Deterministic: equal expositions give equal bytes, on every machine.
// Escapes every label value and HELP anew; copies numbers as they were written; never prints a comment.
// Prometheus text 0.0.4 and OpenMetrics 1.0, in the canonical layout that their own clients print.

import { escapeHelp, escapeLabelValue } from './escape.js';
import type { Exemplar, Exposition, ExpositionFormat, Family, Label, Sample } from './model.js';

/** Characters that are encoded at once: a whole exposition as one string could pass what a string may hold. */
const CHUNK_CHARACTERS = 1024 * 1024;

/** The bytes of `exposition` in its own format; families, samples and labels in the order given. */
export function serialiseExposition(exposition: Exposition): Uint8Array {
  const chunks: Buffer[] = [];
  let pending = '';
  for (const line of linesOf(exposition)) {
    pending += `${line}\n`;
    if (pending.length >= CHUNK_CHARACTERS) {
      chunks.push(Buffer.from(pending, 'utf8'));
      pending = '';
    }
  }
  chunks.push(Buffer.from(pending, 'utf8'));
  return Buffer.concat(chunks);
}

function* linesOf({ format, families }: Exposition): Generator<string> {
  for (const family of families) {
    yield* metadataLines(family, format);
    for (const sample of family.samples) yield sampleLine(sample);
  }
  if (format === 'openmetrics') yield '# EOF';
}

function* metadataLines(
  { name, type, typed, help, unit }: Family,
  format: ExpositionFormat,
): Generator<string> {
  if (help !== undefined) yield `# HELP ${name} ${escapeHelp(help, format)}`;
  if (typed) yield `# TYPE ${name} ${type}`;
  if (unit !== undefined && format === 'openmetrics') yield `# UNIT ${name} ${unit}`;
}

function sampleLine(sample: Sample): string {
  const labels = sample.labels.length === 0 ? '' : labelSet(sample.labels);
  const exemplar = sample.exemplar === undefined ? '' : ` # ${exemplarText(sample.exemplar)}`;
  return `${sample.name}${labels} ${sample.value}${timestampText(sample.timestamp)}${exemplar}`;
}

function exemplarText(exemplar: Exemplar): string {
  return `${labelSet(exemplar.labels)} ${exemplar.value}${timestampText(exemplar.timestamp)}`;
}

function timestampText(timestamp: string | undefined): string {
  return timestamp === undefined ? '' : ` ${timestamp}`;
}

function labelSet(labels: readonly Label[]): string {
  return `{${labels.map(({ name, value }) => `${name}="${escapeLabelValue(value)}"`).join(',')}}`;
}
