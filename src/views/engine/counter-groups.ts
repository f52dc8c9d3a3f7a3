// Gathers the samples of aggregated counters, histograms and summaries: which inputs an output has in a scrape, and with
// which numbers. Where a family has the lines of the scan before, only those that changed are looked at.
// Touches no counter: what is gathered here can still be refused as a whole.

import { lineBefore } from '../../exposition/incremental/line-table.js';
import type { Scan, ScannedFamily } from '../../exposition/incremental/scan.js';
import { grownInt32 } from '../../internal/growing-array.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { Enrolment, type Group, type GroupContext, type Unit } from './enrolment.js';
import type { FamilyPolicy } from './family-policy.js';
import { type GatheredFamily, placeAnew, shownOf } from './gathered-family.js';
import { addShape, takeShapes } from './group-shapes.js';
import { lineValue } from './line-value.js';
import type { ScanComparison } from './scan-comparison.js';
import { IN_VIEW } from './series-decisions.js';
import { type LayoutNode, NOWHERE, SAYS_NOTHING, UnitLayouts, type UnitShape } from './unit-layout.js';

/** A family while it is gathered. */
interface Gathering {
  readonly scan: Scan;
  readonly comparison: ScanComparison;
  readonly scanned: ScannedFamily;
  readonly policy: FamilyPolicy;
  readonly layouts: UnitLayouts;
  readonly root: LayoutNode;
  readonly turn: number;
  /** The outputs, in the order in which they came up. */
  readonly groups: Group[];
  /** How many inputs came up. */
  readonly ranked: { count: number };
}

/** Lines after which others get their turn; inputs, and numbers that they tell. */
const SLICE_LINES = 256;
const SLICE_TOLD = 256;
/** The same for lines of which next to nothing is looked at, and as how many of them one counts that is new. */
const SLICE_COMPARED = 2048;
const LINES_OF_NEW_ONE = 8;

/** The outputs and inputs of the series of one catalogue. */
export class CounterGroups {
  readonly #enrolment: Enrolment;
  readonly #context: GroupContext;
  readonly #histograms = new UnitLayouts(true);
  readonly #others = new UnitLayouts(false);
  /** By series: which line of its unit it is, from 1, of those that tell a number; 0 where it tells none. */
  #placeOf: Int32Array = new Int32Array(1024);
  /** By kind: what was gathered last. */
  readonly #last: (GatheredFamily | undefined)[] = [];
  #turn = 0;

  constructor(context: GroupContext) {
    this.#context = context;
    this.#enrolment = new Enrolment(context);
  }

