// One series on its way into a view: its labels as the view shows them, and whether that made it equal to others.

import type { Label, Sample } from '../../exposition/model.js';
import type { SampleRole } from '../../exposition/roles.js';
import type { CompiledView } from '../compile-view.js';
import { detect } from '../detectors.js';
import { isLossy, type LabelDecision } from '../label-policy.js';
import { applyDecision, type LabelOutcome } from '../label-value.js';

/** Where a detection in the name of a label is counted. */
const LABEL_NAME_PLACE = '__label__';

/** A sample with its role in its family and the labels that the view gives it. */
export interface ViewedSample {
  readonly sample: Sample;
  readonly role: SampleRole;
  /** Labels as shown, without `structural`. */
  readonly labels: readonly Label[];
  /** Labels as they came, without `structural`. */
  readonly inputLabels: readonly Label[];
  /** `le` of a bucket, `quantile` of a quantile. */
  readonly structural: Label | undefined;
  readonly outcomes: readonly (readonly [label: string, outcome: LabelOutcome])[];
}

const STRUCTURAL_LABELS: Readonly<Partial<Record<SampleRole, string>>> = {
  bucket: 'le',
  quantile: 'quantile',
};

/** What the policy decides about a label of a metric, for a family that can or cannot be aggregated. */
function decisionFor(
  view: CompiledView,
  label: string,
  metric: string,
  canAggregate: boolean,
): LabelDecision {
  const decision = view.labelPolicy(label, metric);
  // Nobody said how these gauges add up, so their series must stay apart.
  return !canAggregate && isLossy(decision.action) ? { ...decision, action: 'pseudonymise' } : decision;
}

/** Applies the view's label policy to one sample. */
export function viewSample(
  view: CompiledView,
  sample: Sample,
  role: SampleRole,
  metric: string,
  canAggregate: boolean,
): ViewedSample {
  const structuralName = STRUCTURAL_LABELS[role];
  const structural = sample.labels.find(({ name }) => name === structuralName);
  const inputLabels = sample.labels.filter((label) => label !== structural);
  const labels: Label[] = [];
  const outcomes: (readonly [string, LabelOutcome])[] = [];
  for (const { name, value } of inputLabels) {
    const outcome = applyDecision(decisionFor(view, name, metric, canAggregate), value, view.values);
    const detection = detect(name);
    // A pseudonym is a valid label name, so that what a client put into a name is hidden without losing the series.
    const shownName = detection === undefined ? name : view.values.pseudonymise(name);
    if (detection !== undefined) outcomes.push([LABEL_NAME_PLACE, { effect: 'detected', detection }]);
    outcomes.push([shownName, outcome]);
    if (outcome.value !== undefined) labels.push({ name: shownName, value: outcome.value });
  }
  return { sample, role, labels, inputLabels, structural, outcomes };
}

/** Whether any label of the sample is one that the view makes coarser. */
export function isCoarsened(view: CompiledView, sample: ViewedSample, metric: string): boolean {
  return sample.inputLabels.some(({ name }) => isLossy(view.labelPolicy(name, metric).action));
}
