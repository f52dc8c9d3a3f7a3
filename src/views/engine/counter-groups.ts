// Gathers the samples of aggregated counters, histograms and summaries: which inputs an output has in a scrape, and with
// which numbers. Where a family has the lines of the scan before, only those that changed are looked at.
// Touches no counter: what is gathered here can still be refused as a whole.

import type { Scan, ScannedFamily } from '../../exposition/incremental/scan.js';
import { grownInt32 } from '../../internal/growing-array.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { preferredText } from '../counter-components.js';
import { Enrolment, type Group, type GroupContext, type Unit } from './enrolment.js';
import type { FamilyPolicy } from './family-policy.js';
import { lineValue } from './line-value.js';
import { IN_VIEW } from './series-decisions.js';
import { type LayoutNode, NOWHERE, SAYS_NOTHING, UnitLayouts, type UnitShape } from './unit-layout.js';

/** A family while it is gathered. */
interface Gathering {
  readonly scan: Scan;
  readonly scanned: ScannedFamily;
  readonly policy: FamilyPolicy;
  readonly layouts: UnitLayouts;
  readonly root: LayoutNode;
  readonly turn: number;
  /** The outputs, in the order in which they came up. */
  readonly groups: Group[];
}

/** What is kept of a gathering: not the scan, which holds the body. */
interface Kept extends Pick<Gathering, 'scanned' | 'turn' | 'groups'> {
  readonly scanNumber: number;
}

/** Lines after which others get their turn; inputs, and numbers that they tell. */
const SLICE_LINES = 1024;
const SLICE_TOLD = 1024;
/** The same for lines of which next to nothing is looked at. */
const SLICE_COMPARED = 8192;

/** The outputs and inputs of the series of one catalogue. */
export class CounterGroups {
  readonly #enrolment: Enrolment;
  readonly #context: GroupContext;
  readonly #histograms = new UnitLayouts(true);
  readonly #others = new UnitLayouts(false);
  /** By series: which line of its unit it is, of those that tell a number. */
  #placeOf: Int32Array = new Int32Array(1024);
  /** By kind: what was gathered last. */
  readonly #last: (Kept | undefined)[] = [];
  #turn = 0;

  constructor(context: GroupContext) {
    this.#context = context;
    this.#enrolment = new Enrolment(context);
  }

  /** The outputs of a family whose series have been decided about; a reason when its samples do not add up. */
  *gather(
    scan: Scan,
    scanned: ScannedFamily,
    policy: FamilyPolicy,
  ): Generator<void, Result<readonly Group[], string>> {
    const last = this.#last[scanned.kind];
    this.#last[scanned.kind] = undefined;
    const layouts = scanned.family.type === 'histogram' ? this.#histograms : this.#others;
    const family = { scan, scanned, policy, layouts, root: layouts.root() };
    let gathering: Gathering | undefined;
    if (last !== undefined && last.scanNumber === scan.basis) {
      const resumed = { ...family, turn: last.turn, groups: last.groups };
      if (yield* this.#resume(resumed, last.scanned)) gathering = resumed;
    }
    if (gathering === undefined) {
      this.#turn += 1;
      gathering = { ...family, turn: this.#turn, groups: [] };
      const reason = yield* this.#gatherAll(gathering);
      if (reason !== undefined) return fail(reason);
    }
    const { turn, groups } = gathering;
    this.#last[scanned.kind] = { scanNumber: scan.number, scanned, turn, groups };
    return ok(groups.filter(({ units }) => units.length > 0));
  }

  /** The labels of the output of a series: those that it is shown with, less its structural one and empty ones. */
  labels(series: number, policy: FamilyPolicy): readonly number[] {
    return this.#enrolment.labels(series, policy);
  }

  *#gatherAll(gathering: Gathering): Generator<void, string | undefined> {
    const { scanned, groups, layouts } = gathering;
    for (let from = scanned.firstLine; from < scanned.endLine; from += SLICE_LINES) {
      const to = Math.min(scanned.endLine, from + SLICE_LINES);
      for (let line = from; line < to; line += 1) this.#add(gathering, line);
      if (to < scanned.endLine) yield;
    }
    let told = 0;
    for (const group of groups) {
      for (const unit of group.units) {
        told += 1 + unit.count;
        if (told >= SLICE_TOLD) {
          told = 0;
          yield;
        }
        const reason = finishUnit(unit, layouts);
        if (reason !== undefined) return reason;
        if (unit.shape !== undefined) group.shapes.add(unit.shape);
      }
      group.units = group.units.filter(({ values }) => values.length > 0);
      takeShapes(group);
    }
    return undefined;
  }

  #add(gathering: Gathering, line: number): void {
    const { scan, layouts, root, turn, groups } = gathering;
    const series = scan.lines.series[line] ?? -1;
    const unit = this.#unitOf(series, gathering);
    const { groupOf, roleOf, groups: known } = this.#enrolment;
    const group = known[(groupOf[series] ?? 0) - 1];
    if (group === undefined || unit === undefined) return;
    if (group.turn !== turn) {
      group.turn = turn;
      group.units = [];
      group.changed = undefined;
      group.shapes = new Set();
      group.series = series;
      groups.push(group);
    }
    if (unit.turn !== turn) {
      unit.turn = turn;
      unit.group = group;
      unit.node = root;
      unit.count = 0;
      group.units.push(unit);
    }
    const role = roleOf[series] ?? SAYS_NOTHING;
    if (role === SAYS_NOTHING) return;
    unit.node = layouts.next(unit.node, role);
    unit.told[unit.count] = lineValue(scan, line);
    this.#placeOf = grownInt32(this.#placeOf, series + 1);
    this.#placeOf[series] = unit.count;
    unit.count += 1;
  }

