// Gathers the samples of an aggregated counter, histogram or summary into units: one unit is one input with all of
// its components, because a histogram is reset as a whole and adding it up line by line would tear its buckets apart.

import type { ExpositionProblem, Family } from '../../exposition/model.js';
import { formatNumber, parseNumber } from '../../exposition/number.js';
import { seriesKey } from '../../exposition/series-key.js';
import { fail, ok, type Result } from '../../internal/result.js';
import {
  boundOf,
  compareComponents,
  COUNT_COMPONENT,
  INFINITE_BOUND,
  preferredText,
  SUM_COMPONENT,
  VALUE_COMPONENT,
} from '../counter-components.js';
import type { ViewedSample } from './series.js';

/** One input: its series key, and a number for each component. */
export interface GatheredUnit {
  readonly key: string;
  readonly components: ReadonlyMap<string, number>;
}

/** All inputs of one output series, and how its parts are written. */
export interface GatheredGroup {
  readonly metric: string;
  /** The output's series key. */
  readonly key: string;
  readonly units: readonly GatheredUnit[];
  /** Component → the `le` under which a bucket is shown. */
  readonly boundTexts: ReadonlyMap<string, string>;
  /** Whether any input has a count of its own beside its buckets. */
  readonly hasCount: boolean;
}

interface UnitDraft {
  readonly key: string;
  readonly components: Map<string, number>;
  count: number | undefined;
}

/** Puts the samples of one output series of `metric` together. `samples` share their labels as shown. */
export function gatherGroup(
  family: Pick<Family, 'type'>,
  metric: string,
  samples: readonly ViewedSample[],
): Result<GatheredGroup, ExpositionProblem> {
  const drafts = new Map<string, UnitDraft>();
  const boundTexts = new Map<string, string>();
  for (const viewed of samples) {
    const key = seriesKey(metric, viewed.inputLabels);
    const draft = drafts.get(key) ?? { key, components: new Map(), count: undefined };
    drafts.set(key, draft);
    const problem = addSample(family, draft, boundTexts, viewed);
    if (problem !== undefined) return fail({ line: 0, reason: problem });
  }
  const units: GatheredUnit[] = [];
  for (const draft of drafts.values()) {
    const problem = family.type === 'histogram' ? completeHistogram(draft, boundTexts) : undefined;
    if (problem !== undefined) return fail({ line: 0, reason: problem });
    if (draft.components.size > 0) units.push(draft);
  }
  return ok({
    metric,
    key: seriesKey(metric, samples[0]?.labels ?? []),
    units,
    boundTexts,
    hasCount: [...drafts.values()].some(({ count }) => count !== undefined),
  });
}

function addSample(
  family: Pick<Family, 'type'>,
  draft: UnitDraft,
  boundTexts: Map<string, string>,
  viewed: ViewedSample,
): string | undefined {
  const value = parseNumber(viewed.sample.value) ?? Number.NaN;
  switch (viewed.role) {
    case 'value':
      return addComponent(draft, VALUE_COMPONENT, value);
    case 'sum':
      return addComponent(draft, SUM_COMPONENT, value);
    case 'count':
      if (family.type !== 'histogram') return addComponent(draft, COUNT_COMPONENT, value);
      draft.count = value;
      return undefined;
    case 'bucket': {
      const text = viewed.structural?.value ?? '';
      const bound = parseNumber(text);
      if (bound === undefined || Number.isNaN(bound)) return 'a histogram bucket has no readable "le"';
      const component = formatNumber(bound);
      boundTexts.set(component, preferredText(boundTexts.get(component), text));
      return addComponent(draft, component, value);
    }
    case 'quantile':
    case 'created':
      return undefined;
  }
}

function addComponent(draft: UnitDraft, component: string, value: number): string | undefined {
  if (draft.components.has(component)) return 'a histogram has the same bucket twice';
  draft.components.set(component, value);
  return undefined;
}

/** Checks that buckets are cumulative, and that the last one is there. */
function completeHistogram(draft: UnitDraft, boundTexts: Map<string, string>): string | undefined {
  if (!draft.components.has(INFINITE_BOUND)) {
    if (draft.count === undefined) return 'a histogram has neither a "+Inf" bucket nor a count';
    draft.components.set(INFINITE_BOUND, draft.count);
    boundTexts.set(INFINITE_BOUND, preferredText(boundTexts.get(INFINITE_BOUND), INFINITE_BOUND));
  }
  let below = 0;
  for (const component of [...draft.components.keys()].toSorted(compareComponents)) {
    if (boundOf(component) === undefined) continue;
    const value = draft.components.get(component) ?? Number.NaN;
    if (!(value >= below)) return 'the buckets of a histogram are not cumulative';
    below = value;
  }
  return undefined;
}
