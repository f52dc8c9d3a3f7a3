// One aggregated output: what it has reached, and what each of its inputs last said.
// It adds what its inputs gain. An input that falls was reset and adds its new values; one that vanished changes
// nothing and is remembered. Buckets are shown where every present input has them, and stay cumulative.

import { areSameComponents, boundOf, componentSet, type ComponentSet } from './counter-components.js';
import { ExactSum } from './exact-sum.js';

/** One input: a counter, or a whole histogram or summary, as numbers that are reset together. */
export interface CounterUnit {
  /** Hash of its series key. */
  readonly id: string;
  readonly components: ComponentSet;
  /** A number for each component. Read, not kept. */
  readonly values: ArrayLike<number>;
}

/** What an output has reached: a number for each component that it shows. */
export interface CounterTotals {
  readonly components: ComponentSet;
  readonly values: readonly number[];
  /** Whether they stand until an input changes. */
  readonly areSteady: boolean;
}

/** When inputs were last present: those that came together share one, so that it moves on for all of them at once. */
export interface Sighting {
  atMs: number;
}

/** What is remembered of an input: the last finite number of each component. */
export interface CounterInput {
  components: ComponentSet;
  last: number[];
  sighting: Sighting;
}

/** All inputs of an output that are present in a scrape. */
export interface PresentInputs {
  readonly units: readonly CounterUnit[];
  /** That of this scrape, for inputs that are there for as long as others whose own it is as well. @default their own */
  readonly sighting?: Sighting | undefined;
  /**
   * Where the scrape before had the others with the same numbers and the same sighting, and the output reached `totals`
   * by it: those that changed their numbers, but not their components, and those that are new.
   */
  readonly since?: { readonly totals: CounterTotals; readonly changed: readonly CounterUnit[] } | undefined;
}

/** One component of an output. It keeps its sum while it is not shown, so that it never comes back lower. */
interface Part {
  isShown: boolean;
  sum: ExactSum;
}

/** An output with its inputs. */
export interface CounterSlot {
  /** Hash of the metric that it belongs to. */
  readonly metric: string;
  readonly parts: Map<string, Part>;
  readonly inputs: Map<string, CounterInput>;
  /** What it reached last; undefined where the next scrape has to look at all of its inputs. */
  steady: SteadyTotals | undefined;
  /**
   * While it is read piece by piece: its inputs that changed since that began, as they were then; undefined for new
   * ones. Otherwise a reader would have gains in an input that are not in the sums, or the other way round.
   */
  before: Map<string, CounterInput | undefined> | undefined;
}

/** The sums of the components that an output shows, and the totals that they came to, where both are from one scrape. */
interface ShownSums {
  readonly sums: readonly ExactSum[];
  readonly totals?: CounterTotals;
}

/** Totals that stand until an input changes, and the sums behind them. */
type SteadyTotals = Required<ShownSums>;

/** An output that nothing was added to. */
export function createSlot(metric: string): CounterSlot {
  return { metric, parts: new Map(), inputs: new Map(), steady: undefined, before: undefined };
}

/**
 * A sum of fractions that is added up in another order differs in its last bits; a target with several workers does
 * that from scrape to scrape. A reset of a counter is no such hair's breadth.
 */
const ROUNDING_SHARE = 1e-12;

const NO_COMPONENTS: ComponentSet = componentSet([]);
/** Inputs after which others may have their turn. */
const SLICE_UNITS = 512;
/**
 * Buckets that an output remembers without showing them, beside as many as it shows: a target that never stops
 * inventing bounds must not grow it for ever. The one that came first is forgotten first.
 */
const MAX_HIDDEN_PARTS = 32;

/**
 * Adds a scrape to an output: all of its inputs that are present, each under its own id. In slices, between which it
 * has whole inputs only.
 */
export function* addToSlot(
  slot: CounterSlot,
  { units, since, sighting = { atMs: 0 } }: PresentInputs,
  nowMs: number,
): Generator<void, CounterTotals> {
  sighting.atMs = nowMs;
  const steady = since?.totals === slot.steady?.totals ? slot.steady : undefined;
  // Whoever breaks off leaves an output that has to be looked at as a whole.
  slot.steady = undefined;
  if (steady !== undefined && since !== undefined) {
    const { components } = steady.totals;
    if (since.changed.every((unit) => fits(unit, components, slot, sighting)))
      return yield* addUnits(slot, since.changed, components, steady, sighting);
  }
  const shown = shownComponents(units);
  return yield* addUnits(slot, units, shown, { sums: showParts(slot, shown) }, sighting);
}

