// What is gathered of an aggregated family from scrape to scrape: what changed where its lines stand in their order,
// everything where they do not. That both give the same outputs is held by the differential tests.

import { describe, expect, test } from 'vitest';
import type { Catalogue } from '../../../../src/exposition/incremental/catalogue.js';
import { ExpositionScanner } from '../../../../src/exposition/incremental/scanner.js';
import { atOnce } from '../../../../src/internal/turns.js';
import { compileView } from '../../../../src/views/compile-view.js';
import { EffectCounter } from '../../../../src/views/effects.js';
import type { GatheredFamily } from '../../../../src/views/engine/gathered-family.js';
import { planFamilies } from '../../../../src/views/engine/family-planner.js';
import { ViewCache } from '../../../../src/views/engine/view-cache.js';
import { resolveViewOptions } from '../../../../src/views/resolve-options.js';
import { renderLines, rendererOf, TEST_KEY } from '../../../support/views.js';

/** Scans a body and plans it in a view without users; gives what was gathered of its one family. */
function gatherer(): (lines: readonly string[]) => GatheredFamily {
  const view = compileView(
    resolveViewOptions({ name: 'view', target: 'target', labels: [{ label: 'user', action: 'drop' }] }),
    TEST_KEY,
  );
  const scanner = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: 10_000 });
  const caches = new WeakMap<Catalogue, ViewCache>();
  return (lines) => {
    const scan = atOnce(scanner.scan(Buffer.from(`${lines.join('\n')}\n`)));
    if (!scan.ok) throw new Error(scan.error.reason);
    const { catalogue } = scan.value;
    const cache =
      caches.get(catalogue) ??
      new ViewCache({
        view,
        catalogue,
        format: 'text',
        escaping: 'values',
        caps: undefined,
        membership: undefined,
        identify: (key) => key,
      });
    caches.set(catalogue, cache);
    const effects = new EffectCounter();
    const comparison = atOnce(cache.rendered.compare(scan.value));
    const planned = atOnce(
      planFamilies({ scan: scan.value, comparison, cache, effects, aggregates: () => true }),
    );
    cache.rendered.remember(scan.value);
    const content = planned !== 'void' && planned.ok ? planned.value[0]?.content : undefined;
    if (content?.kind !== 'counters') throw new Error('no counters');
    return content.family;
  };
}

const TYPE = '# TYPE calls_total counter';
const call = (model: string, user: string, value: number): string =>
  `calls_total{model="${model}",user="${user}"} ${value}`;
const FIRST = [TYPE, call('a', 'x', 1), call('a', 'y', 1), call('b', 'x', 1)];

/** Outputs that changed, and by how many inputs each; undefined where everything was gathered. */
function changes({
  changed,
}: GatheredFamily): readonly (readonly [outputs: number, inputs: number])[] | undefined {
  return changed?.map(({ units, changed: inputs = [] }) => [units.length, inputs.length] as const);
}

