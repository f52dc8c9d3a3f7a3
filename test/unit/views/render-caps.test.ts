// max_values_per_label, as a whole view does it.

import { describe, expect, test } from 'vitest';
import type { CounterSnapshot } from '../../../src/views/counter-state.js';
import type { ViewOptions } from '../../../src/views/options.js';
import {
  rendererOf,
  renderLines,
  renderWhole,
  savedAndRead,
  type TestRenderer,
} from '../../support/views.js';

function capped(max: number, options: Partial<ViewOptions> = {}, snapshot?: CounterSnapshot): TestRenderer {
  return rendererOf({ maxValuesPerLabel: max, ...options }, snapshot);
}

function counter(values: Readonly<Record<string, number>>, label = 'model'): readonly string[] {
  return [
    '# TYPE x counter',
    ...Object.entries(values).map(([value, calls]) => `x{${label}="${value}"} ${calls}`),
  ];
}

describe('values beyond the cap', () => {
  test('are added up under one name, and the whole metric with them', () => {
    expect(renderLines(capped(2), counter({ a: 1, b: 2, c: 3, d: 4 }))).toEqual([
      'x{model="a"} 1',
      'x{model="b"} 2',
      'x{model="__other__"} 7',
    ]);
  });

  test('leave a metric as it is that has no more values than allowed', () => {
    const lines = ['# TYPE x counter', 'x{model="a"} 1.0 1767225600000', 'x{model="b"} 2.00'];
    expect(renderLines(capped(2), lines)).toEqual(lines.slice(1));
  });

  test('never take the name of one that has it, whatever order they come in', () => {
    const renderer = capped(1);
    renderLines(renderer, counter({ a: 1, b: 10 }), 0);
    expect(renderLines(renderer, counter({ b: 11, a: 1 }), 1)).toEqual([
      'x{model="__other__"} 11',
      'x{model="a"} 1',
    ]);
    expect(renderLines(renderer, counter({ b: 12 }), 2)).toEqual(['x{model="__other__"} 12']);
  });

  test('make no spike when they come: totals go on from what was shown', () => {
    const renderer = capped(1);
    expect(renderLines(renderer, counter({ a: 100 }), 0)).toEqual(['x{model="a"} 100']);
    expect(renderLines(renderer, counter({ a: 101, b: 7 }), 1)).toEqual([
      'x{model="a"} 101',
      'x{model="__other__"} 7',
    ]);
    expect(renderLines(renderer, counter({ a: 3, c: 1 }), 2)).toEqual([
      'x{model="a"} 104',
      'x{model="__other__"} 8',
    ]);
  });

  test('count as the view shows them: pseudonyms apart, masked ones as one, dropped ones not at all', () => {
    const users = counter({ anna: 1, ben: 2, carl: 3 }, 'user');
    expect(renderLines(capped(2), users)).toEqual([
      expect.stringMatching(/^x\{user="p_[a-z2-7]{26}"\} 1$/),
      expect.stringMatching(/^x\{user="p_[a-z2-7]{26}"\} 2$/),
      'x{user="__other__"} 3',
    ]);
    expect(renderLines(capped(1, { labels: [{ label: 'user', action: 'mask' }] }), users)).toEqual([
      'x{user="redacted"} 6',
    ]);
    expect(renderLines(capped(1, { labels: [{ label: 'user', action: 'drop' }] }), users)).toEqual(['x 6']);
  });

  test('count in the tenant’s own series alone', () => {
    const lines = [
      '# TYPE x counter',
      ...['z', 'y'].map((model) => `x{model="${model}",team="globex"} 1`),
      ...['a', 'b'].map((model) => `x{model="${model}",team="acme"} 2`),
    ];
    expect(renderLines(capped(1, { only: { team: ['acme'] } }), lines)).toEqual([
      'x{model="a",team="acme"} 2',
      'x{model="__other__",team="acme"} 2',
    ]);
  });

  test('an empty value is none, and an input called like the overflow joins it from the beginning', () => {
    const lines = [
      '# TYPE x counter',
      'x{model=""} 1',
      'x{model="__other__"} 2',
      'x{model="a"} 3',
      'x{model="b"} 4',
    ];
    expect(renderLines(capped(1), lines)).toEqual(['x 1', 'x{model="__other__"} 6', 'x{model="a"} 3']);
    expect(renderLines(capped(9), lines)).toEqual([
      'x 1',
      'x{model="__other__"} 2',
      'x{model="a"} 3',
      'x{model="b"} 4',
    ]);
  });

  test('of histograms are merged whole; bounds are no values', () => {
    const lines = ['a', 'b', 'c'].flatMap((model, at) => [
      ...['0.5', '1', '+Inf'].map((le, index) => `h_bucket{model="${model}",le="${le}"} ${at + index}`),
      `h_sum{model="${model}"} ${at}`,
      `h_count{model="${model}"} ${at + 2}`,
    ]);
    expect(renderLines(capped(1), ['# TYPE h histogram', ...lines])).toEqual([
      'h_bucket{model="a",le="0.5"} 0',
      'h_bucket{model="a",le="1"} 1',
      'h_bucket{model="a",le="+Inf"} 2',
      'h_count{model="a"} 2',
      'h_sum{model="a"} 0',
      'h_bucket{model="__other__",le="0.5"} 3',
      'h_bucket{model="__other__",le="1"} 5',
      'h_bucket{model="__other__",le="+Inf"} 7',
      'h_count{model="__other__"} 7',
      'h_sum{model="__other__"} 3',
    ]);
  });

  test('of a gauge go by its function, and are withheld where it has none', () => {
    const gauge = ['# TYPE g gauge', 'g{model="a"} 1', 'g{model="b"} 5', 'g{model="c"} 3'];
    expect(renderLines(capped(1, { gauges: { g: 'max' } }), gauge)).toEqual([
      'g{model="a"} 1',
      'g{model="__other__"} 5',
    ]);
    const { body, effects } = renderWhole(capped(1), gauge);
    expect(new TextDecoder().decode(body)).toBe('# TYPE g gauge\ng{model="a"} 1\n');
    expect([...effects.withheld]).toEqual([['overflow', 2]]);
    expect([...effects.overflowed]).toEqual([['model', 2]]);
  });

  test('of info metrics, statesets and gauge histograms are withheld; states and bounds are no values', () => {
    const lines = [
      '# TYPE build info',
      'build_info{version="1"} 1',
      'build_info{version="2"} 1',
      '# TYPE state stateset',
      ...['a', 'b'].flatMap((model) => [
        `state{model="${model}",state="up"} 1`,
        `state{model="${model}",state="down"} 0`,
      ]),
      '# TYPE depth gaugehistogram',
      ...['a', 'b'].flatMap((model) => [
        `depth_bucket{model="${model}",le="1.0"} 1`,
        `depth_bucket{model="${model}",le="+Inf"} 2`,
        `depth_gcount{model="${model}"} 2`,
        `depth_gsum{model="${model}"} 3`,
      ]),
      '# EOF',
    ];
    expect(renderLines(capped(1), lines, 0, 'openmetrics')).toEqual([
      'build_info{version="1"} 1',
      'state{model="a",state="up"} 1',
      'state{model="a",state="down"} 0',
      'depth_bucket{model="a",le="1.0"} 1',
      'depth_bucket{model="a",le="+Inf"} 2',
      'depth_gcount{model="a"} 2',
      'depth_gsum{model="a"} 3',
    ]);
  });

  test('are the same in both formats of one metric, and for its creation times', () => {
    const renderer = capped(1);
    renderLines(renderer, ['# TYPE x_total counter', 'x_total{model="a"} 1'], 0);
    const lines = [
      '# TYPE x counter',
      'x_total{model="b"} 2',
      'x_created{model="b"} 1',
      'x_total{model="a"} 3',
      '# EOF',
    ];
    expect(renderLines(renderer, lines, 1, 'openmetrics')).toEqual([
      'x_total{model="__other__"} 2',
      'x_total{model="a"} 3',
    ]);
  });

  test('a metric that the view leaves out whole takes no place, and shows nothing', () => {
    const renderer = capped(1);
    const lines = ['# TYPE g gauge', 'g{model="__other__"} 1', '# TYPE x counter', 'x 1'];
    const { body } = renderWhole(renderer, lines);
    expect(new TextDecoder().decode(body)).toBe('# TYPE x counter\nx 1\n');
    expect(renderLines(renderer, ['# TYPE g gauge', 'g{model="a"} 1'])).toEqual(['g{model="a"} 1']);
  });
});