/** Whether the output shows the same components with this input as without it, or with it as it was. */
function fits(
  { id, components }: CounterUnit,
  shown: ComponentSet,
  { inputs }: CounterSlot,
  sighting: Sighting,
): boolean {
  if (areSameComponents(components, shown)) return true;
  const known = inputs.get(id);
  return known?.components === components && known.sighting === sighting;
}

function* addUnits(
  slot: CounterSlot,
  units: readonly CounterUnit[],
  shown: ComponentSet,
  shownSums: ShownSums,
  sighting: Sighting,
): Generator<void, CounterTotals> {
  const { inputs } = slot;
  const { sums } = shownSums;
  /** The sums that were moved, as long as it is known of all of them. */
  let moved: number[] | undefined = shownSums.totals && [];
  /** Infinities and NaN are shown as long as they last, and spoil nothing that follows. */
  let passing: Map<string, number> | undefined;
  const sumsOf = sumsFor(shown, sums);
  /** Whether each input is remembered as it is: one below what it held falls in every scrape. */
  let areSettled = true;
  let added = 0;
  for (const unit of units) {
    added += 1;
    if (added % SLICE_UNITS === 0) yield;
    const known = inputs.get(unit.id);
    const input = known ?? { components: NO_COMPONENTS, last: [], sighting };
    if (known === undefined) inputs.set(unit.id, input);
    input.sighting = sighting;
    const isSameShape = areSameComponents(input.components, unit.components);
    if (isSameShape && areSame(input.last, unit.values)) continue;
    if (slot.before?.has(unit.id) === false)
      slot.before.set(unit.id, known && { ...known, last: [...known.last] });
    const previous = previousOf(input, unit, isSameShape);
    const own = sumsOf(unit.components);
    if (own !== sums) moved = undefined;
    passing = addGains(unit, previous, { sums: own, moved }, passing);
    input.components = unit.components;
    input.last = previous;
    areSettled &&= areSame(previous, unit.values);
  }
  const values = valuesOf(shownSums, shown, moved, passing);
  const areSteady = passing === undefined && areSettled && isCumulative(shown, values);
  const totals: CounterTotals = { components: shown, values, areSteady };
  if (areSteady) slot.steady = { totals, sums };
  return totals;
}

/** What sums come to with what passes by. Most of an output that moves on stand: they are not looked at. */
function valuesOf(
  { sums, totals: before }: ShownSums,
  { names }: ComponentSet,
  moved: readonly number[] | undefined,
  passing: ReadonlyMap<string, number> | undefined,
): readonly number[] {
  if (before === undefined || moved === undefined || passing !== undefined)
    return sums.map((sum, at) => sum.value() + (passing?.get(names[at] ?? '') ?? 0));
  const values = [...before.values];
  for (const at of moved) values[at] = sums[at]?.value() ?? 0;
  return values;
}

/** Whether no bucket has to be raised before the next scrape is added. */
function isCumulative({ buckets }: ComponentSet, values: readonly number[]): boolean {
  for (let at = 1; at < buckets; at += 1) if ((values[at] ?? 0) < (values[at - 1] ?? 0)) return false;
  return true;
}

/** Adds what an input gained since `previous`, which becomes what it holds now. Gives what only passes by. */
function addGains(
  { components, values }: CounterUnit,
  previous: number[],
  { sums, moved }: { readonly sums: readonly (ExactSum | undefined)[]; readonly moved: number[] | undefined },
  passing: Map<string, number> | undefined,
): Map<string, number> | undefined {
  let all = passing;
  for (let at = 0; at < previous.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    const held = previous[at] ?? 0;
    if (!Number.isFinite(value)) {
      all ??= new Map<string, number>();
      const name = components.names[at] ?? '';
      all.set(name, (all.get(name) ?? 0) + value);
      continue;
    }
    const now = at !== components.sum && value < held ? held : value;
    previous[at] = now;
    if (now === held) continue;
    // Added apart, because their difference would be rounded.
    const sum = sums[at];
    sum?.add(now);
    if (held !== 0) sum?.add(-held);
    moved?.push(at);
  }
  return all;
}

/** Tells which sums the components of an input go to. */
function sumsFor(
  shown: ComponentSet,
  sums: readonly ExactSum[],
): (components: ComponentSet) => readonly (ExactSum | undefined)[] {
  let places: ReadonlyMap<string, number> | undefined;
  return (components) => {
    if (areSameComponents(shown, components)) return sums;
    const known = (places ??= placesOf(shown));
    return components.names.map((name) => sums[known.get(name) ?? -1]);
  };
}

/** Where each component stands: looked up, because a histogram can have a hundred thousand buckets. */
function placesOf({ names }: ComponentSet): ReadonlyMap<string, number> {
  return new Map(names.map((name, at) => [name, at]));
}

function areSame(last: readonly number[], values: ArrayLike<number>): boolean {
  for (let at = 0; at < last.length; at += 1) if (last[at] !== values[at]) return false;
  return true;
}

