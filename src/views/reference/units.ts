// Gathers the samples of an aggregated counter, histogram or summary into units: one unit is one input with all of
// its components, because a histogram is reset as a whole and adding it up line by line would tear its buckets apart.

import type { ExpositionProblem, Family } from '../../exposition/model.js';
import { formatNumber, parseNumber } from '../../exposition/number.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { SUM_COMPONENT, type CounterGroup, type CounterUnit } from '../counter-state.js';
import { seriesKey } from '../../exposition/series-key.js';
import type { ViewedSample } from './series.js';

/** Component names besides a bucket's bound. */
export const VALUE_COMPONENT = 'value';
export const COUNT_COMPONENT = 'count';
/** The bound of the last bucket, which is the count of a histogram. */
export const INFINITE_BOUND = '+Inf';

interface UnitDraft {
  readonly key: string;
  readonly components: Map<string, number>;
  readonly texts: Map<string, string>;
  count: number | undefined;
}

/** Puts the samples of one output series of `metric` together. `samples` share their labels as shown. */
export function gatherGroup(
  family: Pick<Family, 'type'>,
  metric: string,
  samples: readonly ViewedSample[],
): Result<CounterGroup, ExpositionProblem> {
  const drafts = new Map<string, UnitDraft>();
  for (const viewed of samples) {
    const key = seriesKey(metric, viewed.inputLabels);
    const draft = drafts.get(key) ?? { key, components: new Map(), texts: new Map(), count: undefined };
    drafts.set(key, draft);
    const problem = addSample(family, draft, viewed);
    if (problem !== undefined) return fail({ line: 0, reason: problem });
  }
  const units: CounterUnit[] = [];
  const texts = new Map<string, string>();
  for (const draft of drafts.values()) {
    const problem = family.type === 'histogram' ? completeHistogram(draft) : undefined;
    if (problem !== undefined) return fail({ line: 0, reason: problem });
    if (draft.components.size === 0) continue;
    units.push(draft);
    for (const [component, text] of draft.texts) if (!texts.has(component)) texts.set(component, text);
  }
  return ok({ metric, key: seriesKey(metric, samples[0]?.labels ?? []), units, texts: inOrder(texts) });
}

function addSample(family: Pick<Family, 'type'>, draft: UnitDraft, viewed: ViewedSample): string | undefined {
  const value = parseNumber(viewed.sample.value) ?? Number.NaN;
  switch (viewed.role) {
    case 'value':
      return addComponent(draft, VALUE_COMPONENT, '', value);
    case 'sum':
      return addComponent(draft, SUM_COMPONENT, '', value);
    case 'count':
      if (family.type !== 'histogram') return addComponent(draft, COUNT_COMPONENT, '', value);
      draft.count = value;
      return undefined;
    case 'bucket': {
      const bound = parseNumber(viewed.structural?.value ?? '');
      if (bound === undefined || Number.isNaN(bound)) return 'a histogram bucket has no readable "le"';
      return addComponent(draft, formatNumber(bound), viewed.structural?.value ?? '', value);
    }
    case 'quantile':
    case 'created':
      return undefined;
  }
}

function addComponent(draft: UnitDraft, component: string, text: string, value: number): string | undefined {
  if (draft.components.has(component)) return 'a histogram has the same bucket twice';
  draft.components.set(component, value);
  draft.texts.set(component, text);
  return undefined;
}

/** Checks that buckets are cumulative, and makes the last one the count. */
function completeHistogram(draft: UnitDraft): string | undefined {
  if (!draft.components.has(INFINITE_BOUND)) {
    if (draft.count === undefined) return 'a histogram has neither a "+Inf" bucket nor a count';
    draft.components.set(INFINITE_BOUND, draft.count);
    draft.texts.set(INFINITE_BOUND, INFINITE_BOUND);
  }
  let below = 0;
  for (const component of inOrder(draft.texts).keys()) {
    if (component === SUM_COMPONENT) continue;
    const value = draft.components.get(component) ?? Number.NaN;
    if (!(value >= below)) return 'the buckets of a histogram are not cumulative';
    below = value;
  }
  return undefined;
}

/** Buckets by bound, everything else after them in the order in which it came. */
function inOrder(texts: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...texts].toSorted(([a], [b]) => compareBounds(parseNumber(a), parseNumber(b))));
}

/** `undefined` is no bound; the sort is stable. Infinite bounds are compared, not subtracted. */
function compareBounds(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a < b ? -1 : Number(a > b);
}
