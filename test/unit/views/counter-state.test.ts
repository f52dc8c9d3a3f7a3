import { describe, expect, test } from 'vitest';
import { componentSet } from '../../../src/views/counter-components.js';
import type { CounterTotals } from '../../../src/views/counter-slot.js';
import { createCounterState, type CounterState } from '../../../src/views/counter-state.js';

const options = { hashKey: new Uint8Array(32).fill(3), seriesRetentionMs: 1_000 };

interface KeyedGroup {
  readonly key: string;
  readonly units: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

function group(units: KeyedGroup['units'], key = 'out'): KeyedGroup {
  return { key, units };
}

function add(state: CounterState, groups: readonly KeyedGroup[], nowMs: number): readonly CounterTotals[] {
  const added = groups.map(({ key, units }) =>
    state.add(
      {
        id: state.identify(key),
        metric: state.identify('m'),
        units: Object.entries(units).map(([unitKey, unit]) => {
          const components = componentSet(Object.keys(unit));
          const values = components.names.map((name) => unit[name] ?? Number.NaN);
          return { id: state.identify(unitKey), components, values };
        }),
      },
      nowMs,
    ),
  );
  state.finish(nowMs);
  return added;
}

function totals(state: CounterState, next: KeyedGroup, nowMs = 0): Readonly<Record<string, number>> {
  const [first] = add(state, [next], nowMs);
  return Object.fromEntries(
    (first?.components.names ?? []).map((name, at) => [name, first?.values[at] ?? 0]),
  );
}

describe('counters', () => {
  test('begin as the sum of their inputs and add what these gain', () => {
    const state = createCounterState(options);
    expect(totals(state, group({ a: { value: 5 }, b: { value: 7 } }))).toEqual({ value: 12 });
    expect(totals(state, group({ a: { value: 6 }, b: { value: 7 } }))).toEqual({ value: 13 });
  });

  test('P14: an input that vanishes changes nothing, and its return is no jump', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 100 }, b: { value: 7 } }));
    expect(totals(state, group({ b: { value: 8 } }), 500)).toEqual({ value: 108 });
    expect(totals(state, group({ a: { value: 101 }, b: { value: 8 } }), 900)).toEqual({ value: 109 });
  });

  test('P14: an input that falls was reset and adds its new value', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 100 }, b: { value: 7 } }));
    expect(totals(state, group({ a: { value: 3 }, b: { value: 8 } }))).toEqual({ value: 111 });
  });

  test('P14: a restart of the whole target never lowers the output', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 100 }, b: { value: 50 } }));
    expect(totals(state, group({ a: { value: 1 }, b: { value: 0 } }))).toEqual({ value: 151 });
  });

  test('an input that was away longer than the retention is a new one', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 100 }, b: { value: 7 } }), 0);
    totals(state, group({ b: { value: 7 } }), 1_001);
    expect(totals(state, group({ a: { value: 100 }, b: { value: 7 } }), 1_002)).toEqual({ value: 207 });
  });

  test('an output whose inputs were all forgotten begins anew', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 100 } }), 0);
    add(state, [], 1_001);
    expect(totals(state, group({ a: { value: 4 } }), 1_002)).toEqual({ value: 4 });
  });

  test('a metric goes on as an aggregate for as long as one of its outputs is remembered', () => {
    const state = createCounterState(options);
    const metric = state.identify('m');
    expect(state.aggregates(metric)).toBe(false);
    add(state, [group({ a: { value: 1 } }, 'one'), group({ b: { value: 1 } }, 'other')], 0);
    add(state, [group({ b: { value: 1 } }, 'other')], 1_001);
    expect(state.aggregates(metric)).toBe(true);
    add(state, [], 2_003);
    expect(state.aggregates(metric)).toBe(false);
    const restored = createCounterState(options, state.snapshot());
    expect(restored.aggregates(metric)).toBe(false);
    add(restored, [group({ a: { value: 1 } })], 3_000);
    expect(createCounterState(options, restored.snapshot()).aggregates(metric)).toBe(true);
  });

  test('an input of NaN shows as NaN and spoils nothing that follows', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 5 }, b: { value: 7 } }));
    expect(totals(state, group({ a: { value: Number.NaN }, b: { value: 8 } }))).toEqual({
      value: Number.NaN,
    });
    expect(totals(state, group({ a: { value: 6 }, b: { value: 8 } }))).toEqual({ value: 14 });
  });

  test('an input that is NaN from the start counts once it is a number', () => {
    const state = createCounterState(options);
    expect(totals(state, group({ a: { '+Inf': 1, sum: Number.NaN } }))).toEqual({
      '+Inf': 1,
      sum: Number.NaN,
    });
    expect(totals(state, group({ a: { '+Inf': 2, sum: 3 } }))).toEqual({ '+Inf': 2, sum: 3 });
  });

  test('an infinite input is infinite as long as it lasts', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 3 }, b: { value: 5 } }));
    const infinite = group({ a: { value: Number.POSITIVE_INFINITY }, b: { value: 5 } });
    expect(totals(state, infinite)).toEqual({ value: Number.POSITIVE_INFINITY });
    expect(totals(state, infinite)).toEqual({ value: Number.POSITIVE_INFINITY });
    expect(totals(state, group({ a: { value: 1 }, b: { value: 6 } }))).toEqual({ value: 10 });
  });

  test('a fraction that falls by a rounding error was not reset', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 0.6000000000000001 } }));
    expect(totals(state, group({ a: { value: 0.6 } }))).toEqual({ value: 0.6000000000000001 });
    expect(totals(state, group({ a: { value: 0.7 } }))).toEqual({ value: 0.7 });
  });

  test('an integer that falls by one was', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 2 ** 52 } }));
    expect(totals(state, group({ a: { value: 2 ** 52 - 1 } }))).toEqual({ value: 2 ** 53 - 1 });
  });

  test('P18: integers are summed exactly up to 2^53, fractions without drift', () => {
    const state = createCounterState(options);
    expect(totals(state, group({ a: { value: 2 ** 53 - 3 }, b: { value: 2 } }))).toEqual({
      value: 2 ** 53 - 1,
    });
    let value = 0;
    let shown = 0;
    for (let scrape = 1; scrape <= 10_000; scrape += 1) {
      value = scrape / 10;
      shown = totals(state, group({ c: { value } }, 'fractions'))['value'] ?? Number.NaN;
    }
    expect(shown).toBe(1_000);
  });
});

