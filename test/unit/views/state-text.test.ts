import { describe, expect, it } from 'vitest';
import { componentSet } from '../../../src/views/counter-components.js';
import {
  createCounterState,
  type CounterSnapshot,
  type CounterState,
} from '../../../src/views/counter-state.js';
import { createMembership } from '../../../src/views/membership.js';
import { encodeState } from '../../../src/views/state-text.js';
import { createValueCaps } from '../../../src/views/value-caps.js';

const OPTIONS = { hashKey: new Uint8Array(32).fill(3), seriesRetentionMs: 1_000 };
/** What a slice may have; it is up to as many more. */
const SLICE = 1024;
const BUCKETS = componentSet(['0.1', '1', '10', '+Inf', 'sum', 'count']);

/** Adds a scrape in which every input of an output says `base` and a bit. */
function scrape(state: CounterState, outputs: readonly string[], inputs: number, base: number): void {
  for (const output of outputs) {
    const units = Array.from({ length: inputs }, (_, at) => ({
      id: `${output}-${at}`,
      components: BUCKETS,
      values: BUCKETS.names.map(() => base + at),
    }));
    state.add({ id: output, metric: 'm', units }, base);
  }
  state.finish(base);
}

function reading(state: CounterState): Parameters<typeof encodeState>[0] {
  return new Map([['v', { fingerprint: 'f', counters: { slots: state.readSlots() } }]]);
}

function parsed(text: string): CounterSnapshot {
  const { views }: { views: { v: { counters: CounterSnapshot } } } = JSON.parse(text);
  return views.v.counters;
}

/** The sum over the inputs of an output, and what it has reached, in its first component. */
function sumsOf({ slots }: CounterSnapshot): readonly (readonly [inputs: number, parts: number])[] {
  return slots.map(({ parts, inputs }) => [
    inputs.reduce((sum, [, , last]) => sum + (last[0]?.[1] ?? 0), 0),
    (parts[0]?.[2] ?? []).reduce((sum, part) => sum + part, 0),
  ]);
}

/** How many numbers and hashes a slice has. */
function weightOf(text: string): number {
  return text.match(/"[^"]*"(?=[,\]}])|[\d.]+/g)?.length ?? 0;
}

describe('encodeState', () => {
  it.each([
    ['many outputs', 2_000, 1],
    ['one output of many inputs', 1, 2_000],
  ])('gives the text of %s slice by slice', (_, outputs, inputs) => {
    const state = createCounterState(OPTIONS);
    scrape(
      state,
      Array.from({ length: outputs }, (_unused, at) => `o${at}`),
      inputs,
      1,
    );
    const slices = [...encodeState(reading(state))];
    expect(slices.length).toBeGreaterThan((2_000 * BUCKETS.names.length) / (2 * SLICE));
    // Beside each number stands the name of its component, at most.
    expect(Math.max(...slices.map(weightOf))).toBeLessThan(2 * 2 * SLICE);
    expect(parsed(slices.join(''))).toEqual(state.snapshot());
  });

  it('gives a histogram of many buckets in several slices', () => {
    const state = createCounterState(OPTIONS);
    const components = componentSet(Array.from({ length: 20_000 }, (_, at) => String(at)));
    const units = [{ id: 'i', components, values: components.names.map(Number) }];
    state.add({ id: 'o', metric: 'm', units }, 1);
    const slices = [...encodeState(reading(state))];
    expect(Math.max(...slices.map(weightOf))).toBeLessThan(2 * 3 * SLICE);
    expect(parsed(slices.join(''))).toEqual(state.snapshot());
  });

  it('gives admitted values and memberships slice by slice', () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => `id${at}`);
    const counters = {
      slots: [],
      admitted: [['set', ids] as const],
      memberships: { inside: ids, outside: [], both: ids },
    };
    const slices = [...encodeState(new Map([['v', { fingerprint: 'f', counters }]]))];
    expect(Math.max(...slices.map(weightOf))).toBeLessThanOrEqual(SLICE + 4);
    expect(parsed(slices.join(''))).toEqual(counters);
  });
});

describe('a state that moves on between two slices', () => {
  it('has outputs as they were when their turn came, each in itself whole', () => {
    const state = createCounterState(OPTIONS);
    const outputs = ['a', 'b', 'c'];
    scrape(state, outputs, 1_000, 1);
    let base = 1;
    let text = '';
    for (const slice of encodeState(reading(state))) {
      text += slice;
      base += 1;
      // More inputs each time: new ones come while an output is read.
      scrape(state, outputs, 1_000 + base, base);
    }
    expect(base).toBeGreaterThan(10);
    const saved = parsed(text);
    expect(saved.slots.map(({ id }) => id)).toEqual(outputs);
    for (const [inputs, parts] of sumsOf(saved)) expect(inputs).toBe(parts);
    const continued = createCounterState(OPTIONS, saved);
    scrape(continued, outputs, 1_000 + base, base);
    expect(sumsOf(continued.snapshot())).toEqual(sumsOf(state.snapshot()));
  });

  it('lacks inputs that were forgotten, and may have them where they came back', () => {
    const state = createCounterState(OPTIONS);
    scrape(state, ['a'], 2_000, 1);
    const slices = encodeState(reading(state));
    let text = slices.next().value ?? '';
    scrape(state, ['a'], 1, 2_000);
    text += slices.next().value ?? '';
    scrape(state, ['a'], 2_000, 2_001);
    text += [...slices].join('');
    expect(() => createCounterState(OPTIONS, parsed(text))).not.toThrow();
  });

  it('is whole again for the next reader when one breaks off', () => {
    const state = createCounterState(OPTIONS);
    scrape(state, ['a'], 2_000, 1);
    const slices = encodeState(reading(state));
    slices.next();
    scrape(state, ['a'], 2_000, 5);
    slices.return();
    scrape(state, ['a'], 2_000, 7);
    expect(parsed([...encodeState(reading(state))].join(''))).toEqual(state.snapshot());
  });

  it('has every value that was admitted, and every identifier that was learned, before the last output was read', () => {
    const caps = createValueCaps({ max: 10, hashKey: OPTIONS.hashKey });
    const membership = createMembership({
      scoped: [{ label: 'team', allowed: new Set(['a']) }],
      links: ['key'],
      witnesses: [],
      isPlaceholder: () => false,
      hashKey: OPTIONS.hashKey,
    });
    const state = createCounterState(OPTIONS);
    scrape(state, ['a'], 2_000, 1);
    const counters = { slots: state.readSlots(), admitted: caps.read(), memberships: membership.read() };
    const slices = encodeState(new Map([['v', { fingerprint: 'f', counters }]]));
    let text = slices.next().value ?? '';
    caps.admit('m', 'model', 'x');
    caps.commit();
    membership.learn([
      { name: 'team', value: 'a' },
      { name: 'key', value: 'k' },
    ]);
    membership.commit();
    text += [...slices].join('');
    const { admitted, memberships } = parsed(text);
    expect(admitted).toEqual(caps.snapshot());
    expect(admitted).toHaveLength(1);
    expect(memberships).toEqual(membership.snapshot());
    expect(memberships?.inside).toHaveLength(1);
  });
});