describe('what keeps its name', () => {
  test('keeps it over a restart, so that nothing moves into the overflow and back', () => {
    const before = capped(1, { name: 'v' });
    renderLines(before, counter({ a: 5, b: 7 }), 0);
    const snapshot = savedAndRead(before);
    const scrape = counter({ b: 8, a: 6 });
    const after = renderLines(capped(1, { name: 'v' }, snapshot), scrape, 1);
    expect(after).toEqual(['x{model="__other__"} 8', 'x{model="a"} 6']);
    expect(after).toEqual(renderLines(before, scrape, 1));
  });

  test('is chosen anew after a restart from a file of an older version', () => {
    const before = capped(1);
    renderLines(before, counter({ a: 5 }), 0);
    const { slots } = before.snapshot();
    expect(renderLines(capped(1, {}, { slots }), counter({ b: 1, a: 5 }), 1)).toEqual([
      'x{model="b"} 1',
      'x{model="__other__"} 5',
    ]);
  });

  test.each([
    ['a line that is wrong', ['x{model="a" 1']],
    [
      'a histogram that cannot be added up',
      [
        '# TYPE h histogram',
        'h_bucket{client_ip="192.0.2.1",le="1"} 2',
        'h_bucket{client_ip="192.0.2.1",le="+Inf"} 1',
      ],
    ],
  ])('is not chosen by a scrape that was refused: %s', (_what, broken) => {
    const renderer = capped(1);
    const lines = [...counter({ refused: 1 }), ...broken, ''];
    const refused = renderer.render(new TextEncoder().encode(lines.join('\n')), 'text', 0);
    expect(refused.ok).toBe(false);
    expect(renderer.snapshot().admitted).toEqual([]);
    expect(renderLines(renderer, counter({ a: 1, refused: 2 }), 1)).toEqual([
      'x{model="a"} 1',
      'x{model="__other__"} 2',
    ]);
  });

  test('a view without a cap remembers no values', () => {
    const renderer = rendererOf();
    renderLines(renderer, counter({ a: 1 }));
    expect(renderer.snapshot()).not.toHaveProperty('admitted');
  });
});
