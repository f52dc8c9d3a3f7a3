// Gathers the samples of aggregated counters, histograms and summaries: which output each series is part of, and which
// input. Both are found out once for a series; from scrape to scrape only numbers are gathered.
// Touches no counter: what is gathered here can still be refused as a whole.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import type { Scan, ScannedFamily } from '../../exposition/incremental/scan.js';
import { seriesKey } from '../../exposition/series-key.js';
import { grownInt32 } from '../../internal/growing-array.js';
import { componentSet, type ComponentSet, preferredText } from '../counter-components.js';
import type { CounterUnit } from '../counter-slot.js';
import type { FamilyPolicy } from './family-policy.js';
import { lineValue } from './line-value.js';
import { IN_VIEW, type SeriesDecisions } from './series-decisions.js';
import type { ShownLabels } from './shown-labels.js';
import { type LayoutNode, NOWHERE, SAYS_NOTHING, UnitLayouts, type UnitShape } from './unit-layout.js';

/** An input of an output. */
export interface Unit extends CounterUnit {
  components: ComponentSet;
  values: number[];
  /** The family, counted over all scrapes, in which it was last present. */
  turn: number;
  /** Where its lines have led, and the number that each of them told. */
  node: LayoutNode;
  readonly told: number[];
  count: number;
}

/** An output with what belongs to it in this scrape. */
export interface Group {
  /** Hash of its series key. */
  readonly id: string;
  turn: number;
  units: Unit[];
  /** The first of its series: it lends its labels. */
  series: number;
  /** Whether any input has a count of its own beside its buckets. */
  hasCount: boolean;
  /** Component → the `le` under which a bucket is shown. */
  boundTexts: ReadonlyMap<string, string>;
}

/** A family while it is gathered. */
export interface Gathering {
  readonly scan: Scan;
  readonly scanned: ScannedFamily;
  readonly policy: FamilyPolicy;
  readonly layouts: UnitLayouts;
  readonly root: LayoutNode;
  readonly turn: number;
  /** The outputs, in the order in which they came up. */
  readonly groups: Group[];
}

/** What groups are made from. */
export interface GroupContext {
  readonly catalogue: Catalogue;
  readonly shown: ShownLabels;
  readonly decisions: SeriesDecisions;
  /** Hash of a series key. */
  readonly identify: (key: string) => string;
}

/** Inputs, and numbers that they tell, after which others get their turn. */
const SLICE_TOLD = 1024;
const NO_COMPONENTS: ComponentSet = componentSet([]);

/** The outputs and inputs of the series of one catalogue. */
export class CounterGroups {
  readonly #context: GroupContext;
  readonly #histograms = new UnitLayouts(true);
  readonly #others = new UnitLayouts(false);
  /** By series: the number of its group and one more, or 0 where it is not known; its unit; what it says of that. */
  #groupOf: Int32Array = new Int32Array(1024);
  #unitOf: Int32Array = new Int32Array(1024);
  #roleOf: Int32Array = new Int32Array(1024);
  /** By unit: the number of the group of its series and one more. */
  #groupOfUnit: Int32Array = new Int32Array(256);
  /** By structural pair: what a series with it says of its unit. */
  readonly #bucketRoles = new Map<number, number>();
  readonly #quantileRoles = new Map<number, number>();
  readonly #groups: Group[] = [];
  readonly #groupNumbers = new Map<string, number>();
  readonly #units: Unit[] = [];
  /** By unit of the catalogue: its number here. */
  readonly #unitNumbers = new Map<number, number>();
  #turn = 0;

  constructor(context: GroupContext) {
    this.#context = context;
  }