  /**
   * Goes on from the scan before, where the family has all of its lines in their order, and new ones behind them. False
   * for any other, and where something does not add up: then everything is to be gathered, and that gives the reason.
   */
  *#resume(gathering: Gathering, before: ScannedFamily): Generator<void, boolean> {
    const { scan, scanned, groups } = gathering;
    for (const group of groups) group.changed = [];
    const changed: Unit[] = [];
    let line = scanned.firstLine;
    let place = before.firstLine - 1;
    let known = 0;
    for (; line < scanned.endLine; line += 1) {
      if (line % SLICE_COMPARED === SLICE_COMPARED - 1) yield;
      if ((scan.lines.series[line] ?? -1) < 0) continue;
      const entry = scan.lines.before[line] ?? -1;
      if (entry < 0) break;
      const there = entry >> 1;
      if (there <= place || there >= before.endLine) return false;
      place = there;
      known += 1;
      if ((entry & 1) === 0) this.#tell(scan, line, changed);
    }
    if (known !== before.samples) return false;
    const added: Unit[] = [];
    for (; line < scanned.endLine; line += 1) {
      if (line % SLICE_LINES === SLICE_LINES - 1) yield;
      const series = scan.lines.series[line] ?? -1;
      if (series < 0) continue;
      if ((scan.lines.before[line] ?? -1) >= 0) return false;
      const unit = this.#unitOf(series, gathering);
      if (unit === undefined) continue;
      const isKnown = unit.turn === gathering.turn;
      // It has other lines than before.
      if (isKnown && unit.node === NOWHERE) return false;
      if (!isKnown) added.push(unit);
      this.#add(gathering, line);
    }
    return yield* finishResumed(changed, added, gathering);
  }

  /** Takes the number of a line that is there again. */
  #tell(scan: Scan, line: number, changed: Unit[]): void {
    const series = scan.lines.series[line] ?? 0;
    const { unitOf, roleOf, units } = this.#enrolment;
    if (!this.#isInView(series) || (roleOf[series] ?? SAYS_NOTHING) === SAYS_NOTHING) return;
    const unit = units[unitOf[series] ?? 0];
    if (unit === undefined) return;
    unit.told[this.#placeOf[series] ?? 0] = lineValue(scan, line);
    if (unit.changedIn === scan.number) return;
    unit.changedIn = scan.number;
    changed.push(unit);
  }

  #isInView(series: number): boolean {
    return ((this.#context.decisions.bits[series] ?? 0) & IN_VIEW) !== 0;
  }

  /** The input that a series is of; undefined where the view does not show it. */
  #unitOf(series: number, { scanned, policy, layouts }: Gathering): Unit | undefined {
    if (series < 0 || !this.#isInView(series)) return undefined;
    const enrolment = this.#enrolment;
    if ((enrolment.groupOf[series] ?? 0) === 0) {
      enrolment.enrol(series, { kind: scanned.kind, policy, layouts });
    }
    return enrolment.units[enrolment.unitOf[series] ?? 0];
  }
}

/** Ends what was resumed; false where something does not add up. */
function* finishResumed(
  changed: readonly Unit[],
  added: readonly Unit[],
  { layouts }: Gathering,
): Generator<void, boolean> {
  let told = 0;
  for (const unit of [...changed, ...added]) {
    told += 1 + unit.count;
    if (told >= SLICE_TOLD) {
      told = 0;
      yield;
    }
    const isNew = unit.node !== NOWHERE;
    if (isNew ? finishUnit(unit, layouts) !== undefined : !refill(unit)) return false;
    const { group, shape } = unit;
    if (group === undefined || shape === undefined) return false;
    if (isNew && unit.values.length === 0) {
      group.units = group.units.filter((other) => other !== unit);
      continue;
    }
    group.changed?.push(unit);
    if (group.shapes.has(shape)) continue;
    group.shapes.add(shape);
    takeShapes(group);
  }
  return true;
}

/** Ends an input; a reason when its lines do not add up. */
function finishUnit(unit: Unit, layouts: UnitLayouts): string | undefined {
  const shape = layouts.shape(unit.node);
  // A unit that vanishes must not hold on to its layout, nor through it to all others of its time.
  unit.node = NOWHERE;
  if (typeof shape === 'string') return shape;
  unit.shape = shape;
  return fill(unit, shape) ? undefined : 'the buckets of a histogram are not cumulative';
}

function refill(unit: Unit): boolean {
  return unit.shape !== undefined && fill(unit, unit.shape);
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
function takeShapes(group: Group): void {
  const shapes = [...group.shapes];
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
