import { describe, expect, test } from 'vitest';
import type { ExpositionFormat } from '../../../src/exposition/model.js';
import { compilePseudonymiser } from '../../../src/views/pseudonym.js';
import { renderLines, rendererOf, renderWhole, TEST_KEY } from '../../support/views.js';

const pseudonym = compilePseudonymiser(TEST_KEY, 'default');

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

describe('aggregation', () => {
  const drop = [{ label: 'client_ip', action: 'drop' as const }];

  test('counters add up without timestamps; creation times go with them', () => {
    expect(
      renderLines(rendererOf(), [
        '# TYPE x_total counter',
        'x_total{client_ip="a",model="m"} 1 1700000000000',
        'x_total{client_ip="b",model="m"} 2 1700000000000',
        'x_total{client_ip="b",model="n"} 4',
        '# TYPE x_created gauge',
        'x_created{client_ip="a",model="m"} 1.7e9',
        '# TYPE y_created gauge',
        'y_created{client_ip="a"} 1',
      ]),
    ).toEqual(['x_total{model="m"} 3', 'x_total{model="n"} 4', `y_created{client_ip="${pseudonym('a')}"} 1`]);
  });

  test('OpenMetrics counters lose their creation times and exemplars', () => {
    const { body } = renderWhole(
      rendererOf(),
      [
        '# TYPE x counter',
        'x_total{client_ip="a"} 1 # {user="anna@acme.example"} 1',
        'x_created{client_ip="a"} 1.7e9',
        'x_total{client_ip="b"} 2',
        'x_created{client_ip="b"} 1.8e9',
        '# TYPE y counter',
        'y_total 1 # {trace_id="1"} 1',
        'y_created 1.7e9',
        '# EOF',
      ],
      0,
      'openmetrics',
    );
    expect(textOf(body)).toBe(
      '# TYPE x counter\nx_total 3\n# TYPE y counter\ny_total 1\ny_created 1.7e9\n# EOF\n',
    );
  });

  test('a series without the label is added to those that lose it', () => {
    expect(
      renderLines(rendererOf(), [
        '# TYPE x_total counter',
        'x_total{client_ip="a",m="1"} 1',
        'x_total{m="1"} 2',
      ]),
    ).toEqual(['x_total{m="1"} 3']);
  });

  test('P9: label sets that only look alike stay apart', () => {
    expect(
      renderLines(rendererOf(), [
        '# TYPE x_total counter',
        'x_total{client_ip="c",a="1,b=2"} 1',
        'x_total{client_ip="c",a="1",b="2"} 2',
        'x_total{client_ip="d",b="2",a="1"} 4',
      ]),
    ).toEqual(['x_total{a="1,b=2"} 1', 'x_total{a="1",b="2"} 6']);
  });

  test('histograms add up bucket by bucket, the last being the count', () => {
    expect(
      renderLines(rendererOf(), [
        '# TYPE h histogram',
        'h_sum{client_ip="a"} 1.5',
        'h_bucket{client_ip="a",le="1.0"} 1',
        'h_bucket{client_ip="a",le="+Inf"} 2',
        'h_count{client_ip="a"} 2',
        'h_bucket{client_ip="b",le="+Inf"} 5',
        'h_bucket{client_ip="b",le="1"} 3',
        'h_sum{client_ip="b"} 2.5',
        'h_count{client_ip="b"} 5',
      ]),
    ).toEqual(['h_bucket{le="1.0"} 4', 'h_bucket{le="+Inf"} 7', 'h_count 7', 'h_sum 4']);
  });

  test.each([
    [['h_bucket{client_ip="a",le="1"} 3', 'h_bucket{client_ip="a",le="+Inf"} 2'], 'cumulative'],
    [['h_bucket{client_ip="a",le="1"} 3'], 'neither'],
    [['h_bucket{client_ip="a",le="x"} 3', 'h_bucket{client_ip="a",le="+Inf"} 3'], 'le'],
    [['h_bucket{client_ip="a"} 3', 'h_bucket{client_ip="a",le="+Inf"} 3'], 'le'],
    [
      [
        'h_bucket{client_ip="a",le="1"} 1',
        'h_bucket{client_ip="a",le="1.0"} 1',
        'h_bucket{client_ip="a",le="+Inf"} 3',
      ],
      'twice',
    ],
  ])('P15: a histogram that cannot be added up fails the scrape: %j', (samples, reason) => {
    const body = new TextEncoder().encode(`${['# TYPE h histogram', ...samples].join('\n')}\n`);
    const rendered = rendererOf().render(body, 'text', 0);
    expect(rendered).toMatchObject({ ok: false, error: { reason: expect.stringContaining(reason) } });
  });

  test('P16: summaries lose their quantiles and add up the rest', () => {
    expect(
      renderLines(rendererOf(), [
        '# TYPE s summary',
        's{client_ip="a",quantile="0.5"} 1',
        's_sum{client_ip="a"} 2',
        's_count{client_ip="a"} 3',
        's{client_ip="b",quantile="0.5"} 10',
        's_sum{client_ip="b"} 20',
        's_count{client_ip="b"} 30',
      ]),
    ).toEqual(['s_count 33', 's_sum 22']);
  });

  test('P17: a gauge without a declared function is never added: its label becomes a pseudonym', () => {
    const lines = ['# TYPE g gauge', 'g{client_ip="a"} 1', 'g{client_ip="b"} 2'];
    expect(renderLines(rendererOf(), lines)).toEqual([
      `g{client_ip="${pseudonym('a')}"} 1`,
      `g{client_ip="${pseudonym('b')}"} 2`,
    ]);
    expect(renderLines(rendererOf(), lines.slice(1))).toHaveLength(2);
  });

  test.each([
    ['sum', '6'],
    ['min', '-1'],
    ['max', '5'],
    ['avg', '2'],
  ] as const)('P17: a gauge with the declared function %s', (gaugeFunction, value) => {
    const renderer = rendererOf({ labels: drop, gauges: { 'g*': gaugeFunction } });
    expect(
      renderLines(renderer, [
        '# TYPE g gauge',
        'g{client_ip="a"} 5',
        'g{client_ip="b"} -1',
        'g{client_ip="c"} 2',
      ]),
    ).toEqual([`g ${value}`]);
  });

  test('an aggregate keeps its place: where the first of its series stood', () => {
    expect(
      renderLines(rendererOf(), [
        '# TYPE x_total counter',
        'x_total{client_ip="a",m="1"} 1',
        'x_total{client_ip="a",m="2"} 2',
        'x_total{client_ip="b",m="1"} 4',
      ]),
    ).toEqual(['x_total{m="1"} 5', 'x_total{m="2"} 2']);
  });

  test('a scrape that fails leaves the counters as they were', () => {
    const renderer = rendererOf();
    renderLines(renderer, ['# TYPE x_total counter', 'x_total{client_ip="a"} 10']);
    const broken =
      '# TYPE x_total counter\nx_total{client_ip="a"} 500\n# TYPE h histogram\nh_bucket{client_ip="a",le="1"} 1\n';
    expect(renderer.render(new TextEncoder().encode(broken), 'text', 1).ok).toBe(false);
    expect(renderLines(renderer, ['# TYPE x_total counter', 'x_total{client_ip="a"} 11'], 2)).toEqual([
      'x_total 11',
    ]);
  });

  test('a metric that was aggregated goes on so when no series has the label any more', () => {
    const renderer = rendererOf();
    const created = ['# TYPE x_created gauge', 'x_created{m="1"} 1'];
    renderLines(renderer, ['# TYPE x_total counter', 'x_total{client_ip="a",m="1"} 10', 'x_total{m="1"} 1']);
    const restarted = rendererOf({}, renderer.snapshot());
    const next = ['# TYPE x_total counter', 'x_total{m="1"} 2', ...created];
    expect(renderLines(renderer, next, 1)).toEqual(['x_total{m="1"} 12']);
    expect(renderLines(restarted, next, 1)).toEqual(['x_total{m="1"} 12']);
  });

  test.each([
    ['counter', 'x_total'],
    ['summary', 'x_total_count'],
  ])('counters called `x` are kept apart from a %s called `x_total`', (type, name) => {
    const renderer = rendererOf();
    const lines = (own: number, other: number): readonly string[] => [
      '# TYPE x counter',
      `x{client_ip="a"} ${own}`,
      `x{client_ip="b"} 1`,
      `# TYPE x_total ${type}`,
      `${name}{client_ip="a"} ${other}`,
      `${name}{client_ip="b"} 2`,
    ];
    expect(renderLines(renderer, lines(1, 10))).toEqual(['x 2', `${name} 12`]);
    const restarted = rendererOf({}, renderer.snapshot());
    for (const each of [renderer, restarted]) {
      expect(renderLines(each, lines(1, 10), 1)).toEqual(['x 2', `${name} 12`]);
      expect(renderLines(each, lines(4, 11), 2)).toEqual(['x 5', `${name} 13`]);
      // One of them is gone for a scrape.
      expect(renderLines(each, lines(4, 11).slice(0, 3), 3)).toEqual(['x 5']);
      expect(renderLines(each, lines(4, 12), 4)).toEqual(['x 5', `${name} 14`]);
    }
  });

  test('OpenMetrics counters called `x` are kept apart from a histogram called `x_total`', () => {
    const renderer = rendererOf();
    const lines = [
      '# TYPE x counter',
      'x_total{client_ip="a"} 1',
      'x_total{client_ip="b"} 2',
      '# TYPE x_total histogram',
      'x_total_bucket{client_ip="a",le="+Inf"} 3',
      'x_total_bucket{client_ip="b",le="+Inf"} 4',
      '# EOF',
    ];
    for (const scrape of [0, 1])
      expect(renderLines(renderer, lines, scrape, 'openmetrics')).toEqual([
        'x_total 3',
        'x_total_bucket{le="+Inf"} 7',
      ]);
  });

  test.each<[ExpositionFormat, readonly string[], (own: number) => readonly string[]]>([
    [
      'text',
      ['# TYPE x counter', '# TYPE x_total counter'],
      (own) => [
        `x ${own}`,
        'x{client_ip="z"} 1',
        'x_total{counter="x"} 1000',
        'x_total{client_ip="b",counter="q"} 1',
      ],
    ],
    [
      'openmetrics',
      ['# TYPE x counter', '# TYPE x_total histogram'],
      (own) => [
        'x_total{histogram="x_total"} 10',
        'x_total{client_ip="z",histogram="q"} 1',
        `x_total_bucket{le="+Inf"} ${own}`,
        'x_total_bucket{client_ip="z",le="+Inf"} 1',
      ],
    ],
  ])('and whatever their labels are called: %s', (format, [first = '', second = ''], samples) => {
    const renderer = rendererOf();
    const lines = (own: number): readonly string[] => {
      const [a = '', b = '', ...others] = samples(own);
      return [first, a, b, second, ...others, ...(format === 'openmetrics' ? ['# EOF'] : [])];
    };
    const expected = (own: number): readonly string[] =>
      format === 'text'
        ? [`x ${own + 1}`, 'x_total{counter="x"} 1000', 'x_total{counter="q"} 1']
        : [
            'x_total{histogram="x_total"} 10',
            'x_total{histogram="q"} 1',
            `x_total_bucket{le="+Inf"} ${own + 1}`,
          ];
    for (const [scrape, own] of [10, 10, 11, 11].entries())
      expect(renderLines(renderer, lines(own), scrape, format)).toEqual(expected(own));
  });

  test('both formats continue the same counters', () => {
    const renderer = rendererOf();
    renderLines(renderer, [
      '# TYPE x_total counter',
      'x_total{client_ip="a"} 10',
      'x_total{client_ip="b"} 1',
    ]);
    const lines = renderLines(
      renderer,
      ['# TYPE x counter', 'x_total{client_ip="b"} 2', '# EOF'],
      1,
      'openmetrics',
    );
    expect(lines).toEqual(['x_total 12']);
  });
});