describe('histograms', () => {
  test('are reset as a whole, so that buckets stay cumulative', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { '1': 5, '+Inf': 6, sum: 9 } }));
    // Only the first bucket falls; the last alone would look like a gain of one.
    expect(totals(state, group({ a: { '1': 3, '+Inf': 7, sum: 8 } }))).toEqual({
      '1': 8,
      '+Inf': 13,
      sum: 17,
    });
  });

  test('a falling sum alone is no reset: observations may be negative', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { '+Inf': 1, sum: 5 } }));
    expect(totals(state, group({ a: { '+Inf': 2, sum: 3 } }))).toEqual({ '+Inf': 2, sum: 3 });
  });

  test('P15: different buckets are merged on those that all have', () => {
    const state = createCounterState(options);
    const mixed = group({ a: { '1': 1, '2': 2, '+Inf': 3 }, b: { '2': 4, '5': 5, '+Inf': 6 } });
    expect(totals(state, mixed)).toEqual({ '2': 6, '+Inf': 9 });
  });

  test('P15: a bucket that comes back is not lower than it was, nor than the one below it', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { '1': 1, '2': 2, '+Inf': 3 } }));
    totals(state, group({ a: { '1': 1, '2': 2, '+Inf': 3 }, b: { '1': 5, '+Inf': 5 } }));
    expect(totals(state, group({ a: { '1': 2, '2': 3, '+Inf': 4 } }))).toEqual({ '1': 7, '2': 7, '+Inf': 9 });
  });

  test('an input with other buckets does not make a vanished one forgotten', () => {
    const state = createCounterState(options);
    expect(totals(state, group({ a: { '1': 1, '2': 2, '+Inf': 100 } }))['+Inf']).toBe(100);
    expect(totals(state, group({ b: { '1': 1, '5': 2, '+Inf': 100 } }), 1)['+Inf']).toBe(200);
    const both = group({ a: { '1': 1, '2': 2, '+Inf': 100 }, b: { '1': 1, '5': 2, '+Inf': 100 } });
    expect(totals(state, both, 2)).toEqual({ '1': 2, '+Inf': 200 });
  });

  test('a bucket that appears with its first observation is no reset', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { '1': 1000, '+Inf': 1000 } }));
    expect(totals(state, group({ a: { '1': 1000, '2': 1001, '+Inf': 1001 } }))).toEqual({
      '1': 1000,
      '2': 1001,
      '+Inf': 1001,
    });
  });

  test('a bucket that was shown while others came and went stays where it was', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { '+Inf': 0 } }));
    totals(state, group({ a: { '+Inf': 0 }, b: { '5': 1, '+Inf': 1 } }));
    const alone = totals(state, group({ b: { '2': 1, '5': 1, '+Inf': 1 } }));
    const both = totals(state, group({ a: { '5': 0, '+Inf': 0 }, b: { '2': 1, '5': 1, '+Inf': 1 } }));
    expect(alone).toEqual({ '2': 0, '5': 0, '+Inf': 1 });
    expect(both).toEqual({ '5': 0, '+Inf': 1 });
  });

  test('a target restarted with other buckets goes on with them', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { '1': 1, '+Inf': 3 } }));
    expect(totals(state, group({ a: { '5': 1, '+Inf': 1 } }))).toEqual({ '5': 1, '+Inf': 4 });
  });

  test('a sum or count that only some inputs have is theirs alone', () => {
    const state = createCounterState(options);
    expect(totals(state, group({ a: { count: 3, sum: 3 }, b: { sum: 4 } }))).toEqual({ count: 3, sum: 7 });
  });
});

