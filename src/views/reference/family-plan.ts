// What becomes of one family in a view, before any state is touched: samples that are shown one by one, and groups
// of samples that are put together. A family is aggregated as a whole or not at all, so that an aggregate never
// meets an untouched series of the same name and labels.

import type { ExpositionFormat, ExpositionProblem, Family, Label, Sample } from '../../exposition/model.js';
import { formatNumber, parseNumber } from '../../exposition/number.js';
import { sampleRole } from '../../exposition/roles.js';
import { seriesKey } from '../../exposition/series-key.js';
import { fail, ok, type Result } from '../../internal/result.js';
import type { CompiledView } from '../compile-view.js';
import { COUNT_COMPONENT, INFINITE_BOUND, SUM_COMPONENT, VALUE_COMPONENT } from '../counter-components.js';
import type { CounterTotals } from '../counter-slot.js';
import type { EffectCounter } from '../effects.js';
import { combineGauges } from '../gauge-functions.js';
import type { Membership } from '../membership.js';
import { metricNames, type MetricNames } from '../metric-names.js';
import { COUNTING_TYPES, GAUGE_TYPES } from '../family-types.js';
import type { GaugeFunction } from '../options.js';
import type { ValueCaps } from '../value-caps.js';
import { createSampleViewer, type ViewedSample } from './series.js';
import { gatherGroup, type GatheredGroup } from './units.js';

/** One output series, or several that belong together, in their place. */
export type PlannedEntry =
  | { readonly kind: 'samples'; readonly samples: readonly Sample[] }
  | {
      readonly kind: 'counters';
      readonly gathered: GatheredGroup;
      readonly labels: readonly Label[];
      /** The name of a counter's sample. */
      readonly valueName: string;
    };

/** A family as the view shows it. */
export interface FamilyPlan {
  readonly family: Family;
  readonly entries: readonly PlannedEntry[];
}

/** What the plan of a family needs to know of the whole exposition. */
export interface PlanContext {
  readonly view: CompiledView;
  readonly format: ExpositionFormat;
  readonly effects: EffectCounter;
  /** The family whose creation times a family holds, as text 0.0.4 has them. */
  readonly creationTimesOf: (family: Family) => Family | undefined;
  /** Whether a metric was aggregated before, and has to go on so. */
  readonly aggregates: (metric: string) => boolean;
  /** Absent where every value keeps its name. */
  readonly caps: ValueCaps | undefined;
  /** Has learned from the whole scrape; absent where series without a tenant are withheld. */
  readonly membership: Membership | undefined;
}

/** Plans one family; undefined when the view has nothing of it. */
export function planFamily(
  family: Family,
  context: PlanContext,
): Result<FamilyPlan | undefined, ExpositionProblem> {
  const { view, format } = context;
  const counted = context.creationTimesOf(family);
  // Creation times are part of what they belong to, whatever they are called: no rule may miss them.
  const metric = metricNames(counted ?? family, format);
  if (!view.isSelected(metric)) return ok(undefined);
  const inScope = family.samples.filter(({ labels }) => isInScope(labels, metric, context));
  if (inScope.length === 0) return ok(undefined);

  const gaugeFunction =
    counted === undefined && GAUGE_TYPES.has(family.type) ? view.gaugeFunctions(metric) : undefined;
  const canAggregate =
    COUNTING_TYPES.has(family.type) || gaugeFunction !== undefined || counted !== undefined;
  const viewOf = createSampleViewer(view, family, metric, canAggregate, context.caps);
  const all: ViewedSample[] = [];
  for (const sample of inScope) {
    const role = sampleRole(family, sample.name, format);
    if (role === undefined) return fail({ line: 0, reason: 'a sample does not belong to its family' });
    all.push(viewOf(sample, role));
  }
  recordEffects(all, context.effects);
  const viewed = canAggregate ? all : withoutOverflow(all, context.effects);
  if (viewed.length === 0) return ok(undefined);
  const isAggregated =
    canAggregate &&
    (context.aggregates(metric.canonical) ||
      viewed.some(({ isCoarsened, overflowed }) => isCoarsened || overflowed.length > 0));
  if (!isAggregated) return ok({ family, entries: [{ kind: 'samples', samples: viewed.map(shown) }] });
  // A creation time says when one series began; an aggregate of many has no such time.
  if (counted !== undefined) return ok(undefined);
  const groups = grouped(viewed);
  if (gaugeFunction !== undefined) {
    const samples = groups.map((group) => combined(group, gaugeFunction));
    return ok({ family, entries: [{ kind: 'samples', samples }] });
  }
  return planCounters(family, metric.canonical, groups);
}

