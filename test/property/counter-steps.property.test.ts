// Counters that are moved by what changed, against counters that are moved by everything: the same totals and the same
// memory, whatever happens in between.

import { expect, test } from 'vitest';
import { componentSet } from '../../src/views/counter-components.js';
import type { CounterTotals, CounterUnit, Sighting } from '../../src/views/counter-slot.js';
import { createCounterState, type CounterState } from '../../src/views/counter-state.js';
import { Random } from '../support/differential/random.js';

const OUTPUTS = ['out', 'other'];
const INPUTS = ['a', 'b', 'c', 'd'];
const SHAPES = [['1', '2', '+Inf', 'sum'], ['1', '+Inf', 'sum'], ['value']].map((names) =>
  componentSet(names),
);
const RETENTION_MS = 40;
const STEPS = 30;
const OPTIONS = {
  hashKey: new Uint8Array(32).fill(5),
  seriesRetentionMs: RETENTION_MS,
  maxVanishedNumbers: 9,
};

interface Input {
  readonly unit: CounterUnit;
  readonly values: number[];
  isPresent: boolean;
}

interface Output {
  readonly inputs: Input[];
  totals: CounterTotals | undefined;
}

/** Fractions too, so that sums are rounded; now and then what is no number, or an input that began anew. */
function change(random: Random, { unit, values }: Input): void {
  const { buckets } = unit.components;
  const amount = random.pick([1, 3, 0.1, 1e9, Number.POSITIVE_INFINITY, 0]);
  if (random.chance(0.2)) values.fill(0);
  const from = buckets === 0 ? 0 : random.below(buckets);
  for (let at = from; at < values.length; at += 1) values[at] = (values[at] ?? 0) + amount;
  if (random.chance(0.05))
    values[values.length - 1] = random.pick([Number.NaN, -3, Number.POSITIVE_INFINITY]);
}

function world(random: Random): Output[] {
  return OUTPUTS.map((output) => ({
    totals: undefined,
    inputs: INPUTS.map((id) => {
      const components = random.chance(0.8) ? (SHAPES[0] ?? componentSet([])) : random.pick(SHAPES);
      const values = components.names.map(() => 0);
      return { unit: { id: `${output} ${id}`, components, values }, values, isPresent: random.chance(0.5) };
    }),
  }));
}

/** What happens to the inputs: those that changed or came. Where all may, some go as well. */
function happen(random: Random, inputs: readonly Input[], isKnown: boolean): ReadonlySet<Input> {
  const touched = new Set<Input>();
  for (const input of inputs) {
    if (!isKnown) input.isPresent = random.chance(0.6);
    const comes = isKnown && !input.isPresent && random.chance(0.1);
    if (comes || (input.isPresent && random.chance(0.3))) touched.add(input);
    input.isPresent ||= comes;
  }
  for (const input of touched) change(random, input);
  return touched;
}

/** Adds all that is present to both; to one of them by what changed, where that is known. */
function step(random: Random, outputs: readonly Output[], states: States, nowMs: number): void {
  const { byChange, whole } = states;
  const sighting = byChange.scrapes === states.scrapes && random.chance(0.8) ? states.sighting : undefined;
  const isKnown = sighting !== undefined;
  const touched = happen(
    random,
    outputs.flatMap(({ inputs }) => inputs),
    isKnown,
  );
  states.sighting = sighting ?? { atMs: nowMs };
  states.sighting.atMs = nowMs;
  for (const [index, output] of outputs.entries()) {
    const present = output.inputs.filter(({ isPresent }) => isPresent);
    const totals = isKnown && present.length > 0 ? output.totals : undefined;
    output.totals = undefined;
    if (present.length === 0) continue;
    const group = { id: OUTPUTS[index] ?? '', metric: 'm', units: present.map(({ unit }) => unit) };
    const expected = whole.add(group, nowMs);
    const changed = present.filter((input) => touched.has(input)).map(({ unit }) => unit);
    const stands = totals?.areSteady === true && changed.length === 0 && random.chance(0.5);
    const since = totals && { totals, changed };
    output.totals = stands ? totals : byChange.add({ ...group, sighting: states.sighting, since }, nowMs);
    expect(output.totals).toEqual(expected);
  }
  whole.finish(nowMs);
  byChange.finish(nowMs);
  states.scrapes = byChange.scrapes;
}

interface States {
  readonly byChange: CounterState;
  readonly whole: CounterState;
  sighting: Sighting | undefined;
  /** Scrapes that the counters which are moved by change had seen after the last one. */
  scrapes: number;
}

test('counters that are moved by what changed are where those are that are moved by everything', () => {
  for (let seed = 0; seed < 400; seed += 1) {
    const random = new Random(seed);
    const outputs = world(random);
    const states: States = {
      byChange: createCounterState(OPTIONS),
      whole: createCounterState(OPTIONS),
      sighting: undefined,
      scrapes: -1,
    };
    let nowMs = 0;
    for (let at = 0; at < STEPS; at += 1) {
      nowMs += random.pick([0, 1, 10, 30, 50]);
      step(random, outputs, states, nowMs);
      expect(states.byChange.snapshot()).toEqual(states.whole.snapshot());
    }
  }
});
