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
import { detect, type Detection } from '../detectors.js';
import type { EffectCounter } from '../effects.js';
import { combineGauges, type GaugeRule } from '../gauge-functions.js';
import type { Membership } from '../membership.js';
import { metricNames, type MetricNames } from '../metric-names.js';
import type { MetricSelection } from '../metric-selection.js';
import { COUNTING_TYPES, GAUGE_TYPES } from '../family-types.js';
import type { GaugeFunction } from '../options.js';
import { isInScope, type ScopeVerdict } from '../tenant-scope.js';
import type { ValueCaps } from '../value-caps.js';
import { createSampleViewer, type ViewedSample } from './series.js';
import { gatherGroup, type GatheredGroup } from './units.js';

/** Where a detection in the name of a label is counted. */
const LABEL_NAME_PLACE = '__label__';

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

/** What becomes of a family as a whole, and why. */
export type FamilyFate =
  /** Something was found in its own name. */
  | { readonly kind: 'name_hidden'; readonly detection: Detection }
  | { readonly kind: 'not_selected'; readonly selection: MetricSelection }
  /** None of its series is in scope, if it has any. */
  | { readonly kind: 'out_of_scope' }
  /** All of its series have a value beyond the cap, and nobody said how they add up. */
  | { readonly kind: 'withheld' }
  /** Every series is shown by itself. */
  | { readonly kind: 'one_by_one' }
  /** Series that became equal are put together: gauges by their rule, everything else as counters. */
  | { readonly kind: 'aggregated'; readonly gauge?: GaugeRule }
  /** It holds what an aggregate does not have: creation times, or quantiles. */
  | { readonly kind: 'nothing_left' };

/** A family and all that was decided about it. */
export interface FamilyDecision {
  readonly family: Family;
  readonly fate: FamilyFate;
  /** Absent where the view has nothing of it. */
  readonly plan?: FamilyPlan;
  /** Its samples in scope, under the label policy; those that are withheld for the cap among them. */
  readonly viewed: readonly ViewedSample[];
}

/** Why a series is in the view, or is not: by its own labels, or by what is known of whom it belongs to. */
export type SeriesScope = ScopeVerdict | 'derived' | 'ambiguous';

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

/** Decides about one family. */
export function decideFamily(
  family: Family,
  context: PlanContext,
): Result<FamilyDecision, ExpositionProblem> {
  const { view, format } = context;
  const nothing = (fate: FamilyFate, viewed: readonly ViewedSample[] = []): Result<FamilyDecision, never> =>
    ok({ family, fate, viewed });
  const detection = detect(metricNames(family, format).canonical);
  if (detection !== undefined) {
    context.effects.recordDetection('__name__', detection);
    return nothing({ kind: 'name_hidden', detection });
  }
  const counted = context.creationTimesOf(family);
  const metric = ruledMetric(family, context);
  const selection = view.selectionOf(metric);
  if (!selection.isSelected) return nothing({ kind: 'not_selected', selection });
  const inScope = family.samples.filter(({ labels }) => {
    const scope = seriesScope(labels, metric, context);
    if (scope === 'ambiguous') context.effects.recordWithheld(scope);
    return isSeriesInScope(scope);
  });
  if (inScope.length === 0) return nothing({ kind: 'out_of_scope' });

  const gauge =
    counted === undefined && GAUGE_TYPES.has(family.type) ? view.gaugeFunctions(metric) : undefined;
  const canAggregate = COUNTING_TYPES.has(family.type) || gauge !== undefined || counted !== undefined;
  const viewOf = createSampleViewer(view, family, metric, canAggregate, context.caps);
  const all: ViewedSample[] = [];
  for (const sample of inScope) {
    const role = sampleRole(family, sample.name, format);
    if (role === undefined) return fail({ line: 0, reason: 'a sample does not belong to its family' });
    all.push(viewOf(sample, role));
  }
  recordEffects(all, context.effects);
  const viewed = canAggregate ? all : withoutOverflow(all, context.effects);
  if (viewed.length === 0) return nothing({ kind: 'withheld' }, all);
  const isAggregated =
    canAggregate &&
    (context.aggregates(metric.remembered) ||
      viewed.some(({ isCoarsened, overflowed }) => isCoarsened || overflowed.length > 0));
  if (!isAggregated) {
    const entries: readonly PlannedEntry[] = [{ kind: 'samples', samples: viewed.map(shown) }];
    return ok({ family, fate: { kind: 'one_by_one' }, plan: { family, entries }, viewed: all });
  }
  // A creation time says when one series began; an aggregate of many has no such time.
  if (counted !== undefined) return nothing({ kind: 'nothing_left' }, all);
  const groups = grouped(viewed);
  if (gauge !== undefined) {
    const samples = groups.map((group) => combined(group, gauge.gaugeFunction));
    const entries: readonly PlannedEntry[] = [{ kind: 'samples', samples }];
    return ok({ family, fate: { kind: 'aggregated', gauge }, plan: { family, entries }, viewed: all });
  }
  const entries = planCounters(family, metric.remembered, groups);
  if (!entries.ok) return entries;
  if (entries.value.length === 0) return nothing({ kind: 'nothing_left' }, all);
  const plan = { family, entries: entries.value };
  return ok({ family, fate: { kind: 'aggregated' }, plan, viewed: all });
}

/**
 * The names by which rules know a family. Creation times are part of what they belong to, whatever they are called: no
 * rule may miss them.
 */
export function ruledMetric(
  family: Family,
  { format, creationTimesOf }: Pick<PlanContext, 'format' | 'creationTimesOf'>,
): MetricNames {
  return metricNames(creationTimesOf(family) ?? family, format);
}

/** Why a series is in the view, or is not. */
export function seriesScope(
  labels: readonly Label[],
  metric: MetricNames,
  { view, membership }: Pick<PlanContext, 'view' | 'membership'>,
): SeriesScope {
  const scope = view.scopeOf(labels, metric);
  if (isInScope(scope)) return scope;
  const verdict = membership?.judge(labels);
  if (verdict === 'member') return 'derived';
  return verdict === 'ambiguous' ? verdict : scope;
}

/** Whether a series is in the view. */
function isSeriesInScope(scope: SeriesScope): boolean {
  return scope === 'derived' || (scope !== 'ambiguous' && isInScope(scope));
}

function recordEffects(samples: readonly ViewedSample[], effects: EffectCounter): void {
  for (const { viewed, overflowed } of samples) {
    for (const { shownName, nameDetection, outcome } of viewed) {
      if (nameDetection !== undefined) {
        effects.record(LABEL_NAME_PLACE, { effect: 'detected', detection: nameDetection });
      }
      effects.record(shownName, outcome);
    }
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
): Result<readonly PlannedEntry[], ExpositionProblem> {
  const entries: PlannedEntry[] = [];
  for (const samples of groups) {
    const gathered = gatherGroup(family, metric, samples);
    if (!gathered.ok) return gathered;
    if (gathered.value.units.length === 0) continue;
    const valueName = samples.find(({ role }) => role === 'value')?.sample.name ?? family.name;
    entries.push({ kind: 'counters', gathered: gathered.value, labels: samples[0]?.labels ?? [], valueName });
  }
  return ok(entries);
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
