// The memory behind aggregated counters: what each input series last said, and what each output series has reached.
// An output adds what its inputs gained. An input that falls has been reset and adds its new value; one that
// vanished changes nothing and is remembered, so that its return is no jump. Hence an output never falls, and
// rate() shows no spike that never happened. Input and output keys are kept as keyed hashes: they hold personal data.

import { createHmac } from 'node:crypto';
import { ExactSum } from './exact-sum.js';

/** One input: a counter, or a whole histogram or summary, as named numbers that are reset together. */
export interface CounterUnit {
  /** Its series key. */
  readonly key: string;
  /** Component (`value`, `sum`, `count`, or a bucket's bound) → number. */
  readonly components: ReadonlyMap<string, number>;
}

/** All inputs of one output series that are present in a scrape. */
export interface CounterGroup {
  /** The metric that the output belongs to. */
  readonly metric: string;
  /** The output's series key. */
  readonly key: string;
  readonly units: readonly CounterUnit[];
  /** Component → the text under which it is shown (a bucket's `le`), from the inputs of this scrape. */
  readonly texts: ReadonlyMap<string, string>;
}

/** What an output has reached, by component, in the order of its layout. */
export type CounterTotals = ReadonlyMap<string, { readonly total: number; readonly text: string }>;

/** The one component that may fall without a reset: a sum of negative observations. */
export const SUM_COMPONENT = 'sum';

/** Vanished inputs remembered beyond the present ones; the one gone longest is forgotten first. */
const MAX_VANISHED_INPUTS = 500_000;
const ID_BYTES = 16;

interface Input {
  last: Map<string, number>;
  seenAtMs: number;
}

interface Slot {
  readonly metric: string;
  layout: Map<string, { readonly text: string; readonly sum: ExactSum }>;
  readonly inputs: Map<string, Input>;
}

/** The counters of one view. */
export interface CounterState {
  /**
   * Whether outputs of `metric` are remembered. They have to go on as aggregates even in a scrape in which no series
   * has a label to lose, or they would fall back to what a single input says.
   */
  aggregates(metric: string): boolean;
  /** Adds a scrape and returns the totals, group by group. Groups have distinct keys, as have units. */
  apply(groups: readonly CounterGroup[], nowMs: number): readonly CounterTotals[];
  /** Everything, as JSON values without personal data. */
  snapshot(): CounterSnapshot;
}

/** The state as it is kept in a file: hashes and numbers. */
export interface CounterSnapshot {
  readonly slots: readonly {
    readonly id: string;
    readonly metric: string;
    readonly layout: readonly (readonly [component: string, text: string, sum: readonly number[]])[];
    readonly inputs: readonly (readonly [
      id: string,
      seenAtMs: number,
      last: readonly (readonly [string, number])[],
    ])[];
  }[];
}

/** How a counter state behaves. */
export interface CounterStateOptions {
  /** Key for the hashes of series keys. */
  readonly hashKey: Uint8Array;
  readonly seriesRetentionMs: number;
}

/** Creates the counters of a view, empty or from a snapshot that was made under the same key. */
export function createCounterState(options: CounterStateOptions, snapshot?: CounterSnapshot): CounterState {
  const slots = restore(snapshot);
  const identify = (key: string): string =>
    createHmac('sha256', options.hashKey)
      .update(key, 'utf8')
      .digest()
      .subarray(0, ID_BYTES)
      .toString('base64url');

  const metricsOf = (): Set<string> => new Set([...slots.values()].map(({ metric }) => metric));
  let metrics = metricsOf();

  return {
    aggregates: (metric) => metrics.has(identify(metric)),
    apply(groups, nowMs) {
      const totals = groups.map((group) => applyGroup(slots, group, identify, nowMs));
      forgetVanished(slots, nowMs, options.seriesRetentionMs);
      metrics = metricsOf();
      return totals;
    },
    snapshot: () => takeSnapshot(slots),
  };
}

