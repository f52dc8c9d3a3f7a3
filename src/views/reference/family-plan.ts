// What becomes of one family in a view, before any state is touched: samples that are shown one by one, and groups
// of samples that are put together. A family is aggregated as a whole or not at all, so that an aggregate never
// meets an untouched series of the same name and labels.

import type {
  ExpositionFormat,
  ExpositionProblem,
  Family,
  Label,
  MetricType,
  Sample,
} from '../../exposition/model.js';
import { formatNumber, parseNumber } from '../../exposition/number.js';
import { sampleRole } from '../../exposition/roles.js';
import { fail, ok, type Result } from '../../internal/result.js';
import type { CompiledView } from '../compile-view.js';
import type { CounterGroup, CounterTotals } from '../counter-state.js';
import { SUM_COMPONENT } from '../counter-state.js';
import type { EffectCounter } from '../effects.js';
import { combineGauges } from '../gauge-functions.js';
import { metricName } from '../metric-selection.js';
import type { GaugeFunction } from '../options.js';
import { seriesKey } from '../../exposition/series-key.js';
import { isCoarsened, viewSample, type ViewedSample } from './series.js';
import { COUNT_COMPONENT, gatherGroup, INFINITE_BOUND, VALUE_COMPONENT } from './units.js';

/** One output series, or several that belong together, in their place. */
export type PlannedEntry =
  | { readonly kind: 'samples'; readonly samples: readonly Sample[] }
  | {
      readonly kind: 'counters';
      readonly group: CounterGroup;
      readonly labels: readonly Label[];
      readonly names: Names;
    };

/** The sample names of an aggregated family. */
interface Names {
  readonly value: string;
  readonly family: string;
}

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
  /** The metric whose creation times a family holds, as text 0.0.4 has them. */
  readonly creationTimesOf: (family: Family) => string | undefined;
  /** Whether a metric was aggregated before, and has to go on so. */
  readonly aggregates: (metric: string) => boolean;
}

/** Types whose series only ever grow, so that they can be added up. */
export const COUNTING_TYPES: ReadonlySet<MetricType> = new Set<MetricType>([
  'counter',
  'histogram',
  'summary',
]);
const GAUGE_TYPES: ReadonlySet<MetricType> = new Set<MetricType>(['gauge', 'untyped', 'unknown']);

/** Plans one family; undefined when the view has nothing of it. */
export function planFamily(
  family: Family,
  context: PlanContext,
): Result<FamilyPlan | undefined, ExpositionProblem> {
  const { view, format } = context;
  const metric = metricName(family, format);
  if (!view.isSelected(metric)) return ok(undefined);
  const inScope = family.samples.filter((sample) => view.isInScope(sample.labels, metric));
  if (inScope.length === 0) return ok(undefined);

  const counted = context.creationTimesOf(family);
  const gaugeFunction = GAUGE_TYPES.has(family.type) ? view.gaugeFunctions(metric) : undefined;
  const canAggregate =
    COUNTING_TYPES.has(family.type) || gaugeFunction !== undefined || counted !== undefined;
  const viewed: ViewedSample[] = [];
  for (const sample of inScope) {
    const role = sampleRole(family, sample.name, format);
    if (role === undefined) return fail({ line: 0, reason: 'a sample does not belong to its family' });
    viewed.push(viewSample(view, sample, role, metric, canAggregate));
  }
  for (const { outcomes } of viewed) {
    for (const [label, outcome] of outcomes) context.effects.record(label, outcome);
  }
  const isAggregated =
    canAggregate &&
    (context.aggregates(counted ?? metric) || viewed.some((sample) => isCoarsened(view, sample, metric)));
  if (!isAggregated) {
    return ok({ family, entries: [{ kind: 'samples', samples: viewed.map(shown) }] });
  }
  // A creation time says when one series began; an aggregate of many has no such time.
  if (counted !== undefined) return ok(undefined);
  const groups = [...grouped(viewed).values()];
  if (gaugeFunction !== undefined) {
    return ok({
      family,
      entries: [{ kind: 'samples', samples: groups.map((group) => combined(group, gaugeFunction)) }],
    });
  }
  return planCounters(family, metric, groups);
}

function planCounters(
  family: Family,
  metric: string,
  groups: readonly (readonly ViewedSample[])[],
): Result<FamilyPlan | undefined, ExpositionProblem> {
  const entries: PlannedEntry[] = [];
  for (const samples of groups) {
    const group = gatherGroup(family, metric, samples);
    if (!group.ok) return group;
    if (group.value.units.length === 0) continue;
    const value = samples.find(({ role }) => role === 'value')?.sample.name ?? family.name;
    const labels = samples[0]?.labels ?? [];
    entries.push({ kind: 'counters', group: group.value, labels, names: { value, family: family.name } });
  }
  return ok(entries.length === 0 ? undefined : { family, entries });
}

/** The samples of an aggregated group, once its totals are known. */
export function samplesOf(entry: PlannedEntry, totals: CounterTotals | undefined): readonly Sample[] {
  if (entry.kind === 'samples') return entry.samples;
  const { labels, names } = entry;
  const samples: Sample[] = [];
  for (const [component, { total, text }] of totals ?? []) {
    const value = formatNumber(total);
    if (component === VALUE_COMPONENT) samples.push({ name: names.value, labels, value });
    else if (component === SUM_COMPONENT) samples.push({ name: `${names.family}_sum`, labels, value });
    else if (component === COUNT_COMPONENT) samples.push({ name: `${names.family}_count`, labels, value });
    else {
      samples.push({
        name: `${names.family}_bucket`,
        labels: [...labels, { name: 'le', value: text }],
        value,
      });
      if (component === INFINITE_BOUND) samples.push({ name: `${names.family}_count`, labels, value });
    }
  }
  return samples;
}

/** A sample that keeps its value and time; exemplars name single requests, so they never leave. */
function shown({ sample, labels, structural }: ViewedSample): Sample {
  return {
    name: sample.name,
    labels: structural === undefined ? labels : inPlace(sample, labels, structural),
    value: sample.value,
    ...(sample.timestamp === undefined ? {} : { timestamp: sample.timestamp }),
  };
}

/** Puts the structural label back where it stood. */
function inPlace(sample: Sample, labels: readonly Label[], structural: Label): readonly Label[] {
  const followers = new Set(
    sample.labels.slice(sample.labels.indexOf(structural) + 1).map(({ name }) => name),
  );
  const at = labels.findIndex(({ name }) => followers.has(name));
  return at === -1 ? [...labels, structural] : labels.toSpliced(at, 0, structural);
}

function grouped(viewed: readonly ViewedSample[]): Map<string, ViewedSample[]> {
  const groups = new Map<string, ViewedSample[]>();
  for (const sample of viewed) {
    const key = seriesKey('', sample.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sample]);
    else group.push(sample);
  }
  return groups;
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