describe('snapshots', () => {
  test('continue where the state was, through JSON', () => {
    const state = createCounterState(options);
    totals(state, group({ a: { value: 100 }, b: { value: 0.1 } }));
    totals(state, group({ b: { value: 0.3 } }), 1);
    const restored = createCounterState(options, JSON.parse(JSON.stringify(state.snapshot())));
    const next = group({ a: { value: 101 }, b: { value: 0.7 } });
    expect(totals(restored, next, 2)).toEqual(totals(state, next, 2));
    expect(restored.snapshot()).toEqual(state.snapshot());
  });

  test('hold hashes instead of series keys', () => {
    const state = createCounterState(options);
    totals(state, group({ 'anna@acme.example': { value: 1 } }, 'team Acme'));
    const text = JSON.stringify(state.snapshot());
    expect(text).not.toMatch(/anna|acme/i);
  });
});

describe('what a target never stops inventing has an end', () => {
  test('buckets that are not shown any more', () => {
    const state = createCounterState(options);
    for (let scrape = 0; scrape < 500; scrape += 1) {
      totals(state, group({ a: { [String(scrape)]: 1, '+Inf': 1, sum: 1 } }), scrape);
    }
    const [slot] = state.snapshot().slots;
    expect(slot?.parts.length).toBeLessThan(50);
    expect(slot?.parts.map(([component]) => component)).toEqual(
      expect.arrayContaining(['499', '+Inf', 'sum']),
    );
  });

  test('the few buckets of two versions of a target are kept while either is shown', () => {
    const state = createCounterState(options);
    const old = { '1': 1, '2': 2, '3': 3, '+Inf': 4 };
    totals(state, group({ a: old }));
    expect(totals(state, group({ b: { '+Inf': 1 } }), 1)).toEqual({ '+Inf': 5 });
    expect(totals(state, group({ a: { ...old, '+Inf': 5 } }), 2)).toEqual({
      '1': 1,
      '2': 2,
      '3': 3,
      '+Inf': 6,
    });
  });

  test('numbers of inputs that vanished: the one gone longest is forgotten first', () => {
    const state = createCounterState({ ...options, maxVanishedNumbers: 1_000 });
    const bounds = Array.from({ length: 19 }, (_, index) => String(index));
    const components = componentSet([...bounds, 'value']);
    const values = new Float64Array(components.names.length).fill(1);
    const output = { id: 'out', metric: 'm' };
    const addUnits = (names: readonly string[], nowMs: number): number | undefined => {
      const units = names.map((id) => ({ id, components, values }));
      const { values: reached } = state.add({ ...output, units }, nowMs);
      state.finish(nowMs);
      return reached.at(-1);
    };
    const names = Array.from({ length: 100 }, (_, index) => `input ${index}`);
    for (const [nowMs, name] of names.entries()) addUnits([name], nowMs);
    expect(addUnits(['other'], 100)).toBe(101);
    expect(addUnits(['input 99', 'other'], 101)).toBe(101);
    expect(addUnits(['input 0', 'other'], 102)).toBe(102);
  });
});
