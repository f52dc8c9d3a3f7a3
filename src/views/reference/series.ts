// One series on its way into a view: its labels as the view shows them, and whether that made it equal to others.

import type { Family, Label, Sample } from '../../exposition/model.js';
import type { SampleRole } from '../../exposition/roles.js';
import type { CompiledView } from '../compile-view.js';
import { detect, type Detection } from '../detectors.js';
import { isLossy, type LabelDecision } from '../label-policy.js';
import type { LabelAction } from '../options.js';
import { applyDecision, type LabelOutcome } from '../label-value.js';
import type { MetricNames } from '../metric-names.js';
import { OVERFLOW_VALUE, type ValueCaps } from '../value-caps.js';

/** A sample with its role in its family and the labels that the view gives it. */
export interface ViewedSample {
  readonly sample: Sample;
  readonly role: SampleRole;
  /** Labels as shown, without `structural`. */
  readonly labels: readonly Label[];
  /** The same with `structural` in its place. */
  readonly allLabels: readonly Label[];
  /** Labels as they came, without `structural`. */
  readonly inputLabels: readonly Label[];
  /** `le` of a bucket, `quantile` of a quantile, the state of a stateset. */
  readonly structural: Label | undefined;
  /** Whether a label is one that the view makes coarser, so that the series may now equal others. */
  readonly isCoarsened: boolean;
  /** Labels whose value is beyond the cap and is shown as `__other__`. */
  readonly overflowed: readonly string[];
  /** What became of each label but `structural`, in the order in which they came. */
  readonly viewed: readonly ViewedLabel[];
}

/** One label on its way into a view. */
export interface ViewedLabel {
  /** As it came. */
  readonly label: Label;
  readonly shownName: string;
  /** What was found in its name, which is hidden then. */
  readonly nameDetection: Detection | undefined;
  /** What the rules say. */
  readonly decision: LabelDecision;
  /** What is done: another action than that of the rule where nobody said how the metric adds up. */
  readonly applied: LabelAction;
  readonly outcome: LabelOutcome;
  /** Whether its value is beyond the cap. */
  readonly isOverflow: boolean;
}

/** Applies the view's label policy to the samples of one family. */
export type SampleViewer = (sample: Sample, role: SampleRole) => ViewedSample;

/** What becomes of the labels of one name in one family. */
interface LabelPlan {
  readonly shownName: string;
  readonly nameDetection: Detection | undefined;
  readonly decision: LabelDecision;
  readonly applied: LabelDecision;
  readonly isLossy: boolean;
}

/** Makes the viewer of a family that can or cannot be aggregated. Without `caps` every value keeps its name. */
export function createSampleViewer(
  view: CompiledView,
  family: Pick<Family, 'name' | 'type'>,
  metric: MetricNames,
  canAggregate: boolean,
  caps?: ValueCaps,
): SampleViewer {
  const planOf = planLabels(view, metric, canAggregate);
  return (sample, role) => {
    const structuralName = structuralLabel(family, role);
    const structural = sample.labels.find(({ name }) => name === structuralName);
    const inputLabels = sample.labels.filter((label) => label !== structural);
    const labels: Label[] = [];
    const viewed: ViewedLabel[] = [];
    const overflowed: string[] = [];
    let isCoarsened = false;
    const allLabels: Label[] = [];
    for (const label of sample.labels) {
      if (label === structural) {
        allLabels.push(label);
        continue;
      }
      const plan = planOf(label.name);
      const { shownName, nameDetection, decision, applied } = plan;
      const outcome = applyDecision(applied, label.value, view.values);
      const isOverflow =
        outcome.value !== undefined && caps?.admit(metric.canonical, shownName, outcome.value) === false;
      const { action } = applied;
      viewed.push({ label, shownName, nameDetection, decision, applied: action, outcome, isOverflow });
      isCoarsened ||= plan.isLossy;
      if (outcome.value === undefined) continue;
      const shown = { name: shownName, value: isOverflow ? OVERFLOW_VALUE : outcome.value };
      labels.push(shown);
      allLabels.push(shown);
      if (isOverflow) overflowed.push(shownName);
    }
    return { sample, role, labels, allLabels, inputLabels, structural, isCoarsened, overflowed, viewed };
  };
}

function planLabels(
  view: CompiledView,
  metric: MetricNames,
  canAggregate: boolean,
): (name: string) => LabelPlan {
  const policy = view.labelPolicy(metric);
  const plans = new Map<string, LabelPlan>();
  return (name) => {
    const known = plans.get(name);
    if (known !== undefined) return known;
    const decision = policy(name);
    const isLossyHere = isLossy(decision.action);
    const nameDetection = detect(name);
    const plan: LabelPlan = {
      // A pseudonym is a valid label name, so that what a client put into a name is hidden and the series stay apart.
      shownName: nameDetection === undefined ? name : view.values.pseudonymise(name),
      nameDetection,
      // Where nobody said how gauges add up, their series must stay apart as well.
      applied: isLossyHere && !canAggregate ? { ...decision, action: 'pseudonymise' } : decision,
      decision,
      isLossy: isLossyHere,
    };
    plans.set(name, plan);
    return plan;
  };
}

/** The label that is part of a sample's shape and no business of any rule. */
function structuralLabel(
  { name, type }: Pick<Family, 'name' | 'type'>,
  role: SampleRole,
): string | undefined {
  if (role === 'bucket') return 'le';
  if (role === 'quantile') return 'quantile';
  return type === 'stateset' ? name : undefined;
}