function applyGroup(
  slots: Map<string, Slot>,
  group: CounterGroup,
  identify: (key: string) => string,
  nowMs: number,
): CounterTotals {
  const id = identify(group.key);
  const slot = slots.get(id) ?? { metric: identify(group.metric), layout: new Map(), inputs: new Map() };
  const units = group.units.map((unit) => {
    const unitId = identify(unit.key);
    const before = slot.inputs.get(unitId);
    return {
      unitId,
      unit,
      before: before !== undefined && !wasReset(before.last, unit.components) ? before : undefined,
    };
  });
  fitLayout(
    slot,
    group,
    units.every(({ before }) => before === undefined),
  );
  slots.set(id, slot);

  const unreadable = new Set<string>();
  for (const { unitId, unit, before } of units) {
    const last = new Map<string, number>();
    for (const [component, value] of unit.components) {
      const previous = before?.last.get(component);
      if (Number.isNaN(value)) {
        // Shown as NaN while it lasts, without spoiling the total for good.
        unreadable.add(component);
        last.set(component, previous ?? 0);
        continue;
      }
      last.set(component, value);
      const sum = slot.layout.get(component)?.sum;
      // Equal values are left alone: the difference of two infinities is not a number.
      if (sum === undefined || previous === value) continue;
      // Added apart, because their difference would be rounded.
      sum.add(value);
      sum.add(-(previous ?? 0));
    }
    slot.inputs.set(unitId, { last, seenAtMs: nowMs });
  }

  return new Map(
    [...slot.layout].map(([component, { text, sum }]) => [
      component,
      { text, total: unreadable.has(component) ? Number.NaN : sum.value() },
    ]),
  );
}

/** A fall of any counting component, or another set of buckets, means that the input began anew as a whole. */
function wasReset(last: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): boolean {
  if (last.size !== now.size) return true;
  for (const [component, value] of now) {
    const previous = last.get(component);
    if (previous === undefined || (component !== SUM_COMPONENT && value < previous)) return true;
  }
  return false;
}

/**
 * Keeps the components that every input has. When all present inputs begin anew with other buckets (the target was
 * restarted with another configuration), the output begins anew with them.
 */
function fitLayout(slot: Slot, group: CounterGroup, allFresh: boolean): void {
  const shared = [...group.texts].filter(([component]) =>
    group.units.every(({ components }) => components.has(component)),
  );
  const isSame =
    shared.length === slot.layout.size && shared.every(([component]) => slot.layout.has(component));
  if (slot.layout.size === 0 || (allFresh && !isSame)) {
    slot.inputs.clear();
    slot.layout = new Map(shared.map(([component, text]) => [component, { text, sum: new ExactSum() }]));
    return;
  }
  const present = new Set(shared.map(([component]) => component));
  for (const component of slot.layout.keys()) if (!present.has(component)) slot.layout.delete(component);
}

function forgetVanished(slots: Map<string, Slot>, nowMs: number, retentionMs: number): void {
  const vanished: { readonly slot: Slot; readonly id: string; readonly seenAtMs: number }[] = [];
  for (const [slotId, slot] of slots) {
    for (const [id, { seenAtMs }] of slot.inputs) {
      if (nowMs - seenAtMs > retentionMs) slot.inputs.delete(id);
      else if (seenAtMs < nowMs) vanished.push({ slot, id, seenAtMs });
    }
    if (slot.inputs.size === 0) slots.delete(slotId);
  }
  if (vanished.length <= MAX_VANISHED_INPUTS) return;
  vanished.sort((a, b) => a.seenAtMs - b.seenAtMs);
  for (const { slot, id } of vanished.slice(0, vanished.length - MAX_VANISHED_INPUTS)) slot.inputs.delete(id);
}

function takeSnapshot(slots: ReadonlyMap<string, Slot>): CounterSnapshot {
  return {
    slots: [...slots].map(([id, slot]) => ({
      id,
      metric: slot.metric,
      layout: [...slot.layout].map(([component, { text, sum }]) => [component, text, sum.parts()] as const),
      inputs: [...slot.inputs].map(([inputId, input]) => [inputId, input.seenAtMs, [...input.last]] as const),
    })),
  };
}

function restore(snapshot: CounterSnapshot | undefined): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  for (const { id, metric, layout, inputs } of snapshot?.slots ?? []) {
    slots.set(id, {
      metric,
      layout: new Map(layout.map(([component, text, sum]) => [component, { text, sum: new ExactSum(sum) }])),
      inputs: new Map(
        inputs.map(([inputId, seenAtMs, last]) => [inputId, { last: new Map(last), seenAtMs }]),
      ),
    });
  }
  return slots;
}
