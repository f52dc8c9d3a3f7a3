// An explanation as lines for a terminal. By itself without values: `…` stands for each, `p_…` for a pseudonym.

import type { Label, Sample } from '../../exposition/model.js';
import { printable } from '../../internal/printable.js';
import { detect } from '../../views/detectors.js';
import { describeAction, describeRule } from '../../views/describe.js';
import type { PresetName } from '../../views/options.js';
import { looksLikePseudonym } from '../../views/pseudonym.js';
import type { ViewedLabel } from '../../views/trace.js';
import { counted, textTable } from '../text-table.js';
import type { Explanation } from './explain.js';
import { DETECTED, SCOPE } from './words.js';

/** How it is shown. */
export interface ExplanationTextOptions {
  readonly preset: PresetName;
  /** The values of labels and samples, too. They are personal data. @default false */
  readonly showValues?: boolean;
}

const HIDDEN = '…';
const HIDDEN_PSEUDONYM = 'p_…';

/** The explanation as lines. */
export function explanationLines(
  explanation: Explanation,
  { preset, showValues = false }: ExplanationTextOptions,
): readonly string[] {
  const { sample, fitting, scope, viewed } = explanation;
  const which = fitting === 1 ? [] : [`The first of ${counted(fitting, 'series', 'series')} that fit.`];
  return [
    'Series',
    `  ${seriesText(sample, showValues)}`,
    ...which,
    '',
    `Metric: ${metricLine(explanation)}`,
    `Tenant: ${SCOPE[scope]}`,
    ...(viewed === undefined
      ? ['Labels: nothing is decided about them, as the series is not in the view']
      : labelLines(viewed.viewed, preset, showValues)),
    '',
    'In the view',
    ...shownLines(explanation, showValues),
  ];
}

function metricLine({ family, selection, fate }: Explanation): string {
  const type = `${family.type}, `;
  if (fate.kind === 'name_hidden') return `${type}not in the view: ${DETECTED[fate.detection]} in its name`;
  switch (selection.by) {
    case 'all':
      return `${type}in the view, which leaves out none by name`;
    case 'keep':
      return `${type}in the view: metrics.keep has ${printable(selection.glob ?? '')}`;
    case 'drop':
      return `${type}not in the view: metrics.drop has ${printable(selection.glob ?? '')}`;
    case 'unnamed':
      return `${type}not in the view: metrics.keep does not name it`;
  }
}

function labelLines(
  labels: readonly ViewedLabel[],
  preset: PresetName,
  showValues: boolean,
): readonly string[] {
  if (labels.length === 0) return ['Labels: none'];
  const rows = labels.map((viewed) => [
    `  ${nameText(viewed.label.name, showValues)}`,
    whatHappens(viewed),
    printable(describeRule(viewed.decision, preset)),
    ...(showValues ? [valueChange(viewed)] : []),
  ]);
  return ['Labels', ...textTable(rows, ['left', 'left', 'left', 'left'])];
}

function whatHappens({ outcome, decision, applied, isOverflow, nameDetection }: ViewedLabel): string {
  const name = nameDetection === undefined ? '' : `; its name is hidden: ${DETECTED[nameDetection]} in it`;
  if (isOverflow) return `shown as __other__: more values than max_values_per_label${name}`;
  if (outcome.effect === 'detected' && outcome.detection !== undefined)
    return `replaced by a pseudonym: ${DETECTED[outcome.detection]} in the value${name}`;
  if (applied === 'keep') return `kept${decision.detect ? '; detectors found nothing' : ''}${name}`;
  if (outcome.effect === 'kept') return `kept: the value stands for nobody${name}`;
  const instead = decision.action === applied ? '' : ', as nobody says how this gauge adds up';
  return `${describeAction(applied)}${instead}${name}`;
}

function valueChange({ label, outcome, isOverflow }: ViewedLabel): string {
  const after = isOverflow ? '"__other__"' : outcome.value === undefined ? 'gone' : quoted(outcome.value);
  return `${quoted(label.value)} → ${after}`;
}

function shownLines(explanation: Explanation, showValues: boolean): readonly string[] {
  const { shown, fate, viewed, others } = explanation;
  if (shown === undefined) return [`  nothing: ${whyNothing(explanation)}`];
  const how =
    others === 0
      ? []
      : [
          `  together with ${counted(others, 'other series', 'other series')}, ${
            fate.kind === 'aggregated' && fate.gauge !== undefined
              ? `put together by ${fate.gauge.gaugeFunction} (${fate.gauge.source === 'view' ? 'own rule of the view' : 'preset'}: ${printable(fate.gauge.glob)})`
              : 'added up'
          }`,
        ];
  const withheld = viewed?.overflowed.length === 0 ? [] : ['  with a value beyond max_values_per_label'];
  return [`  ${seriesText(shown, showValues)}`, ...how, ...withheld];
}

function whyNothing({ fate, viewed, family }: Explanation): string {
  if (fate.kind === 'name_hidden') return 'the whole metric goes';
  if (viewed === undefined) return 'see above';
  if (viewed.overflowed.length > 0)
    return 'it has more values than max_values_per_label, and nobody says how it adds up';
  return viewed.role === 'bucket' && family.type === 'histogram'
    ? 'not every histogram that is added up has this bucket'
    : 'of series that are added up there is none';
}

/** The series as an exposition has it, with the number behind it where values are shown. */
function seriesText({ name, labels, value }: Sample, showValues: boolean): string {
  const inside = labels.map((label) => `${nameText(label.name, showValues)}=${valueText(label, showValues)}`);
  const series = `${nameText(name, showValues)}${inside.length === 0 ? '' : `{${inside.join(', ')}}`}`;
  return showValues ? `${series} ${printable(value)}` : series;
}

/** A name in which something is found is as personal as a value. */
function nameText(name: string, showValues: boolean): string {
  const detection = showValues ? undefined : detect(name);
  if (detection === undefined) return printable(name);
  return looksLikePseudonym(name) ? HIDDEN_PSEUDONYM : `(${DETECTED[detection]})`;
}

function valueText({ value }: Label, showValues: boolean): string {
  if (showValues) return quoted(value);
  return `"${looksLikePseudonym(value) ? HIDDEN_PSEUDONYM : HIDDEN}"`;
}

function quoted(value: string): string {
  return `"${printable(value)}"`;
}
