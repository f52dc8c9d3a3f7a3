// The memory behind the aggregated counters of one view: outputs that never fall, so that rate() shows no spike that
// never happened. Input and output keys are kept as keyed hashes, because they hold personal data.

import { atOnce } from '../internal/turns.js';
import {
  readInput,
  readParts,
  readSlots,
  type InputReading,
  type PartReading,
  type SlotReading,
} from './counter-reading.js';
import { componentSet, type ComponentSet } from './counter-components.js';
import {
  addToSlot,
  createSlot,
  type CounterInput,
  type CounterSlot,
  type CounterTotals,
  type PresentInputs,
  type Sighting,
} from './counter-slot.js';
import { ExactSum } from './exact-sum.js';
import { createTextHash } from './keyed-hash.js';
import type { LearnedMembership } from './membership.js';
import type { AdmittedValues } from './value-caps.js';

/** All inputs of one output series that are present in a scrape. */
export interface CounterGroup extends PresentInputs {
  /** Hash of the output's series key. */
  readonly id: string;
  /** Hash of the metric that the output belongs to. */
  readonly metric: string;
}

/** Vanished inputs remembered beyond the present ones; the one gone longest is forgotten first. */
const MAX_VANISHED_INPUTS = 500_000;
const MAX_VANISHED_NUMBERS = 5_000_000;
/** Inputs after which others get their turn. */
const SLICE_INPUTS = 2048;

/** The counters of one view. */
export interface CounterState {
  /** The hash of a metric's name or of a series key, under which both are known here. */
  identify(key: string): string;
  /**
   * Whether outputs of a metric are remembered. They have to go on as aggregates even in a scrape in which no series
   * has a label to lose, or they would fall back to what a single input says.
   */
  aggregates(metric: string): boolean;
  /** Adds what one output has in a scrape. Outputs have distinct hashes, as have the units of each. */
  add(group: CounterGroup, nowMs: number): CounterTotals;
  /** The same in slices, between which others can have their turn. */
  addInSlices(group: CounterGroup, nowMs: number): Generator<void, CounterTotals>;
  /** How many scrapes have ended: whoever finds as many as were left by their own knows that no other came between. */
  readonly scrapes: number;
  /** Ends a scrape: what has been away for too long is forgotten. */
  finish(nowMs: number): void;
  finishInSlices(nowMs: number): Generator<void, void>;
  /** Everything, as JSON values without personal data. */
  snapshot(): CounterSnapshot;
  /** The outputs of a snapshot, read while scrapes go on. */
  readSlots(): Iterable<SlotReading>;
}

/** The state as it is kept in a file: hashes and numbers. */
export interface CounterSnapshot {
  readonly slots: readonly {
    readonly id: string;
    readonly metric: string;
    readonly parts: readonly PartReading[];
    readonly inputs: readonly InputReading[];
  }[];
  /** Values that keep their names; absent without `max_values_per_label`, and in files of older versions. */
  readonly admitted?: AdmittedValues;
  /** To whom identifiers belong; absent without `derive`, and in files of older versions. */
  readonly memberships?: LearnedMembership;
}

/** How a counter state behaves. */
export interface CounterStateOptions {
  /** Key for the hashes of series keys. */
  readonly hashKey: Uint8Array;
  readonly seriesRetentionMs: number;
  /** Numbers that vanished inputs remember together: a histogram has one for each bucket. @default 5_000_000 */
  readonly maxVanishedNumbers?: number;
}

/** Creates the counters of a view, empty or from a snapshot that was made under the same key. */
export function createCounterState(options: CounterStateOptions, snapshot?: CounterSnapshot): CounterState {
  /** Of all inputs that were there when somebody last looked. */
  const sightings = new Set<Sighting>();
  const slots = restore(snapshot, sightings);
  const identify = createTextHash(options.hashKey);
  /** By metric: how many outputs it has. */
  const metrics = new Map<string, number>();
  for (const { metric } of slots.values()) count(metrics, metric, 1);
  let scrapes = 0;
  /** Up to here nothing is forgotten while all of them move on. */
  let looksAgainMs = Number.NEGATIVE_INFINITY;

  const addInSlices = (group: CounterGroup, nowMs: number): Generator<void, CounterTotals> => {
    const { id, metric, units, since, sighting = { atMs: nowMs } } = group;
    const known = slots.get(id);
    const slot = known ?? createSlot(metric);
    if (known === undefined) {
      slots.set(id, slot);
      count(metrics, metric, 1);
    }
    sightings.add(sighting);
    return addToSlot(slot, { units, since, sighting }, nowMs);
  };
  function* finishInSlices(nowMs: number): Generator<void, void> {
    scrapes += 1;
    for (const sighting of sightings) {
      if (sighting.atMs >= nowMs) continue;
      sightings.delete(sighting);
      looksAgainMs = Number.NEGATIVE_INFINITY;
    }
    if (nowMs <= looksAgainMs) return;
    looksAgainMs = Number.NEGATIVE_INFINITY;
    looksAgainMs = yield* forgetVanished(slots, metrics, nowMs, options);
  }

  return {
    identify,
    aggregates: (metric) => metrics.has(metric),
    add: (group, nowMs) => atOnce(addInSlices(group, nowMs)),
    addInSlices,
    get scrapes() {
      return scrapes;
    },
    finish: (nowMs) => {
      atOnce(finishInSlices(nowMs));
    },
    finishInSlices,
    snapshot: () => takeSnapshot(slots),
    readSlots: () => readSlots(slots),
  };
}

