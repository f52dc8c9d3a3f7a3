// New series among others of their family, as clients write them that sort by labels: whatever they take part in, outputs
// and inputs are in the order in which they would be if nothing were remembered. `rendererOf` holds each answer against
// the reference.

import { describe, expect, it } from 'vitest';
import { Random } from '../../../support/differential/random.js';
import { renderLines, rendererOf, type TestRenderer } from '../../../support/views.js';

const WITHOUT_USERS = { labels: [{ label: 'user', action: 'drop' }] } as const;

/** A line that comes and goes, less its value. */
interface Candidate {
  readonly series: string;
  readonly value: () => string;
}

const SEQUENCES = 150;
const SCRAPES = 10;
/** Counters of a few outputs, whose labels come in either order, and lines that say nothing of them. */
function candidatesOf(random: Random): readonly Candidate[] {
  const candidates: Candidate[] = [];
  const value = (): string => `${random.below(50)}`;
  for (const model of ['a', 'b', 'c']) {
    for (const user of ['u', 'v', 'w', 'x']) {
      const labels = [`model="${model}"`, `team="t"`, `user="${user}"`];
      const own = random.chance(0.3) ? labels.toReversed() : labels;
      candidates.push({ series: `calls_total{${own.join(',')}}`, value });
      if (random.chance(0.3))
        candidates.push({ series: `calls_created{${own.join(',')}}`, value: () => '17' });
    }
  }
  return random.shuffled(candidates);
}

/** Scrapes of candidates in one order, of which more and more are there, and seldom less. */
function play(random: Random, renderer: TestRenderer): number {
  const candidates = candidatesOf(random);
  const values = candidates.map((candidate) => candidate.value());
  const present = candidates.map(() => random.chance(0.4));
  let shown = 0;
  for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
    const lines = candidates.flatMap(({ series }, at) => (present[at] ? [`${series} ${values[at]}`] : []));
    if (lines.length > 0)
      shown += renderLines(
        renderer,
        ['# TYPE calls counter', ...lines, '# EOF'],
        scrape,
        'openmetrics',
      ).length;
    for (const [at, candidate] of candidates.entries()) {
      if (random.chance(0.2)) values[at] = candidate.value();
      if (random.chance(present[at] ? 0.03 : 0.15)) present[at] = !present[at];
    }
  }
  return shown;
}

describe('new series among others', () => {
  it(`are shown as if nothing were remembered, in ${SEQUENCES} sequences of scrapes`, () => {
    let shown = 0;
    for (let seed = 1; seed <= SEQUENCES; seed += 1) {
      const random = new Random(seed);
      shown += play(random, rendererOf(WITHOUT_USERS));
    }
    expect(shown).toBeGreaterThan(SEQUENCES * SCRAPES);
  });

  it('lend their labels to the output that they now come first of', () => {
    const renderer = rendererOf(WITHOUT_USERS);
    const lines = [
      '# TYPE calls_total counter',
      'calls_total{a="1",b="2",user="x"} 1',
      'calls_total{a="2"} 1',
    ];
    expect(renderLines(renderer, lines)[0]).toBe('calls_total{a="1",b="2"} 1');
    const first = 'calls_total{b="2",a="1",user="w"} 4';
    expect(renderLines(renderer, [...lines.slice(0, 1), first, ...lines.slice(1)])[0]).toBe(
      'calls_total{b="2",a="1"} 5',
    );
  });

  it('and do so where they say nothing of it', () => {
    const renderer = rendererOf(WITHOUT_USERS);
    const render = (...lines: readonly string[]): readonly string[] =>
      renderLines(renderer, ['# TYPE calls counter', ...lines, '# EOF'], 0, 'openmetrics');
    const known = ['calls_total{a="1",b="2",user="x"} 1', 'calls_total{a="2",user="x"} 1'];
    render(...known);
    expect(render('calls_created{b="2",a="1",user="w"} 17', ...known)[0]).toBe('calls_total{b="2",a="1"} 1');
  });

  it('are counted once where their output was there before, and had gone', () => {
    const renderer = rendererOf(WITHOUT_USERS);
    const [type, a, b, c] = [
      '# TYPE calls_total counter',
      ...['a', 'b', 'c'].map((model) => `calls_total{model="${model}",user="x"} 1`),
    ];
    for (const lines of [
      [a, b, c],
      [a, c],
      [a, c],
      [a, b, c],
      [a, b, c],
    ])
      expect(renderLines(renderer, [type ?? '', ...lines.map((line) => line ?? '')])).toHaveLength(
        lines.length,
      );
  });
});
