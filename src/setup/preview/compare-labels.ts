// What a view does to the labels of one exposition, by name of the label: for each thing that happens to it, the rule,
// how many series and families it happens in, and how many values there were and are.

import type { Family } from '../../exposition/model.js';
import { isHistogram } from '../../exposition/roles.js';
import { detect, type Detection } from '../../views/detectors.js';
import type { LabelDecision } from '../../views/label-policy.js';
import type { LabelAction } from '../../views/options.js';
import type { FamilyDecision, ViewedLabel } from '../../views/trace.js';

/**
 * What becomes of a label: what an action does; `detected` where a detector hid a value that was kept by name;
 * `overflow` beyond `max_values_per_label`; `gone` where the view has no series with it.
 */
export type LabelFate = LabelAction | 'detected' | 'overflow' | 'gone';

/** A value, and what the view shows in its place; absent where the label goes. */
export interface ValueExample {
  readonly before: string;
  readonly after?: string;
}

/** One thing that happens to the labels of one name. */
export interface LabelChange {
  /** As the target writes it. */
  readonly name: string;
  /** As the view writes it: a pseudonym where something was found in the name itself. */
  readonly shownName: string;
  readonly nameDetection?: Detection;
  readonly fate: LabelFate;
  /** What detectors found in its values. */
  readonly detections: readonly Detection[];
  /** Absent where the fate is `gone`. */
  readonly decision?: LabelDecision;
  readonly families: number;
  readonly series: number;
  readonly valuesBefore: number;
  readonly valuesAfter: number;
  /** The first few values, different ones. */
  readonly examples: readonly ValueExample[];
}

const MAX_EXAMPLES = 3;

/** A change that is being counted. */
interface Draft {
  readonly first: ViewedLabel;
  readonly fate: LabelFate;
  readonly detections: Set<Detection>;
  readonly families: Set<string>;
  series: number;
  readonly before: Set<string>;
  readonly after: Set<string>;
  readonly examples: ValueExample[];
}

/** Whether a label leaves otherwise than it came. */
export function isChanged({ label, shownName, outcome, isOverflow }: ViewedLabel): boolean {
  return isOverflow || shownName !== label.name || outcome.value !== label.value;
}

/** Everything that happens to labels, by name of the label. */
export function compareLabels(decisions: readonly FamilyDecision[]): readonly LabelChange[] {
  const drafts = new Map<string, Draft>();
  for (const { family, viewed } of decisions) {
    for (const sample of viewed) for (const label of sample.viewed) count(drafts, family.name, label);
  }
  const changes = [...drafts.values()].map(changeOf);
  return [...changes, ...goneLabels(decisions, changes)].toSorted((a, b) => compareText(a.name, b.name));
}

function count(drafts: Map<string, Draft>, family: string, viewed: ViewedLabel): void {
  const { label, outcome, decision, isOverflow } = viewed;
  const fate = fateOf(viewed);
  const { source, rule } = decision;
  const key = JSON.stringify([label.name, fate, decision.action, source, rule]);
  const draft = drafts.get(key) ?? newDraft(viewed, fate);
  drafts.set(key, draft);
  draft.families.add(family);
  draft.series += 1;
  if (outcome.detection !== undefined) draft.detections.add(outcome.detection);
  if (outcome.value !== undefined && !isOverflow) draft.after.add(outcome.value);
  if (draft.before.has(label.value)) return;
  draft.before.add(label.value);
  if (draft.examples.length >= MAX_EXAMPLES) return;
  draft.examples.push({
    before: label.value,
    ...(outcome.value !== undefined && !isOverflow && { after: outcome.value }),
  });
}

function newDraft(first: ViewedLabel, fate: LabelFate): Draft {
  return {
    first,
    fate,
    detections: new Set(),
    families: new Set(),
    series: 0,
    before: new Set(),
    after: new Set(),
    examples: [],
  };
}

/** A value that stands for nobody is kept by the same rule that hides the others. */
function fateOf({ applied, outcome, isOverflow }: ViewedLabel): LabelFate {
  if (isOverflow) return 'overflow';
  return outcome.effect === 'detected' ? 'detected' : applied;
}

function changeOf(draft: Draft): LabelChange {
  const { label, shownName, nameDetection, decision } = draft.first;
  return {
    name: label.name,
    shownName,
    ...(nameDetection !== undefined && { nameDetection }),
    fate: draft.fate,
    detections: [...draft.detections].toSorted(),
    decision,
    families: draft.families.size,
    series: draft.series,
    valuesBefore: draft.before.size,
    valuesAfter: draft.after.size,
    examples: draft.examples,
  };
}

/** Labels of which the view has no series at all. */
function goneLabels(
  decisions: readonly FamilyDecision[],
  changes: readonly LabelChange[],
): readonly LabelChange[] {
  const known = new Set(changes.map(({ name }) => name));
  const gone = new Map<
    string,
    { readonly families: Set<string>; series: number; readonly values: Set<string> }
  >();
  for (const { family } of decisions) {
    for (const { labels } of family.samples) {
      for (const { name, value } of labels) {
        if (known.has(name) || name === structuralName(family)) continue;
        const draft = gone.get(name) ?? { families: new Set(), series: 0, values: new Set() };
        gone.set(name, draft);
        draft.families.add(family.name);
        draft.series += 1;
        draft.values.add(value);
      }
    }
  }
  return [...gone].map(([name, { families, series, values }]) => ({
    name,
    shownName: name,
    ...nameDetectionOf(name),
    fate: 'gone' as const,
    detections: [],
    families: families.size,
    series,
    valuesBefore: values.size,
    valuesAfter: 0,
    examples: [...values].slice(0, MAX_EXAMPLES).map((before) => ({ before })),
  }));
}

function nameDetectionOf(name: string): Pick<LabelChange, 'nameDetection'> {
  const nameDetection = detect(name);
  return nameDetection === undefined ? {} : { nameDetection };
}

/** The label that is part of the shape of a family's samples, and of which no rule decides. */
function structuralName({ name, type }: Pick<Family, 'name' | 'type'>): string | undefined {
  if (isHistogram(type)) return 'le';
  if (type === 'summary') return 'quantile';
  return type === 'stateset' ? name : undefined;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
