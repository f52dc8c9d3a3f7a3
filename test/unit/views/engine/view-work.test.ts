// How much the engine has to decide, hash and write: in proportion to what changed, counted and not timed.

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ExpositionReader } from '../../../../src/exposition/incremental/exposition-reader.js';
import { compileView, type CompiledView } from '../../../../src/views/compile-view.js';
import { LineWriter } from '../../../../src/views/engine/line-writer.js';
import { UnitLayouts } from '../../../../src/views/engine/unit-layout.js';
import { createImmediateRenderer } from '../../../../src/views/engine/view-renderer.js';
import type { LabelRule } from '../../../../src/views/options.js';
import { resolveViewOptions } from '../../../../src/views/resolve-options.js';
import { TEST_KEY } from '../../../support/views.js';

const USERS = 200;
const TENTH = USERS / 10;

function expose(from: number, to: number, value: (user: number) => number): Uint8Array {
  const lines = ['# TYPE calls_total counter'];
  for (let user = from; user < to; user += 1) {
    lines.push(`calls_total{model="m${user % 3}",user="user ${user}"} ${value(user)}`);
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

interface Counted {
  readonly view: CompiledView;
  readonly counts: { decisions: number; pseudonyms: number };
}

/** A view that counts what it is asked. */
function countedView(labels: readonly LabelRule[]): Counted {
  const counts = { decisions: 0, pseudonyms: 0 };
  const view = compileView(resolveViewOptions({ name: 'view', target: 'target', labels }), TEST_KEY);
  return {
    counts,
    view: {
      ...view,
      labelPolicy: (metric) => {
        const policy = view.labelPolicy(metric);
        return (label) => {
          counts.decisions += 1;
          return policy(label);
        };
      },
      values: {
        ...view.values,
        pseudonymise: (value) => {
          counts.pseudonyms += 1;
          return view.values.pseudonymise(value);
        },
      },
    },
  };
}

describe.each([
  ['pseudonymised', [] as const, USERS],
  ['aggregated', [{ label: 'user', action: 'drop' }] as const, 0],
])('the work of a view, %s', (_, labels, users) => {
  it('is done once for each label, and once for each value', () => {
    const { view, counts } = countedView(labels);
    const renderer = createImmediateRenderer(view);
    expect(
      renderer.render(
        expose(0, USERS, () => 1),
        'text',
        0,
      ).ok,
    ).toBe(true);
    expect(counts).toEqual({ decisions: 2, pseudonyms: users });
    expect(
      renderer.render(
        expose(0, USERS, () => 1),
        'text',
        1,
      ).ok,
    ).toBe(true);
    expect(
      renderer.render(
        expose(0, USERS, (user) => 1 + (user % 20)),
        'text',
        2,
      ).ok,
    ).toBe(true);
    expect(counts).toEqual({ decisions: 2, pseudonyms: users });
  });

  it('is one value for each that is new', () => {
    const { view, counts } = countedView(labels);
    const renderer = createImmediateRenderer(view);
    expect(
      renderer.render(
        expose(0, USERS - TENTH, () => 1),
        'text',
        0,
      ).ok,
    ).toBe(true);
    const before = counts.pseudonyms;
    expect(
      renderer.render(
        expose(0, USERS, () => 1),
        'text',
        1,
      ).ok,
    ).toBe(true);
    expect(counts).toEqual({ decisions: 2, pseudonyms: before + (users === 0 ? 0 : TENTH) });
  });
});

describe('the work of views that are scraped by turns', () => {
  it.each([
    ['lines that are written', [], () => vi.spyOn(LineWriter.prototype, 'writeSeries')],
    [
      'inputs that are gathered',
      [{ label: 'user', action: 'drop' }],
      () => vi.spyOn(UnitLayouts.prototype, 'next'),
    ],
  ] as const)('is the same as if each were the only one: %s', (_, labels, spyOn) => {
    const calls = spyOn();
    onTestFinished(() => calls.mockRestore());
    const reader = new ExpositionReader({ maxSeries: 1000 });
    const views = Array.from({ length: 3 }, () =>
      createImmediateRenderer(countedView(labels).view, { reader }),
    );
    const callsIn = (number: number): number => {
      calls.mockClear();
      const body = expose(0, USERS, (user) => 1 + (user % 10 < number ? number : 0));
      expect(views[number % 3]?.render(body, 'text', number).ok).toBe(true);
      return calls.mock.calls.length;
    };
    expect([0, 1, 2].map(callsIn)).toEqual([USERS, USERS, USERS]);
    expect([3, 4, 5, 6].map(callsIn)).toEqual([0, 0, 0, 0]);
  });
});