/** A bucket needs every input: where one lacks it, nobody knows how many of its observations belong there. */
function shownComponents(units: readonly CounterUnit[]): ComponentSet {
  const [first, ...others] = units;
  if (first === undefined) return NO_COMPONENTS;
  if (others.every(({ components }) => areSameComponents(components, first.components))) {
    return first.components;
  }
  const sets = [...new Map(units.map(({ components }) => [components.key, components])).values()];
  const names = sets.map((set) => new Set(set.names));
  const words = sets.flatMap((set) => set.names.slice(set.buckets));
  // Each name is looked up once in each set that has it, and in one more at most.
  const bounds = first.components.names
    .slice(0, first.components.buckets)
    .filter((name) => names.every((set) => set.has(name)));
  return componentSet(new Set([...bounds, ...words]));
}

/**
 * Gives the sums of the components that are shown. A bucket that is shown from now on begins where the one below it
 * stands: what came before went past it. Where it stood higher once, those above it follow, so that buckets are
 * cumulative and none comes back lower. The last bucket is in every input, so that it counts everything and is never
 * moved.
 */
function showParts(slot: CounterSlot, shown: ComponentSet): readonly ExactSum[] {
  let isAnyNew = false;
  const parts = shown.names.map((name) => {
    const part = slot.parts.get(name) ?? { isShown: false, sum: new ExactSum() };
    if (!part.isShown) {
      isAnyNew = true;
      part.isShown = true;
      slot.parts.set(name, part);
    }
    return part;
  });
  if (isAnyNew || slot.parts.size > parts.length) {
    const names = new Set(shown.names);
    let surplus = slot.parts.size - 2 * names.size - MAX_HIDDEN_PARTS;
    for (const [name, part] of slot.parts) {
      part.isShown = names.has(name);
      if (part.isShown || surplus <= 0 || boundOf(name) === undefined) continue;
      slot.parts.delete(name);
      surplus -= 1;
    }
  }
  let below: ExactSum | undefined;
  let belowValue = 0;
  for (const part of parts.slice(0, shown.buckets)) {
    let value = part.sum.value();
    if (value < belowValue) {
      part.sum = new ExactSum(below?.parts());
      value = belowValue;
    }
    below = part.sum;
    belowValue = value;
  }
  return parts.map(({ sum }) => sum);
}

/** What each component of an input held before this scrape; nothing where the input began anew. */
function previousOf(input: CounterInput, unit: CounterUnit, isSameShape: boolean): number[] {
  if (isSameShape) {
    return wasReset(input.last, unit) ? zeros(input.last) : input.last;
  }
  const { names } = unit.components;
  if (input.components.names.length === 0) return zeros(names);
  const places = placesOf(input.components);
  const last = names.map((name) => input.last[places.get(name) ?? -1]);
  if (wasReset(last, unit)) return zeros(names);
  return heldBefore(input, unit, last);
}

/** A fall of any counting component means that the input began anew as a whole. */
function wasReset(last: ArrayLike<number | undefined>, { components, values }: CounterUnit): boolean {
  for (let at = 0; at < last.length; at += 1) {
    const previous = last[at];
    if (previous !== undefined && at !== components.sum && fell(previous, values[at] ?? Number.NaN))
      return true;
  }
  return false;
}

function fell(previous: number, value: number): boolean {
  if (!(value < previous)) return false;
  if (Number.isInteger(previous) && Number.isInteger(value)) return true;
  return previous - value > previous * ROUNDING_SHARE;
}

/**
 * What each component of an input held before, where its buckets are others than then. A bucket that it did not have
 * held as much as the one below it, and no less than keeps its gain within that of the bucket above: then the gains of
 * an input are cumulative, as it is itself.
 */
function heldBefore(
  { components: before, last: lastBefore }: CounterInput,
  { components, values }: CounterUnit,
  last: readonly (number | undefined)[],
): number[] {
  const previous = last.map((held) => held ?? 0);
  let gainAbove = Number.POSITIVE_INFINITY;
  let below = before.bounds.length - 1;
  for (let at = components.buckets - 1; at >= 0; at -= 1) {
    const value = values[at] ?? 0;
    if (last[at] === undefined) {
      const bound = components.bounds[at] ?? 0;
      while (below >= 0 && (before.bounds[below] ?? 0) >= bound) below -= 1;
      const heldBelow = below < 0 ? 0 : (lastBefore[below] ?? 0);
      previous[at] = Math.max(heldBelow, value - gainAbove);
    }
    gainAbove = value - (previous[at] ?? 0);
  }
  return previous;
}

/** As many zeros as there are elements. */
function zeros(elements: readonly unknown[]): number[] {
  return elements.map(() => 0);
}
