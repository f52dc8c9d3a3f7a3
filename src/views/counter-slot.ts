// One aggregated output: what it has reached, and what each of its inputs last said.
// It adds what its inputs gain. An input that falls was reset and adds its new values; one that vanished changes
// nothing and is remembered. Buckets are shown where every present input has them, and stay cumulative.

import { boundOf, compareComponents, SUM_COMPONENT } from './counter-components.js';
import { ExactSum } from './exact-sum.js';

/** One input: a counter, or a whole histogram or summary, as named numbers that are reset together. */
export interface CounterUnit {
  /** Its series key. */
  readonly key: string;
  /** Component → number. */
  readonly components: ReadonlyMap<string, number>;
}

/** What an output has reached, by component: buckets by their bound, then the rest. */
export type CounterTotals = ReadonlyMap<string, number>;

/** What is remembered of an input: the last finite number of each component. */
export interface CounterInput {
  readonly last: ReadonlyMap<string, number>;
  readonly seenAtMs: number;
}

/** One component of an output. It keeps its sum while it is not shown, so that it never comes back lower. */
interface Part {
  readonly isShown: boolean;
  readonly sum: ExactSum;
}

/** An output with its inputs. */
export interface CounterSlot {
  /** Hash of the metric that it belongs to. */
  readonly metric: string;
  readonly parts: Map<string, Part>;
  readonly inputs: Map<string, CounterInput>;
}

/**
 * A sum of fractions that is added up in another order differs in its last bits; a target with several workers does
 * that from scrape to scrape. A reset of a counter is no such hair's breadth.
 */
const ROUNDING_SHARE = 1e-12;

/** Adds a scrape to an output: all of its inputs that are present, each under its own id. */
export function addToSlot(
  slot: CounterSlot,
  units: readonly { readonly id: string; readonly unit: CounterUnit }[],
  nowMs: number,
): CounterTotals {
  const shown = shownComponents(units.map(({ unit }) => unit));
  showParts(slot, shown);
  /** Infinities and NaN are shown as long as they last, and spoil nothing that follows. */
  const passing = new Map<string, number>();
  for (const { id, unit } of units) {
    const known = slot.inputs.get(id)?.last ?? new Map<string, number>();
    const before = wasReset(known, unit.components) ? new Map<string, number>() : known;
    const heldBefore = previousOf(before, unit.components);
    const last = new Map<string, number>();
    for (const [component, value] of unit.components) {
      const previous = heldBefore.get(component) ?? 0;
      if (!Number.isFinite(value)) {
        passing.set(component, (passing.get(component) ?? 0) + value);
        last.set(component, previous);
        continue;
      }
      const now = component !== SUM_COMPONENT && value < previous ? previous : value;
      last.set(component, now);
      const part = slot.parts.get(component);
      if (part === undefined || !part.isShown || now === previous) continue;
      // Added apart, because their difference would be rounded.
      part.sum.add(now);
      part.sum.add(-previous);
    }
    slot.inputs.set(id, { last, seenAtMs: nowMs });
  }
  return totalsOf(slot, shown, passing);
}

/** A bucket needs every input: where one lacks it, nobody knows how many of its observations belong there. */
function shownComponents(units: readonly CounterUnit[]): readonly string[] {
  const all = new Set(units.flatMap(({ components }) => [...components.keys()]));
  return [...all]
    .filter(
      (component) =>
        boundOf(component) === undefined || units.every(({ components }) => components.has(component)),
    )
    .toSorted(compareComponents);
}

/**
 * A bucket that is shown from now on begins where the one below it stands: what came before went past it. Where it
 * stood higher once, those above it follow, so that buckets are cumulative and none comes back lower. The last bucket
 * is in every input, so that it counts everything and is never moved.
 */
function showParts(slot: CounterSlot, shown: readonly string[]): void {
  for (const [component, part] of slot.parts) {
    if (!shown.includes(component)) slot.parts.set(component, { ...part, isShown: false });
  }
  let below = new ExactSum();
  for (const component of shown) {
    const part = slot.parts.get(component) ?? { isShown: false, sum: new ExactSum() };
    const isBucket = boundOf(component) !== undefined;
    const isBehind = isBucket && part.sum.value() < below.value();
    const sum = isBehind ? new ExactSum(below.parts()) : part.sum;
    slot.parts.set(component, { isShown: true, sum });
    if (isBucket) below = sum;
  }
}

/** A fall of any counting component means that the input began anew as a whole. */
function wasReset(last: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): boolean {
  for (const [component, value] of now) {
    const previous = last.get(component);
    if (previous !== undefined && component !== SUM_COMPONENT && fell(previous, value)) return true;
  }
  return false;
}

function fell(previous: number, value: number): boolean {
  if (!(value < previous)) return false;
  if (Number.isInteger(previous) && Number.isInteger(value)) return true;
  return previous - value > previous * ROUNDING_SHARE;
}

/**
 * What each component of an input held before. A bucket that it did not have held as much as the one below it, and no
 * less than keeps its gain within that of the bucket above: then the gains of an input are cumulative, as it is itself.
 */
function previousOf(
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const previous = new Map(before);
  if (before.size === 0) return previous;
  const known = [...before.keys()].filter((component) => boundOf(component) !== undefined);
  let gainAbove = Number.POSITIVE_INFINITY;
  for (const component of [...now.keys()].toSorted(compareComponents).toReversed()) {
    const bound = boundOf(component);
    if (bound === undefined) continue;
    const value = now.get(component) ?? 0;
    if (!before.has(component)) {
      const below = known
        .filter((other) => (boundOf(other) ?? bound) < bound)
        .toSorted(compareComponents)
        .at(-1);
      const heldBelow = below === undefined ? 0 : (before.get(below) ?? 0);
      previous.set(component, Math.max(heldBelow, value - gainAbove));
    }
    gainAbove = value - (previous.get(component) ?? 0);
  }
  return previous;
}

function totalsOf(
  slot: CounterSlot,
  shown: readonly string[],
  passing: ReadonlyMap<string, number>,
): CounterTotals {
  const totals = new Map<string, number>();
  for (const component of shown) {
    const total = slot.parts.get(component)?.sum.value() ?? 0;
    totals.set(component, total + (passing.get(component) ?? 0));
  }
  return totals;
}
