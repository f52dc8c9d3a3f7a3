// Why one series is in a view as it is: its metric, its tenant, each of its labels with the rule that decided, and the
// series that it is part of there. Reads what was decided (src/views/trace.ts); decides nothing.

import type { Family, Sample } from '../../exposition/model.js';
import { seriesKey } from '../../exposition/series-key.js';
import type { MetricSelection } from '../../views/metric-selection.js';
import {
  ruledMetric,
  seriesScope,
  type FamilyDecision,
  type FamilyFate,
  type SeriesScope,
  type ViewedSample,
  type ViewTrace,
} from '../../views/trace.js';
import { fitsSelector, type SeriesSelector } from './series-selector.js';

/** One series, and all that led to what the view shows of it. */
export interface Explanation {
  /** How many series of the target fit; the first one is explained. */
  readonly fitting: number;
  readonly family: Pick<Family, 'name' | 'type'>;
  readonly sample: Sample;
  readonly selection: MetricSelection;
  readonly fate: FamilyFate;
  readonly scope: SeriesScope;
  /** Absent where nothing was decided about its labels, because it is not in the view before that. */
  readonly viewed?: ViewedSample;
  /** The series of the view that it is, or is part of. */
  readonly shown?: Sample;
  /** Other series of the target that are part of it as well. */
  readonly others: number;
}

/** Explains the first series that fits; undefined where none does. */
export function explainSeries(trace: ViewTrace, selector: SeriesSelector): Explanation | undefined {
  const fitting = trace.decisions.flatMap((decision) =>
    decision.family.samples
      .filter((sample) => fitsSelector(selector, sample))
      .map((sample) => ({ decision, sample })),
  );
  const [first] = fitting;
  if (first === undefined) return undefined;
  const { decision, sample } = first;
  const { family, fate } = decision;
  const metric = ruledMetric(family, trace.context);
  const viewed = decision.viewed.find((candidate) => candidate.sample === sample);
  const shown = viewed && shownSample(trace, decision, viewed);
  return {
    fitting: fitting.length,
    family,
    sample,
    selection: trace.view.selectionOf(metric),
    fate,
    scope: seriesScope(sample.labels, metric, trace.context),
    ...(viewed && { viewed }),
    ...(shown && { shown }),
    others: viewed === undefined || shown === undefined ? 0 : countOthers(decision, viewed),
  };
}

/** Found by its name and labels, as any reader of the view would find it. */
function shownSample(
  { shown }: ViewTrace,
  { family }: FamilyDecision,
  viewed: ViewedSample,
): Sample | undefined {
  const samples = shown.find(({ name }) => name === family.name)?.samples ?? [];
  const key = seriesKey(viewed.sample.name, viewed.allLabels);
  return samples.find(({ name, labels }) => seriesKey(name, labels) === key);
}

function countOthers({ viewed: all }: FamilyDecision, viewed: ViewedSample): number {
  const key = seriesKey(viewed.sample.name, viewed.allLabels);
  return all.filter(({ sample, allLabels }) => seriesKey(sample.name, allLabels) === key).length - 1;
}