describe('of a family', () => {
  test('everything is gathered at first', () => {
    const family = gatherer()(FIRST);
    expect(family.changed).toBeUndefined();
    expect(family.shown.map(({ units }) => units.length)).toEqual([2, 1]);
  });

  test('nothing is gathered where nothing changed, and what changed elsewhere', () => {
    const gather = gatherer();
    gather(FIRST);
    expect(changes(gather(FIRST))).toEqual([]);
    expect(changes(gather([...FIRST.slice(0, 2), call('a', 'y', 2), call('b', 'x', 1)]))).toEqual([[2, 1]]);
  });

  test('a new input behind the others is gathered alone, and a new output is shown behind them', () => {
    const gather = gatherer();
    gather(FIRST);
    const more = [...FIRST, call('a', 'z', 1)];
    expect(changes(gather(more))).toEqual([[3, 1]]);
    const family = gather([...more, call('c', 'x', 1)]);
    expect(changes(family)).toEqual([[1, 0]]);
    expect(family.shown.map(({ units }) => units.length)).toEqual([3, 1, 1]);
  });

  test('a new input among the others is gathered alone, in its place among them', () => {
    const gather = gatherer();
    const told = ({ shown }: GatheredFamily): readonly (readonly number[])[] =>
      shown.map(({ units }) => units.toSorted((a, b) => a.rank - b.rank).map(({ values }) => values[0] ?? 0));
    gather(FIRST);
    const [first = '', second = '', third = ''] = FIRST.slice(1);
    const one = gather([TYPE, call('a', 'w', 8), first, second, third]);
    expect(changes(one)).toEqual([[3, 1]]);
    expect(told(one)).toEqual([[8, 1, 1], [1]]);
    const more = gather([
      TYPE,
      call('a', 'w', 8),
      first,
      call('a', 'xx', 9),
      second,
      call('b', 'w', 7),
      third,
    ]);
    expect(changes(more)).toEqual([
      [4, 1],
      [2, 1],
    ]);
    expect(told(more)).toEqual([
      [8, 1, 9, 1],
      [7, 1],
    ]);
  });

  test('a new output among the others is shown in its place, also where it takes that of another', () => {
    const gather = gatherer();
    const [first = '', second = '', third = ''] = FIRST.slice(1);
    gather(FIRST);
    const between = gather([TYPE, first, call('aa', 'x', 3), second, third]);
    expect(changes(between)).toEqual([[1, 0]]);
    expect(between.shown.map(({ units }) => units.length)).toEqual([2, 1, 1]);
    const inFront = gather([TYPE, call('b', 'w', 5), first, call('aa', 'x', 3), second, third]);
    expect(changes(inFront)).toEqual([[2, 1]]);
    expect(inFront.shown.map(({ units, place }) => [units.length, place])).toEqual([
      [2, 0],
      [2, 1],
      [1, 2],
    ]);
  });

  test.each([
    ['an input is gone', [TYPE, FIRST[1] ?? '', FIRST[3] ?? '']],
    ['inputs changed places', [TYPE, FIRST[2] ?? '', FIRST[1] ?? '', FIRST[3] ?? '']],
    ['one is gone and another stands among them', [TYPE, FIRST[1] ?? '', call('a', 'yy', 1), FIRST[3] ?? '']],
  ])('everything is gathered where %s', (_, lines) => {
    const gather = gatherer();
    gather(FIRST);
    expect(gather(lines).changed).toBeUndefined();
    // And from then on what changes.
    expect(changes(gather(lines))).toEqual([]);
  });

  test('everything is gathered where a histogram has one more bucket', () => {
    const gather = gatherer();
    const bucket = (le: string, value: number): string => `h_bucket{user="x",le="${le}"} ${value}`;
    const lines = ['# TYPE h histogram', bucket('1', 1), bucket('+Inf', 2)];
    gather(lines);
    expect(changes(gather(lines))).toEqual([]);
    const family = gather([...lines, bucket('2', 2)]);
    expect(family.changed).toBeUndefined();
    expect(family.shown[0]?.units[0]?.values).toEqual([1, 2, 2]);
  });

  test('everything is gathered after a scrape that had none of it', () => {
    const gather = gatherer();
    gather(FIRST);
    expect(() => gather(['other 1'])).toThrow('no counters');
    expect(gather(FIRST).changed).toBeUndefined();
  });
});

test('an output whose buckets have to be raised is raised in the next scrape, though nothing changed', () => {
  const renderer = rendererOf({ labels: [{ label: 'user', action: 'drop' }] });
  const histogram = (user: string, buckets: Readonly<Record<string, number>>): string[] =>
    Object.entries(buckets).map(([le, value]) => `h_bucket{user="${user}",le="${le}"} ${value}`);
  const render = (...lines: string[]): readonly string[] =>
    renderLines(renderer, ['# TYPE h histogram', ...lines], 0).filter((line) => line.startsWith('h_bucket'));
  render(...histogram('x', { 1: 0, 2: 10, '+Inf': 10 }));
  // A bucket that an input lacks is hidden, and stands still meanwhile.
  render(...histogram('x', { 1: 8, 2: 10, '+Inf': 10 }), ...histogram('z', { 1: 5, '+Inf': 5 }));
  render(...histogram('x', { 1: 8, 2: 10, '+Inf': 10 }));
  const last = histogram('x', { 1: 10, 2: 10, '+Inf': 10 });
  expect(render(...last)).toEqual(['h_bucket{le="1"} 15', 'h_bucket{le="2"} 13', 'h_bucket{le="+Inf"} 15']);
  expect(render(...last)).toEqual(['h_bucket{le="1"} 15', 'h_bucket{le="2"} 15', 'h_bucket{le="+Inf"} 15']);
});