/** Forgets what has to be forgotten, and says up to when nothing else has while no other input vanishes. */
function* forgetVanished(
  slots: Map<string, CounterSlot>,
  metrics: Map<string, number>,
  nowMs: number,
  { seriesRetentionMs, maxVanishedNumbers = MAX_VANISHED_NUMBERS }: CounterStateOptions,
): Generator<void, number> {
  const vanished: VanishedInput[] = [];
  let oldestMs = Number.POSITIVE_INFINITY;
  /** Whether any was seen later than now: clocks are set back, and snapshots come from elsewhere. */
  let isAnyAhead = false;
  let numbers = 0;
  let looked = 0;
  for (const [slotId, slot] of slots) {
    for (const [id, { sighting, last }] of slot.inputs) {
      looked += 1;
      if (looked % SLICE_INPUTS === 0) yield;
      isAnyAhead ||= sighting.atMs > nowMs;
      if (nowMs - sighting.atMs > seriesRetentionMs) slot.inputs.delete(id);
      else if (sighting.atMs < nowMs) {
        vanished.push({ slot, id, seenAtMs: sighting.atMs, numbers: last.length });
        oldestMs = Math.min(oldestMs, sighting.atMs);
        numbers += last.length;
      }
    }
    if (slot.inputs.size > 0) continue;
    slots.delete(slotId);
    count(metrics, slot.metric, -1);
  }
  if (vanished.length <= MAX_VANISHED_INPUTS && numbers <= maxVanishedNumbers) {
    return isAnyAhead ? Number.NEGATIVE_INFINITY : oldestMs + seriesRetentionMs;
  }
  vanished.sort((a, b) => a.seenAtMs - b.seenAtMs);
  let left = vanished.length;
  for (const { slot, id, numbers: own } of vanished) {
    if (left <= MAX_VANISHED_INPUTS && numbers <= maxVanishedNumbers) break;
    slot.inputs.delete(id);
    left -= 1;
    numbers -= own;
  }
  // An output may have no input any more.
  return Number.NEGATIVE_INFINITY;
}

/** Counts one more or one less; what there is none of is not kept. */
function count(counts: Map<string, number>, key: string, difference: number): void {
  const sum = (counts.get(key) ?? 0) + difference;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}

interface VanishedInput {
  readonly slot: CounterSlot;
  readonly id: string;
  readonly seenAtMs: number;
  readonly numbers: number;
}

function takeSnapshot(slots: ReadonlyMap<string, CounterSlot>): CounterSnapshot {
  return {
    slots: Array.from(slots, ([id, slot]) => ({
      id,
      metric: slot.metric,
      parts: readParts(slot),
      inputs: Array.from(slot.inputs, ([inputId, input]) => readInput(inputId, input)),
    })),
  };
}

/** The slots of a snapshot; those that came together share a sighting, which `sightings` gets. */
function restore(snapshot: CounterSnapshot | undefined, sightings: Set<Sighting>): Map<string, CounterSlot> {
  const slots = new Map<string, CounterSlot>();
  const byTime = new Map<number, Sighting>();
  const sightingAt = (atMs: number): Sighting => {
    const sighting = byTime.get(atMs) ?? { atMs };
    byTime.set(atMs, sighting);
    sightings.add(sighting);
    return sighting;
  };
  const known = new Map<string, ComponentSet>();
  for (const { id, metric, parts, inputs } of snapshot?.slots ?? []) {
    const slot = createSlot(metric);
    for (const [component, isShown, sum] of parts)
      slot.parts.set(component, { isShown, sum: new ExactSum(sum) });
    for (const [inputId, seenAtMs, last] of inputs)
      slot.inputs.set(inputId, restoreInput(last, sightingAt(seenAtMs), known));
    slots.set(id, slot);
  }
  return slots;
}

/** Inputs of one metric have the same components, nearly always: they share them. */
function restoreInput(
  last: readonly (readonly [component: string, value: number])[],
  sighting: Sighting,
  known: Map<string, ComponentSet>,
): CounterInput {
  const values = new Map(last);
  const fresh = componentSet(values.keys());
  const components = known.get(fresh.key) ?? fresh;
  known.set(fresh.key, components);
  return {
    components,
    last: components.names.map((name) => values.get(name) ?? 0),
    sighting,
  };
}