  /** Gathers a family whose series have been decided about; a reason when its samples do not add up. */
  *gather(
    scan: Scan,
    comparison: ScanComparison,
    scanned: ScannedFamily,
    policy: FamilyPolicy,
  ): Generator<void, Result<GatheredFamily, string>> {
    const last = this.#last[scanned.kind];
    this.#last[scanned.kind] = undefined;
    const layouts = scanned.family.type === 'histogram' ? this.#histograms : this.#others;
    const root = layouts.root();
    if (last?.scanNumber === comparison.basis) {
      const { turn, groups, ranked } = last;
      const resumed: Gathering = { scan, comparison, scanned, policy, layouts, root, turn, groups, ranked };
      if (yield* this.#resume(resumed, last)) {
        this.#last[scanned.kind] = last;
        return ok(last);
      }
    }
    this.#turn += 1;
    const turn = this.#turn;
    const ranked = { count: 0 };
    const groups: Group[] = [];
    const gathering = { scan, comparison, scanned, policy, layouts, root, turn, groups, ranked };
    const reason = yield* this.#gatherAll(gathering);
    if (reason !== undefined) return fail(reason);
    const gathered: GatheredFamily = {
      scanNumber: scan.number,
      scanned,
      turn,
      ranked,
      groups: gathering.groups,
      shown: yield* shownOf(gathering.groups),
      changed: undefined,
      sighting: undefined,
      restless: [],
      moved: undefined,
      written: undefined,
    };
    this.#last[scanned.kind] = gathered;
    return ok(gathered);
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
        if (unit.shape !== undefined) addShape(group, unit.shape);
      }
      if (group.units.some(saysNothing)) group.units = group.units.filter((unit) => !saysNothing(unit));
      takeShapes(group);
    }
    return undefined;
  }

  #add(gathering: Gathering, line: number): void {
    const { scan, layouts, root, turn, groups, ranked } = gathering;
    const series = scan.lines.series[line] ?? -1;
    const unit = this.#unitOf(series, gathering);
    const { groupOf, roleOf, groups: known } = this.#enrolment;
    const group = known[(groupOf[series] ?? 0) - 1];
    if (group === undefined || unit === undefined) return;
    if (group.turn !== turn) {
      group.turn = turn;
      group.units = [];
      group.changed = undefined;
      group.begunIn = scan.number;
      group.isShown = false;
      group.shapes = undefined;
      group.series = series;
      groups.push(group);
    }
    if (unit.turn !== turn) {
      unit.turn = turn;
      unit.group = group;
      ranked.count += 1;
      unit.rank = ranked.count;
      unit.node = root;
      unit.told = undefined;
      unit.count = 0;
      if (group.units.length === 0) group.units = [unit];
      else group.units.push(unit);
    }
    const role = roleOf[series] ?? SAYS_NOTHING;
    if (role === SAYS_NOTHING) return;
    unit.node = layouts.next(unit.node, role);
    // A list that is made with one number takes a sixth of the room of one that grows to it.
    if (unit.told === undefined) unit.told = [lineValue(scan, line)];
    else unit.told.push(lineValue(scan, line));
    unit.count += 1;
    this.#placeOf = grownInt32(this.#placeOf, series + 1);
    this.#placeOf[series] = unit.count;
  }

  /**
   * Goes on from the scan before, where the family has all of its lines in their order, whatever new ones stand among
   * them. False for any other, and where something does not add up: then everything is to be gathered, and that gives the
   * reason.
   */
  *#resume(gathering: Gathering, family: GatheredFamily): Generator<void, boolean> {
    const { scan, comparison, scanned, groups } = gathering;
    const groupsBefore = groups.length;
    const changed: Unit[] = [];
    const added: Unit[] = [];
    const { equal, before: entries } = comparison;
    const { series: column } = scan.lines;
    let isAmongOthers = false;
    let behind = -1;
    let known = 0;
    let looked = 0;
    for (let line = scanned.firstLine, stretch = equal.behind(line); line < scanned.endLine;) {
      if (looked >= SLICE_COMPARED) {
        looked = 0;
        yield;
      }
      const reach = equal.reach(stretch, line, scanned.endLine);
      const there = reach > 0 ? equal.placeBefore(stretch, line) : lineBefore(entries[line] ?? 0);
      if (there >= 0) {
        if (there <= behind) return false;
        if (reach > 0) stretch += 1;
        else this.#tell(scan, line, changed);
        const lines = Math.max(1, reach);
        behind = there + lines - 1;
        known += lines;
        line += lines;
        looked += 1;
        isAmongOthers ||= added.length > 0;
        continue;
      }
      if ((column[line] ?? -1) >= 0 && !this.#addNew(gathering, line, added)) return false;
      line += 1;
      looked += LINES_OF_NEW_ONE;
    }
    // No series comes twice: so many lines, each further on than the one before it, are those of the family.
    if (known !== family.scanned.samples) return false;
    if (isAmongOthers) yield* this.#reorder(gathering, family);
    const touched = yield* finishResumed(changed, added, gathering, isAmongOthers);
    if (touched === undefined) return false;
    family.scanNumber = scan.number;
    family.scanned = scanned;
    family.changed = touched;
    const appeared = touched.filter(({ isShown }) => !isShown);
    // One that was there before without anything to show stands among the others as well.
    if (isAmongOthers || appeared.some(({ begunIn }) => begunIn !== scan.number)) yield* placeAnew(family);
    else if (appeared.length > 0) family.shown = yield* shownOf(groups.slice(groupsBefore), family.shown);
    return true;
  }

  /** Gathers a line that is new; false where its input was there before, with other lines. */
  #addNew(gathering: Gathering, line: number, added: Unit[]): boolean {
    const unit = this.#unitOf(gathering.scan.lines.series[line] ?? -1, gathering);
    if (unit === undefined) return true;
    if (unit.turn !== gathering.turn) added.push(unit);
    else if (unit.node === NOWHERE) return false;
    this.#add(gathering, line);
    return true;
  }

  /** Puts outputs in the order in which they come up now that new lines stand among them, and ranks their inputs. */
  *#reorder({ scan, scanned, groups, ranked }: Gathering, family: GatheredFamily): Generator<void, void> {
    this.#turn += 1;
    const turn = this.#turn;
    family.turn = turn;
    const { groupOf, unitOf, groups: known, units } = this.#enrolment;
    let place = 0;
    ranked.count = 0;
    for (let line = scanned.firstLine; line < scanned.endLine; line += 1) {
      if (line % SLICE_COMPARED === SLICE_COMPARED - 1) yield;
      const series = scan.lines.series[line] ?? -1;
      if (series < 0 || !this.#isInView(series)) continue;
      const group = known[(groupOf[series] ?? 0) - 1];
      const unit = units[unitOf[series] ?? 0];
      if (group === undefined || unit === undefined) continue;
      if (group.turn !== turn) {
        group.turn = turn;
        group.series = series;
        groups[place] = group;
        place += 1;
      }
      if (unit.turn !== turn) {
        unit.turn = turn;
        ranked.count += 1;
        unit.rank = ranked.count;
      }
    }
  }

  /** Takes the number of a line that is there again. */
  #tell(scan: Scan, line: number, changed: Unit[]): void {
    const series = scan.lines.series[line] ?? 0;
    const place = this.#placeOf[series] ?? 0;
    if (place === 0) return;
    const { unitOf, units } = this.#enrolment;
    const unit = units[unitOf[series] ?? 0];
    if (unit?.shape === undefined) return;
    const component = unit.shape.componentOf[place - 1] ?? -1;
    if (component < 0) return;
    unit.values[component] = lineValue(scan, line);
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

