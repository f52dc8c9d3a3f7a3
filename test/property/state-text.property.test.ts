// The text of a state that is made slice by slice is the one that JSON.stringify makes of the whole.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CounterSnapshot } from '../../src/views/counter-state.js';
import { encodeState } from '../../src/views/state-text.js';

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e21, 5e-324];
const arbitraryNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(...SPECIAL));
const arbitraryText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"', '\\', '\u2028', '\ud800'),
);
const arbitraryTexts = fc.array(arbitraryText, { maxLength: 5 });
/** Few, or more than a slice has. */
const arbitraryRepeats = fc.constantFrom(1, 1, 1, 400);

const arbitrarySlot = fc.record({
  id: arbitraryText,
  metric: arbitraryText,
  parts: fc.array(fc.tuple(arbitraryText, fc.boolean(), fc.array(arbitraryNumber, { maxLength: 3 })), {
    maxLength: 4,
  }),
  inputs: fc
    .tuple(
      fc.array(
        fc.tuple(
          arbitraryText,
          arbitraryNumber,
          fc.array(fc.tuple(arbitraryText, arbitraryNumber), { maxLength: 4 }),
        ),
        { maxLength: 4 },
      ),
      arbitraryRepeats,
    )
    .map(([inputs, times]) => Array.from({ length: times }, () => inputs).flat()),
});
const arbitraryCounters: fc.Arbitrary<CounterSnapshot> = fc.record(
  {
    slots: fc.array(arbitrarySlot, { maxLength: 3 }),
    admitted: fc.array(fc.tuple(arbitraryText, arbitraryTexts), { maxLength: 3 }),
    memberships: fc.record({ inside: arbitraryTexts, outside: arbitraryTexts, both: arbitraryTexts }),
  },
  { requiredKeys: ['slots'], noNullPrototype: true },
);
const arbitraryName = fc.oneof(arbitraryText, fc.constantFrom('10', '9', '__proto__', 'toJSON'));
const arbitraryViews = fc
  .array(fc.tuple(arbitraryName, fc.record({ fingerprint: arbitraryText, counters: arbitraryCounters })), {
    maxLength: 4,
  })
  .map((views) => new Map(views));

it('every state has the text that it has as a whole', () => {
  fc.assert(
    fc.property(arbitraryViews, (views) => {
      const whole = JSON.stringify(
        { version: 1, views: Object.fromEntries(views) },
        (_key, value: unknown) =>
          typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
      );
      expect([...encodeState(views)].join('')).toBe(whole);
    }),
  );
});
