// Which output each series is part of, which input of it, and what it says of that. Found out once for a series, and
// remembered by its number.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import { seriesKey } from '../../exposition/series-key.js';
import { grownInt32 } from '../../internal/growing-array.js';
import { componentSet, type ComponentSet } from '../counter-components.js';
import type { CounterTotals, CounterUnit } from '../counter-slot.js';
import type { FamilyPolicy } from './family-policy.js';
import type { ShapedOutput } from './group-shapes.js';
import { labelSetKey } from './label-set-key.js';
import type { OutputBlock } from './output-block.js';
import type { SeriesDecisions } from './series-decisions.js';
import { SeriesKeys } from './series-keys.js';
import type { ShownLabels } from './shown-labels.js';
import { type LayoutNode, NOWHERE, SAYS_NOTHING, type UnitLayouts, type UnitShape } from './unit-layout.js';

/** An input of an output. */
export interface Unit extends CounterUnit {
  components: ComponentSet;
  values: number[];
  /** The gathering of its family in which it was last present, and the output that it was part of. */
  turn: number;
  group: Group | undefined;
  /** Inputs of its family that came up before it have a lower one. */
  rank: number;
  /** Where its lines have led so far, and the number that each of them told; once they have ended, that is in `values`. */
  node: LayoutNode;
  told: number[] | undefined;
  /** How many of its lines tell a number. */
  count: number;
  /** What it was made of when it was last present. */
  shape: UnitShape | undefined;
  /** The scan in which it last told another number than in the one before. */
  changedIn: number;
}

/** An output with what belongs to it in this scrape. */
export interface Group extends ShapedOutput {
  /** Hash of its series key. */
  readonly id: string;
  turn: number;
  units: Unit[];
  /** Whether any of them tells something, and which of those outputs of its family it then is. */
  isShown: boolean;
  place: number;
  /** The scan since which it has all of them, and the one in which it was last changed by one, or got another. */
  begunIn: number;
  touchedIn: number;
  /** Those by which it was; undefined where it was begun in that scan. */
  changed: Unit[] | undefined;
  /** What the counters said of it last, and what it was written with. */
  totals: CounterTotals | undefined;
  output: KnownOutput | undefined;
  /** The first of its series: it lends its labels. */
  series: number;
}

/** The labels and the lines of an output. */
export interface KnownOutput {
  readonly block: OutputBlock;
  /** The series that lends its labels, and these. */
  series: number;
  labels: readonly number[];
}

/** The family of a series that is enrolled. */
export interface EnrolledFamily {
  /** Number of its kind. */
  readonly kind: number;
  readonly policy: FamilyPolicy;
  readonly layouts: UnitLayouts;
}

/** What outputs are made from. */
export interface GroupContext {
  readonly catalogue: Catalogue;
  readonly shown: ShownLabels;
  readonly decisions: SeriesDecisions;
  /** Hash of a series key. */
  readonly identify: (key: string) => string;
}

const NO_COMPONENTS: ComponentSet = componentSet([]);
const NO_TEXTS: ReadonlyMap<string, string> = new Map();

/** The outputs and inputs of the series of one catalogue. */
export class Enrolment {
  /** By series: the number of its group and one more, or 0 where it is not known; its unit; what it says of that. */
  groupOf: Int32Array = new Int32Array(1024);
  unitOf: Int32Array = new Int32Array(1024);
  roleOf: Int32Array = new Int32Array(1024);
  readonly groups: Group[] = [];
  readonly units: Unit[] = [];

  readonly #context: GroupContext;
  /** By unit: the number of the group of its series and one more. */
  #groupOfUnit: Int32Array = new Int32Array(256);
  readonly #groupNumbers = new Map<string, number>();
  /** By unit of the catalogue: its number here and one more. */
  #unitNumbers: Int32Array = new Int32Array(256);
  readonly #keys: SeriesKeys;

  constructor(context: GroupContext) {
    this.#context = context;
    this.#keys = new SeriesKeys(context.catalogue);
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

  /** Finds out about a series that was decided about. */
  enrol(series: number, family: EnrolledFamily): void {
    const { catalogue, decisions } = this.#context;
    const { empties } = catalogue.series;
    this.groupOf = grownInt32(this.groupOf, series + 1);
    this.unitOf = grownInt32(this.unitOf, series + 1);
    this.roleOf = grownInt32(this.roleOf, series + 1);
    const unit = this.#unitNumber(series, family);
    this.unitOf[series] = unit;
    this.roleOf[series] = this.#roleNumber(series, family);
    // The series of a unit have the same labels, and with them the same group, where no label is shown as another.
    const isOfUnit = empties[series] === 0 && decisions.overflowLabels(series) === undefined;
    const known = isOfUnit ? (this.#groupOfUnit[unit] ?? 0) : 0;
    const group = known > 0 ? known : this.#groupNumber(series, family) + 1;
    this.groupOf[series] = group;
    if (!isOfUnit || known > 0) return;
    this.#groupOfUnit = grownInt32(this.#groupOfUnit, unit + 1);
    this.#groupOfUnit[unit] = group;
  }

  #roleNumber(series: number, { kind, layouts }: EnrolledFamily): number {
    const { labels, series: table, kinds } = this.#context.catalogue;
    const role = kinds.role(kind, table.names[series] ?? 0);
    if (role === undefined) return SAYS_NOTHING;
    const structural = table.structurals[series] ?? -1;
    if (structural < 0) return layouts.roleNumber(role, Number.NaN, '');
    const known = layouts.roleOfPair.get(structural);
    if (known !== undefined) return known;
    const bound = table.bounds[series] ?? Number.NaN;
    const number = layouts.roleNumber(role, bound, labels.label(structural).value);
    layouts.roleOfPair.set(structural, number);
    return number;
  }

  #unitNumber(series: number, { policy }: EnrolledFamily): number {
    const { catalogue, identify } = this.#context;
    const unitOfTarget = catalogue.series.units[series] ?? 0;
    const known = this.#unitNumbers[unitOfTarget] ?? 0;
    if (known > 0) return known - 1;
    const structural = catalogue.series.structurals[series] ?? -1;
    const number = this.units.length;
    this.units.push({
      id: identify(this.#keys.key(policy.metric.remembered, series, structural)),
      components: NO_COMPONENTS,
      values: [],
      turn: 0,
      group: undefined,
      rank: 0,
      node: NOWHERE,
      told: undefined,
      count: 0,
      shape: undefined,
      changedIn: 0,
    });
    this.#unitNumbers = grownInt32(this.#unitNumbers, unitOfTarget + 1);
    this.#unitNumbers[unitOfTarget] = number + 1;
    return number;
  }

  #groupNumber(series: number, { kind, policy }: EnrolledFamily): number {
    const { shown, identify } = this.#context;
    const labels = this.labels(series, policy);
    const key = labelSetKey(kind, labels);
    const known = this.#groupNumbers.get(key);
    if (known !== undefined) return known;
    const decoded = labels.map((label) => ({ name: shown.name(label), value: shown.value(label) }));
    const number = this.groups.length;
    this.groups.push({
      id: identify(seriesKey(policy.metric.remembered, decoded)),
      turn: 0,
      units: [],
      isShown: false,
      place: 0,
      begunIn: 0,
      touchedIn: 0,
      changed: undefined,
      totals: undefined,
      output: undefined,
      series,
      shapes: undefined,
      hasCount: false,
      boundTexts: NO_TEXTS,
    });
    this.#groupNumbers.set(key, number);
    return number;
  }
}