/** Ends what was resumed: the outputs that it touched; undefined where something does not add up. */
function* finishResumed(
  changed: readonly Unit[],
  added: readonly Unit[],
  { layouts, scan }: Gathering,
  isReordered: boolean,
): Generator<void, readonly Group[] | undefined> {
  const touched: Group[] = [];
  /** Outputs of which something is worked out over all inputs: once for each, however many came. */
  const withSilent = new Set<Group>();
  const withNewShapes = new Set<Group>();
  let told = 0;
  for (const unit of [...changed, ...added]) {
    told += 1 + unit.count;
    if (told >= SLICE_TOLD) {
      told = 0;
      yield;
    }
    const isNew = unit.node !== NOWHERE;
    if (isNew ? finishUnit(unit, layouts) !== undefined : !isCumulative(unit)) return undefined;
    const { group, shape } = unit;
    if (group === undefined || shape === undefined) return undefined;
    if (isNew && saysNothing(unit)) {
      // An output whose first line it is would be named after it, without being written anew.
      if (isReordered) return undefined;
      withSilent.add(group);
      continue;
    }
    if (group.touchedIn === scan.number) {
      group.changed?.push(unit);
    } else {
      group.touchedIn = scan.number;
      if (group.begunIn !== scan.number) group.changed = [unit];
      touched.push(group);
    }
    if (addShape(group, shape)) withNewShapes.add(group);
  }
  for (const group of withSilent) {
    group.units = group.units.filter((unit) => !saysNothing(unit));
    yield;
  }
  for (const group of withNewShapes) {
    takeShapes(group);
    yield;
  }
  // Sums that run over on the way depend on the order.
  for (const { changed: inputs = [] } of touched) {
    told += 1 + inputs.length;
    inputs.sort((a, b) => a.rank - b.rank);
    if (told < SLICE_COMPARED) continue;
    told = 0;
    yield;
  }
  return touched;
}

/** Whether none of an input's lines told a number. */
function saysNothing({ values }: Unit): boolean {
  return values.length === 0;
}

/** Ends an input; a reason when its lines do not add up. */
function finishUnit(unit: Unit, layouts: UnitLayouts): string | undefined {
  const shape = layouts.shape(unit.node);
  // A unit that vanishes must not hold on to its layout, nor through it to all others of its time.
  unit.node = NOWHERE;
  if (typeof shape === 'string') return shape;
  unit.shape = shape;
  fill(unit, shape);
  return isCumulative(unit) ? undefined : 'the buckets of a histogram are not cumulative';
}

/** Puts what the lines told into the order of the components. */
function fill(unit: Unit, { components, componentOf }: UnitShape): void {
  const { told = [] } = unit;
  unit.told = undefined;
  if (unit.components !== components) {
    unit.components = components;
    unit.values = components.names.map(() => 0);
  }
  const { values } = unit;
  for (let line = 0; line < told.length; line += 1) {
    const component = componentOf[line] ?? -1;
    if (component >= 0) values[component] = told[line] ?? Number.NaN;
  }
}

/** Whether the buckets of an input are. */
function isCumulative({ components, values }: Unit): boolean {
  let below = 0;
  for (let at = 0; at < components.buckets; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (!(value >= below)) return false;
    below = value;
  }
  return true;
}
