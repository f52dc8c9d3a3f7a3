// Prints a parsed exposition. Deterministic: equal expositions give equal bytes, on every machine.
// Escapes every label value and HELP anew; copies numbers as they were written; never prints a comment.
// Prometheus text 0.0.4 and OpenMetrics 1.0, in the canonical layout that their own clients print.

import { escapeHelp, escapeLabelValue } from './escape.js';
import type { Exemplar, Exposition, ExpositionFormat, Family, Label, Sample } from './model.js';

/** The bytes of `exposition` in its own format; families, samples and labels in the order given. */
export function serialiseExposition(exposition: Exposition): Uint8Array {
  const lines: string[] = [];
  for (const family of exposition.families) {
    appendMetadata(lines, family, exposition.format);
    for (const sample of family.samples) lines.push(sampleLine(sample));
  }
  if (exposition.format === 'openmetrics') lines.push('# EOF');
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
}

function appendMetadata(lines: string[], family: Family, format: ExpositionFormat): void {
  if (family.help !== undefined) lines.push(`# HELP ${family.name} ${escapeHelp(family.help, format)}`);
  if (family.typed) lines.push(`# TYPE ${family.name} ${family.type}`);
  if (family.unit !== undefined && format === 'openmetrics') {
    lines.push(`# UNIT ${family.name} ${family.unit}`);
  }
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