describe('what Prometheus takes for equal', () => {
  test('a label without a value is no label: series do not split over it', () => {
    expect(
      renderLines(rendererOf(), [
        '# TYPE c_total counter',
        'c_total{client_ip="192.0.2.1",tier=""} 5',
        'c_total{client_ip="192.0.2.2"} 7',
      ]),
    ).toEqual(['c_total 12']);
  });

  test('a histogram without a count of its own gets none', () => {
    expect(
      renderLines(rendererOf(), ['# TYPE h histogram', 'h_bucket{client_ip="192.0.2.1",le="+Inf"} 3']),
    ).toEqual(['h_bucket{le="+Inf"} 3']);
  });

  test('the order of inputs does not change how a bound is written', () => {
    const a = ['h_bucket{client_ip="192.0.2.1",le="1"} 1', 'h_bucket{client_ip="192.0.2.1",le="+Inf"} 1'];
    const b = ['h_bucket{client_ip="192.0.2.2",le="1.0"} 2', 'h_bucket{client_ip="192.0.2.2",le="+Inf"} 2'];
    const type = '# TYPE h histogram';
    expect(renderLines(rendererOf(), [type, ...a, ...b])).toEqual(
      renderLines(rendererOf(), [type, ...b, ...a]),
    );
  });
});
