// What a view remembers, read piece by piece while scrapes move it on. An output is read as it was when its turn came,
// however long that takes; what the view has learnt comes last, so that it covers whatever outputs rest on.

import type { CounterInput, CounterSlot } from './counter-slot.js';

/** What an output has reached in one component. */
export type PartReading = readonly [component: string, isShown: boolean, sum: readonly number[]];

/** What an input said last. */
export type InputReading = readonly [
  id: string,
  seenAtMs: number,
  last: readonly (readonly [component: string, value: number])[],
];

/** One output; its inputs are read before the next output is asked for. */
export interface SlotReading {
  readonly id: string;
  readonly metric: string;
  readonly parts: readonly PartReading[];
  readonly inputs: Iterable<InputReading>;
}

/** What a snapshot has, read in the order of the properties, once, and by one reader at a time. */
export interface CounterReading {
  readonly slots: Iterable<SlotReading>;
  readonly admitted?: Iterable<readonly [set: string, values: Iterable<string>]>;
  readonly memberships?: {
    readonly inside: Iterable<string>;
    readonly outside: Iterable<string>;
    readonly both: Iterable<string>;
  };
}

/** Reads outputs while they move on. One that is forgotten and comes back meanwhile may be read twice: the later holds. */
export function* readSlots(slots: ReadonlyMap<string, CounterSlot>): Generator<SlotReading, void> {
  for (const [id, slot] of slots) {
    slot.before = new Map();
    try {
      yield { id, metric: slot.metric, parts: readParts(slot), inputs: readHeldInputs(slot, slot.before) };
    } finally {
      slot.before = undefined;
    }
  }
}

/** What an output has reached. */
export function readParts({ parts }: CounterSlot): readonly PartReading[] {
  return Array.from(parts, ([component, { isShown, sum }]) => [component, isShown, sum.parts()]);
}

/** What one of its inputs said last. */
export function readInput(id: string, { sighting, components, last }: CounterInput): InputReading {
  return [id, sighting.atMs, components.names.map((component, at) => [component, last[at] ?? 0])];
}

/** The inputs that the parts of the output were added up from, as they were then. */
function* readHeldInputs(
  { inputs }: CounterSlot,
  before: ReadonlyMap<string, CounterInput | undefined>,
): Generator<InputReading, void> {
  for (const [id, input] of inputs) {
    const held = before.has(id) ? before.get(id) : input;
    if (held !== undefined) yield readInput(id, held);
  }
}
