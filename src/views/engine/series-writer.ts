// Writes what names a series in a view, `name{a="x",b="y"} `, from the written names and labels that it is made of.
// Decides nothing: whatever is given is shown. Length and bytes must agree, because bodies are measured first.

import type { FamilyKind } from '../../exposition/incremental/family-kinds.js';
import type { ExpositionFormat } from '../../exposition/model.js';
import {
  escapeFamilyName,
  isClassicMetricName,
  quoteName,
  type NameEscaping,
} from '../../exposition/names.js';
import type { ShownLabels } from './shown-labels.js';

const COMMA = 0x2c;
const SPACE = 0x20;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** A sample name as it opens a line: before the braces, or within them as the first thing. */
export interface WrittenName {
  readonly before: Uint8Array;
  readonly within: Uint8Array;
}

const NOTHING: Uint8Array = new Uint8Array(0);

/** How the sample `name` of a family is written. */
export function writtenName(
  kind: FamilyKind,
  name: string,
  format: ExpositionFormat,
  escaping: NameEscaping,
): WrittenName {
  if (escaping === 'allow-utf-8' && !isClassicMetricName(name)) {
    return { before: NOTHING, within: Buffer.from(quoteName(name), 'utf8') };
  }
  const escaped =
    escaping === 'values' ? escapeFamilyName(kind, format) + name.slice(kind.name.length) : name;
  return { before: Buffer.from(escaped, 'utf8'), within: NOTHING };
}

/** Bytes that `writeSeries` writes. */
export function seriesLength(
  { before, within }: WrittenName,
  labels: readonly number[],
  shown: ShownLabels,
): number {
  const parts = labels.length + (within.length > 0 ? 1 : 0);
  let length = before.length + within.length + 1;
  if (parts > 0) length += parts + 1;
  for (const label of labels) length += shown.length(label);
  return length;
}

/** Writes a series and the space behind it; gives the position behind that. */
export function writeSeries(
  { before, within }: WrittenName,
  labels: readonly number[],
  shown: ShownLabels,
  target: Uint8Array,
  start: number,
): number {
  let at = copy(before, target, start);
  let isFirst = true;
  if (within.length > 0) {
    target[at] = OPENING_BRACE;
    at = copy(within, target, at + 1);
    isFirst = false;
  }
  for (const label of labels) {
    target[at] = isFirst ? OPENING_BRACE : COMMA;
    at = shown.write(label, target, at + 1);
    isFirst = false;
  }
  if (!isFirst) {
    target[at] = CLOSING_BRACE;
    at += 1;
  }
  target[at] = SPACE;
  return at + 1;
}

function copy(bytes: Uint8Array, target: Uint8Array, start: number): number {
  for (let from = 0; from < bytes.length; from += 1) target[start + from] = bytes[from] ?? 0;
  return start + bytes.length;
}
