// A comparison as lines for a terminal, side by side: `-` what the view does not have, `~` what it changes.
// By itself it can be shown to others: names and counts, no value of a label, and no name in which something was found.
// Text of the target is made printable; values come only where somebody asked for them.

import { printable } from '../../internal/printable.js';
import type { Detection } from '../../views/detectors.js';
import { describeAction, describeRule } from '../../views/describe.js';
import type { PresetName } from '../../views/options.js';
import { counted, formatCount, textTable } from '../text-table.js';
import type { Comparison, FamilyChange } from './compare.js';
import type { LabelChange, ValueExample } from './compare-labels.js';
import { DETECTED } from './words.js';

/** What is shown. */
export interface ComparisonTextOptions {
  readonly preset: PresetName;
  /** Examples of values, before and after. They are personal data. @default false */
  readonly showValues?: boolean;
  /** Families that leave as they came, too. @default false */
  readonly showUnchanged?: boolean;
}

const VALUE_LENGTH = 60;

/** The comparison as lines. */
export function comparisonLines(comparison: Comparison, options: ComparisonTextOptions): readonly string[] {
  return [
    ...amountLines(comparison),
    '',
    ...labelLines(comparison.labels, options),
    '',
    ...familyLines(comparison, options),
  ];
}

function amountLines({ before, after, quarantined }: Comparison): readonly string[] {
  const row = (name: 'families' | 'series' | 'bytes'): readonly string[] => [
    name,
    formatCount(before[name]),
    '→',
    formatCount(after[name]),
  ];
  return [
    ...textTable(
      [['', 'before', '', 'after'], row('families'), row('series'), row('bytes')],
      ['left', 'right', 'left', 'right'],
    ),
    ...(quarantined > 0
      ? [`${counted(quarantined, 'malformed family', 'malformed families')} of the target left out`]
      : []),
  ];
}

/** What happens to each label. */
export function labelLines(
  labels: readonly LabelChange[],
  { preset, showValues = false }: Pick<ComparisonTextOptions, 'preset' | 'showValues'>,
): readonly string[] {
  if (labels.length === 0) return ['Labels: none'];
  const rows = labels.map((change) => labelRow(change, preset, showValues));
  const lines = textTable(
    [['', 'label', 'values', '', '', 'in', 'what happens', 'by'], ...rows],
    ['left', 'left', 'right', 'left', 'right', 'left', 'left', 'left'],
  );
  if (!showValues) return ['Labels', ...lines];
  const [heading = '', ...below] = lines;
  return [
    'Labels',
    heading,
    ...below.flatMap((line, at) => [line, ...(labels[at]?.examples ?? []).map(exampleLine)]),
  ];
}

function labelRow(change: LabelChange, preset: PresetName, showValues: boolean): readonly string[] {
  const { valuesBefore, valuesAfter, series, families } = change;
  return [
    markOf(change),
    labelName(change, showValues),
    formatCount(valuesBefore),
    '→',
    formatCount(valuesAfter),
    `${formatCount(series)} series, ${counted(families, 'family', 'families')}`,
    whatHappens(change),
    byWhat(change, preset),
  ];
}

function byWhat({ fate, detections, decision }: LabelChange, preset: PresetName): string {
  if (fate === 'detected') return `${found(detections)} in the value`;
  return decision === undefined || fate === 'overflow' ? '' : describeRule(decision, preset);
}

function markOf({ fate, nameDetection }: LabelChange): string {
  if (fate === 'gone' || fate === 'drop') return '-';
  return fate === 'keep' && nameDetection === undefined ? ' ' : '~';
}

function labelName({ name, nameDetection }: LabelChange, showValues: boolean): string {
  return nameDetection === undefined || showValues
    ? printable(name)
    : `(${DETECTED[nameDetection]} in its name)`;
}

function whatHappens({ fate, decision }: LabelChange): string {
  switch (fate) {
    case 'gone':
      return 'gone with its series';
    case 'overflow':
      return 'shown as __other__: more values than max_values_per_label';
    case 'detected':
      return 'replaced by pseudonyms';
    default:
      return decision !== undefined && decision.action !== fate
        ? `${describeAction(fate)}, as nobody says how its gauges add up`
        : describeAction(fate);
  }
}

function found(detections: readonly Detection[]): string {
  return detections.map((detection) => DETECTED[detection]).join(', ');
}

function exampleLine({ before, after }: ValueExample): string {
  const shown = after === undefined ? '(not shown)' : quoted(after);
  return `       ${quoted(before)} → ${shown}`;
}

function quoted(value: string): string {
  return `"${printable(value, VALUE_LENGTH)}"`;
}

function familyLines(
  { families, empty }: Comparison,
  { showValues = false, showUnchanged = false }: ComparisonTextOptions,
): readonly string[] {
  const listed = showUnchanged ? families : families.filter((family) => family.isChanged);
  const others = families.length - listed.length;
  const rest = [
    ...(others > 0 ? [`${counted(others, 'family', 'families')} as before (--all lists them)`] : []),
    ...(empty > 0 ? [`${counted(empty, 'family', 'families')} without a series: left out`] : []),
  ];
  if (listed.length === 0) return ['Families', ...rest];
  const rows = listed.map((family) => familyRow(family, showValues));
  return [
    'Families',
    ...textTable(
      [['', 'family', 'type', 'series', '', '', 'bytes', '', '', 'what happens'], ...rows],
      ['left', 'left', 'left', 'right', 'left', 'right', 'right', 'left', 'right', 'left'],
    ),
    ...rest,
  ];
}

function familyRow(family: FamilyChange, showValues: boolean): readonly string[] {
  const { name, type, fate, seriesBefore, seriesAfter, bytesBefore, bytesAfter, isChanged } = family;
  const isHidden = fate.kind === 'name_hidden' && !showValues;
  return [
    !isChanged ? ' ' : seriesAfter === 0 ? '-' : '~',
    isHidden ? `(${DETECTED[fate.detection]} in its name)` : printable(name),
    type,
    formatCount(seriesBefore),
    '→',
    formatCount(seriesAfter),
    formatCount(bytesBefore),
    '→',
    formatCount(bytesAfter),
    familyFate(family),
  ];
}

function familyFate({ type, fate, seriesBefore, seriesAfter, losesHelp, isChanged }: FamilyChange): string {
  const help = losesHelp ? ', without its HELP text, in which detectors found something' : '';
  switch (fate.kind) {
    case 'name_hidden':
      return `gone: ${DETECTED[fate.detection]} in its name`;
    case 'not_selected':
      return fate.selection.by === 'drop'
        ? `gone: metrics.drop has ${printable(fate.selection.glob ?? '')}`
        : 'gone: metrics.keep does not name it';
    case 'out_of_scope':
      return 'gone: no series of the tenant';
    case 'withheld':
      return 'gone: more values than max_values_per_label, and nobody says how it adds up';
    case 'nothing_left':
      // In text format a creation time is a gauge of its own.
      return type === 'gauge' ? 'gone: totals have no creation time' : 'gone: it has nothing that adds up';
    case 'aggregated':
      return `${fate.gauge === undefined ? 'added up' : `put together by ${fate.gauge.gaugeFunction}`}${help}`;
    case 'one_by_one': {
      const scope = seriesAfter < seriesBefore ? 'some series are not in the view' : 'series by series';
      return isChanged ? `${scope}${help}` : 'as before';
    }
  }
}