function isInScope(
  labels: readonly Label[],
  metric: MetricNames,
  { view, membership, effects }: PlanContext,
): boolean {
  if (view.isInScope(labels, metric)) return true;
  const verdict = membership?.judge(labels);
  if (verdict === 'ambiguous') effects.recordWithheld(verdict);
  return verdict === 'member';
}

function recordEffects(viewed: readonly ViewedSample[], effects: EffectCounter): void {
  for (const { outcomes, overflowed } of viewed) {
    for (const [label, outcome] of outcomes) effects.record(label, outcome);
    for (const label of overflowed) effects.recordOverflow(label);
  }
}

/** Where nobody said how a metric adds up, two values of one name would be two series of one name. */
function withoutOverflow(viewed: readonly ViewedSample[], effects: EffectCounter): readonly ViewedSample[] {
  return viewed.filter(({ overflowed }) => {
    if (overflowed.length > 0) effects.recordWithheld('overflow');
    return overflowed.length === 0;
  });
}

function planCounters(
  family: Family,
  metric: string,
  groups: readonly (readonly ViewedSample[])[],
): Result<FamilyPlan | undefined, ExpositionProblem> {
  const entries: PlannedEntry[] = [];
  for (const samples of groups) {
    const gathered = gatherGroup(family, metric, samples);
    if (!gathered.ok) return gathered;
    if (gathered.value.units.length === 0) continue;
    const valueName = samples.find(({ role }) => role === 'value')?.sample.name ?? family.name;
    entries.push({ kind: 'counters', gathered: gathered.value, labels: samples[0]?.labels ?? [], valueName });
  }
  return ok(entries.length === 0 ? undefined : { family, entries });
}

/** The samples of an aggregated group, once its totals are known. */
export function samplesOf(
  family: Pick<Family, 'name'>,
  entry: PlannedEntry,
  totals: CounterTotals | undefined,
): readonly Sample[] {
  if (entry.kind === 'samples') return entry.samples;
  const { labels, valueName, gathered } = entry;
  const samples: Sample[] = [];
  for (const [at, component] of (totals?.components.names ?? []).entries()) {
    const value = formatNumber(totals?.values[at] ?? 0);
    if (component === VALUE_COMPONENT) samples.push({ name: valueName, labels, value });
    else if (component === SUM_COMPONENT) samples.push({ name: `${family.name}_sum`, labels, value });
    else if (component === COUNT_COMPONENT) samples.push({ name: `${family.name}_count`, labels, value });
    else {
      const le = { name: 'le', value: gathered.boundTexts.get(component) ?? component };
      samples.push({ name: `${family.name}_bucket`, labels: [...labels, le], value });
      // Only where an input has one: an invented count could meet another metric of that name.
      if (component === INFINITE_BOUND && gathered.hasCount) {
        samples.push({ name: `${family.name}_count`, labels, value });
      }
    }
  }
  return samples;
}

/** A sample that keeps its value and time; exemplars name single requests, so they never leave. */
function shown({ sample, allLabels }: ViewedSample): Sample {
  return {
    name: sample.name,
    labels: allLabels,
    value: sample.value,
    ...(sample.timestamp === undefined ? {} : { timestamp: sample.timestamp }),
  };
}

/** Samples by their labels as shown. A label without a value is no label to Prometheus, so it makes no difference. */
function grouped(viewed: readonly ViewedSample[]): readonly (readonly ViewedSample[])[] {
  const groups = new Map<string, ViewedSample[]>();
  for (const sample of viewed) {
    const labels = sample.labels.filter(({ value }) => value !== '');
    const key = seriesKey('', labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ ...sample, labels }]);
    else group.push({ ...sample, labels });
  }
  return [...groups.values()];
}

function combined(group: readonly ViewedSample[], gaugeFunction: GaugeFunction): Sample {
  const [first] = group;
  const values = group.map(({ sample }) => parseNumber(sample.value) ?? Number.NaN);
  return {
    name: first?.sample.name ?? '',
    labels: first?.labels ?? [],
    value:
      group.length === 1 ? (first?.sample.value ?? '') : formatNumber(combineGauges(gaugeFunction, values)),
  };
}