  /** Begins to gather a family. */
  begin(scan: Scan, scanned: ScannedFamily, policy: FamilyPolicy): Gathering {
    this.#turn += 1;
    const layouts = scanned.family.type === 'histogram' ? this.#histograms : this.#others;
    return { scan, scanned, policy, layouts, root: layouts.root(), turn: this.#turn, groups: [] };
  }

  /** Gathers the lines from `from` to `to`, whose series have been decided about. */
  add(gathering: Gathering, from: number, to: number): void {
    const { scan, layouts, root, turn, groups } = gathering;
    const { series: column } = scan.lines;
    const { bits } = this.#context.decisions;
    for (let line = from; line < to; line += 1) {
      const series = column[line] ?? -1;
      if (series < 0 || ((bits[series] ?? 0) & IN_VIEW) === 0) continue;
      if ((this.#groupOf[series] ?? 0) === 0) this.#enrol(series, gathering);
      const group = this.#groups[(this.#groupOf[series] ?? 0) - 1];
      const unit = this.#units[this.#unitOf[series] ?? 0];
      if (group === undefined || unit === undefined) continue;
      if (group.turn !== turn) {
        group.turn = turn;
        group.units = [];
        group.series = series;
        groups.push(group);
      }
      if (unit.turn !== turn) {
        unit.turn = turn;
        unit.node = root;
        unit.count = 0;
        group.units.push(unit);
      }
      const role = this.#roleOf[series] ?? SAYS_NOTHING;
      if (role === SAYS_NOTHING) continue;
      unit.node = layouts.next(unit.node, role);
      unit.told[unit.count] = lineValue(scan, line);
      unit.count += 1;
    }
  }

  /** Ends a family; a reason when its samples do not add up. */
  *finish({ groups, layouts }: Gathering): Generator<void, string | undefined> {
    let told = 0;
    for (const group of groups) {
      const shapes = new Set<UnitShape>();
      for (const unit of group.units) {
        told += 1 + unit.count;
        if (told >= SLICE_TOLD) {
          told = 0;
          yield;
        }
        const shape = layouts.shape(unit.node);
        // A unit that vanishes must not hold on to its layout, nor through it to all others of its time.
        unit.node = NOWHERE;
        if (typeof shape === 'string') return shape;
        shapes.add(shape);
        if (!fill(unit, shape)) return 'the buckets of a histogram are not cumulative';
      }
      group.units = group.units.filter(({ values }) => values.length > 0);
      takeShapes(group, [...shapes]);
    }
    return undefined;
  }

  /** The labels of the output of a series: those that it is shown with, less its structural one and empty ones. */
  labels(series: number, policy: FamilyPolicy): readonly number[] {
    const { catalogue, decisions, shown } = this.#context;
    const structural = catalogue.series.structurals[series] ?? -1;
    const own = structural < 0 ? -1 : shown.structural(structural);
    return decisions
      .shownLabels(series, policy)
      .filter((label) => label !== own && shown.empties[label] !== 1);
  }

  #enrol(series: number, gathering: Gathering): void {
    const { catalogue, decisions } = this.#context;
    const { empties } = catalogue.series;
    this.#groupOf = grownInt32(this.#groupOf, series + 1);
    this.#unitOf = grownInt32(this.#unitOf, series + 1);
    this.#roleOf = grownInt32(this.#roleOf, series + 1);
    const unit = this.#unitNumber(series, gathering);
    this.#unitOf[series] = unit;
    this.#roleOf[series] = this.#roleNumber(series, gathering);
    // The series of a unit have the same labels, and with them the same group, where no label is shown as another.
    const isOfUnit = empties[series] === 0 && decisions.overflowLabels(series) === undefined;
    const known = isOfUnit ? (this.#groupOfUnit[unit] ?? 0) : 0;
    const group = known > 0 ? known : this.#groupNumber(series, gathering) + 1;
    this.#groupOf[series] = group;
    if (!isOfUnit || known > 0) return;
    this.#groupOfUnit = grownInt32(this.#groupOfUnit, unit + 1);
    this.#groupOfUnit[unit] = group;
  }

  #roleNumber(series: number, { scanned, layouts }: Gathering): number {
    const { labels, series: table, kinds } = this.#context.catalogue;
    const role = kinds.role(scanned.kind, table.names[series] ?? 0);
    if (role === undefined) return SAYS_NOTHING;
    const structural = table.structurals[series] ?? -1;
    if (structural < 0) return layouts.roleNumber(role, Number.NaN, '');
    const roles = layouts === this.#histograms ? this.#bucketRoles : this.#quantileRoles;
    const known = roles.get(structural);
    if (known !== undefined) return known;
    const bound = table.bounds[series] ?? Number.NaN;
    const number = layouts.roleNumber(role, bound, labels.label(structural).value);
    roles.set(structural, number);
    return number;
  }

  #unitNumber(series: number, { policy, root }: Gathering): number {
    const { catalogue, identify } = this.#context;
    const unitOfTarget = catalogue.series.units[series] ?? 0;
    const known = this.#unitNumbers.get(unitOfTarget);
    if (known !== undefined) return known;
    const structural = catalogue.series.structurals[series] ?? -1;
    const name = structural < 0 ? undefined : catalogue.labels.label(structural).name;
    const number = this.#units.length;
    this.#units.push({
      id: identify(seriesKey(policy.metric.canonical, catalogue.series.labelsOf(series), name)),
      components: NO_COMPONENTS,
      values: [],
      turn: 0,
      node: root,
      told: [],
      count: 0,
    });
    this.#unitNumbers.set(unitOfTarget, number);
    return number;
  }

  #groupNumber(series: number, { scanned, policy }: Gathering): number {
    const { shown, identify } = this.#context;
    const labels = this.labels(series, policy);
    // The number of the kind keeps families apart; within one, an output is the set of its labels.
    const key = `${scanned.kind}:${[...labels].toSorted((a, b) => a - b).join(' ')}`;
    const known = this.#groupNumbers.get(key);
    if (known !== undefined) return known;
    const decoded = labels.map((label) => ({ name: shown.name(label), value: shown.value(label) }));
    const number = this.#groups.length;
    this.#groups.push({
      id: identify(seriesKey(policy.metric.canonical, decoded)),
      turn: 0,
      units: [],
      series,
      hasCount: false,
      boundTexts: new Map(),
    });
    this.#groupNumbers.set(key, number);
    return number;
  }
}

/** Puts what the lines told into the order of the components; false where buckets are not cumulative. */
function fill(unit: Unit, { components, order }: UnitShape): boolean {
  if (unit.components !== components) {
    unit.components = components;
    unit.values = order.map(() => 0);
  }
  let below = 0;
  for (let at = 0; at < order.length; at += 1) {
    const value = unit.told[order[at] ?? 0] ?? Number.NaN;
    unit.values[at] = value;
    if (at >= components.buckets) continue;
    if (!(value >= below)) return false;
    below = value;
  }
  return true;
}

/** Gives an output the bounds of all its inputs, each under the text that is preferred among theirs. */
function takeShapes(group: Group, shapes: readonly UnitShape[]): void {
  group.hasCount = shapes.some(({ hasCount }) => hasCount);
  const [first, ...others] = shapes;
  if (first === undefined) return;
  if (others.length === 0) {
    group.boundTexts = first.boundTexts;
    return;
  }
  const texts = new Map(first.boundTexts);
  for (const { boundTexts } of others) {
    for (const [component, text] of boundTexts)
      texts.set(component, preferredText(texts.get(component), text));
  }
  group.boundTexts = texts;
}
