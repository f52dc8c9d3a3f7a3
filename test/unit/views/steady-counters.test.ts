// Counters that seem to stand still and do not, or seem to move and do not: the engine against the reference, which looks
// at all of them in every scrape.

import { describe, expect, test } from 'vitest';
import type { CounterSnapshot } from '../../../src/views/counter-state.js';
import { renderLines, rendererOf, type TestRenderer } from '../../support/views.js';

const LABELS = [{ label: 'user', action: 'drop' as const }];
const RETENTION_MS = 60_000;
const TYPE = '# TYPE calls_total counter';
const calls = (user: string, value: number): string => `calls_total{user="${user}"} ${value}`;

function withoutUsers(snapshot?: CounterSnapshot): TestRenderer {
  return rendererOf({ labels: LABELS, seriesRetentionMs: RETENTION_MS }, snapshot);
}

describe('what does not change', () => {
  test.each([
    [
      'counters',
      ['# TYPE foo counter', 'foo{user="x"} 1', '# TYPE foo_total counter', 'foo_total{user="x"} 5'],
    ],
    [
      'a counter and a summary',
      ['# TYPE foo counter', 'foo{user="x"} 1', '# TYPE foo_total summary', 'foo_total_count{user="x"} 5'],
    ],
  ])('stands or is moved on its own where %s have nearly one name', (_, lines) => {
    const renderer = withoutUsers();
    for (let scrape = 0; scrape < 4; scrape += 1) renderLines(renderer, lines, scrape);
    // And in the scrape after one of them is gone.
    for (let scrape = 4; scrape < 7; scrape += 1) renderLines(renderer, lines.slice(0, 2), scrape);
    expect(renderLines(renderer, lines, 7)).toHaveLength(2);
  });

  test('is moved all the same where it is below what it held', () => {
    const renderer = withoutUsers();
    const lines = ['# TYPE s summary', 's_sum{user="x"} 10', 's_count{user="x"} -5', 's_sum{user="y"} 1'];
    for (let scrape = 0; scrape < 3; scrape += 1) renderLines(renderer, lines, scrape);
    expect(renderLines(renderer, lines, 3)).toContain('s_sum 41');
  });
});

test('what changed is added in the order of its first lines, where a sum runs over on the way', () => {
  const renderer = withoutUsers();
  const large = `1${'0'.repeat(199)}e99`;
  const lines = (a: number, sum: string, b: number): readonly string[] => [
    '# TYPE s summary',
    's_sum{user="c"} 1.7976931346123157e308',
    `s_sum{user="a"} ${large}`,
    `s_sum{user="b"} ${sum}`,
    `s_count{user="a"} ${a}`,
    `s_count{user="b"} ${b}`,
  ];
  renderLines(renderer, lines(5, large, 5), 0);
  expect(renderLines(renderer, lines(3, '0', 6), 1)).toContain('s_sum +Inf');
});

describe('an input that was seen later than now', () => {
  test('is forgotten in its time after a restart from a snapshot', () => {
    const before = withoutUsers();
    renderLines(before, [TYPE, calls('x', 5), calls('y', 5)], 10_000_000);
    const renderer = withoutUsers(before.snapshot());
    for (const nowMs of [5_000_000, 6_000_000, 11_000_000])
      renderLines(renderer, [TYPE, calls('x', 5)], nowMs);
    expect(renderLines(renderer, [TYPE, calls('x', 5), calls('y', 7)], 11_001_000)).toContain(
      'calls_total 17',
    );
  });

  test('is forgotten in its time after a clock was set back', () => {
    const renderer = withoutUsers();
    const [x, y, z] = [calls('x', 5), calls('y', 5), calls('z', 1)];
    renderLines(renderer, [TYPE, x, y, z], 10_000_000);
    renderLines(renderer, [TYPE, x, z], 10_001_000);
    renderLines(renderer, [TYPE, x, z], 5_000_000);
    for (const nowMs of [5_001_000, 5_100_000, 20_000_000]) renderLines(renderer, [TYPE, x], nowMs);
    expect(renderLines(renderer, [TYPE, x, calls('y', 7)], 20_001_000)).toContain('calls_total 18');
  });

  test.each([5_000_000, 10_000_000])('is forgotten though nothing else is counted, from %i on', (firstMs) => {
    const before = withoutUsers();
    renderLines(before, [TYPE, calls('y', 5)], 10_000_000);
    const renderer = withoutUsers(before.snapshot());
    renderLines(renderer, ['up 1'], firstMs);
    renderLines(renderer, ['up 1'], 50_000_000);
    expect(renderer.snapshot().slots).toEqual([]);
  });
});
