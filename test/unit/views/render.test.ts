import { describe, expect, test } from 'vitest';
import { compilePseudonymiser } from '../../../src/views/pseudonym.js';
import { renderLines, rendererOf, renderWhole, TEST_KEY, type TestRenderer } from '../../support/views.js';

const pseudonym = compilePseudonymiser(TEST_KEY, 'default');

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

describe('labels', () => {
  test('identities become pseudonyms, clients are dropped, the rest stays byte for byte', () => {
    const lines = renderLines(rendererOf(), [
      '# TYPE x_total counter',
      'x_total{model="gpt-4o",user="anna",client_ip="192.0.2.1",user_agent="curl"} 1.0',
    ]);
    expect(lines).toEqual([`x_total{model="gpt-4o",user="${pseudonym('anna')}"} 1`]);
  });

  test('untouched series keep value and timestamp as they were written', () => {
    const lines = renderLines(rendererOf(), [
      '# TYPE x_total counter',
      'x_total{model="a"} 1.50e+03 1700000000000',
    ]);
    expect(lines).toEqual(['x_total{model="a"} 1.50e+03 1700000000000']);
  });

  test('placeholders stay readable', () => {
    expect(renderLines(rendererOf(), ['x{user="None",email="",account="unknown"} 1'])).toEqual([
      'x{user="None",email="",account="unknown"} 1',
    ]);
  });

  test('detectors hide what no rule names, and forged pseudonyms', () => {
    const forged = pseudonym('anna');
    const { effects, body } = renderWhole(rendererOf(), [
      'x{note="anna@acme.example"} 1',
      `x{note="${forged}"} 2`,
      'x{note="plain"} 3',
    ]);
    expect(textOf(body)).toBe(
      `x{note="${pseudonym('anna@acme.example')}"} 1\nx{note="${pseudonym(forged)}"} 2\nx{note="plain"} 3\n`,
    );
    expect(effects.detected.get('note')).toEqual(
      new Map([
        ['email', 1],
        ['pseudonym', 1],
      ]),
    );
  });

  test('reveal shows a label, its e-mail addresses included, and nothing beside it', () => {
    expect(
      renderLines(rendererOf({ reveal: ['user_email'] }), [
        'x{user_email="a@acme.example",user="a@acme.example"} 1',
      ]),
    ).toEqual([`x{user_email="a@acme.example",user="${pseudonym('a@acme.example')}"} 1`]);
  });

  test('email_domain, truncate_ip and mask make series equal, so they are added up', () => {
    const renderer = rendererOf({
      labels: [
        { label: 'user_email', action: 'email_domain' },
        { label: 'client_ip', action: 'truncate_ip' },
        { label: 'note', action: 'mask' },
      ],
    });
    expect(
      renderLines(renderer, [
        '# TYPE x_total counter',
        'x_total{user_email="a@Acme.example",client_ip="192.0.2.1",note="1"} 1',
        'x_total{user_email="b@acme.example",client_ip="192.0.2.2",note="2"} 2',
        'x_total{user_email="None",client_ip="None",note="3"} 4',
        'x_total{user_email="Anna Example",client_ip="somewhere",note="4"} 8',
      ]),
    ).toEqual([
      'x_total{user_email="acme.example",client_ip="192.0.2.0/24",note="redacted"} 3',
      'x_total{user_email="None",client_ip="None",note="redacted"} 4',
      `x_total{user_email="${pseudonym('Anna Example')}",client_ip="${pseudonym('somewhere')}",note="redacted"} 8`,
    ]);
  });

  test('HELP with personal data goes, other HELP stays, comments always go', () => {
    const { body, effects } = renderWhole(rendererOf(), [
      '# user=anna@acme.example',
      '# HELP x Requests of anna@acme.example',
      '# TYPE x gauge',
      'x 1',
      '# HELP y Requests',
      '# TYPE y gauge',
      'y 1',
    ]);
    expect(textOf(body)).toBe('# TYPE x gauge\nx 1\n# HELP y Requests\n# TYPE y gauge\ny 1\n');
    expect(effects.detected.get('__help__')).toEqual(new Map([['email', 1]]));
  });

  test('a label whose name is a key gets a pseudonym for a name, and keeps the series apart', () => {
    const { body, effects } = renderWhole(rendererOf(), [
      'y{sk_live_0123456789abcdef="a",model="m"} 1',
      'y{sk_live_0123456789abcdee="a",model="m"} 2',
    ]);
    const names = ['sk_live_0123456789abcdef', 'sk_live_0123456789abcdee'].map(pseudonym);
    expect(textOf(body)).toBe(`y{${names[0]}="a",model="m"} 1\ny{${names[1]}="a",model="m"} 2\n`);
    expect(effects.detected.get('__label__')).toEqual(new Map([['api_key', 2]]));
  });

  test('a metric whose name is a key is withheld', () => {
    const { body, effects } = renderWhole(rendererOf(), ['AKIAIOSFODNN7EXAMPLE 1', 'y 1']);
    expect(textOf(body)).toBe('y 1\n');
    expect(effects.detected.get('__name__')).toEqual(new Map([['api_key', 1]]));
  });
});

describe('selection and scope', () => {
  const exposition = [
    '# TYPE a_total counter',
    'a_total{team="1"} 1',
    'a_total{team="2"} 2',
    '# TYPE b gauge',
    'b 3',
    '# TYPE c_total counter',
    'c_total{team="1"} 4',
  ];

  test('metrics are kept and dropped by name', () => {
    expect(renderLines(rendererOf({ metrics: { keep: ['a_*', 'b'], drop: ['b'] } }), exposition)).toEqual([
      'a_total{team="1"} 1',
      'a_total{team="2"} 2',
    ]);
  });

  test('one selection means the same in both formats', () => {
    const openmetrics = ['# TYPE a counter', 'a_total 1', '# TYPE c counter', 'c_total 4', '# EOF'];
    expect(
      renderLines(rendererOf({ metrics: { keep: ['a_total'] } }), openmetrics, 0, 'openmetrics'),
    ).toEqual(['a_total 1']);
  });

  test('a tenant sees its own series, and unlabelled ones only where they are shared', () => {
    expect(renderLines(rendererOf({ only: { team: ['1'] } }), exposition)).toEqual([
      'a_total{team="1"} 1',
      'c_total{team="1"} 4',
    ]);
    expect(renderLines(rendererOf({ only: { team: ['2'] }, share: ['b'] }), exposition)).toEqual([
      'a_total{team="2"} 2',
      'b 3',
    ]);
  });

  test('a view without series is not an empty answer', () => {
    const renderer = rendererOf({ only: { team: ['3'] } });
    expect(textOf(renderWhole(renderer, exposition).body)).toMatch(/^# [a-z ]+\n$/);
    expect(textOf(renderWhole(renderer, ['# TYPE b gauge', 'b 1', '# EOF'], 0, 'openmetrics').body)).toBe(
      '# EOF\n',
    );
  });

  test('more series than max_series fail the scrape', () => {
    const body = new TextEncoder().encode(`${exposition.join('\n')}\n`);
    expect(rendererOf({ maxSeries: 4 }).render(body, 'text', 0).ok).toBe(true);
    expect(rendererOf({ maxSeries: 3 }).render(body, 'text', 0).ok).toBe(false);
  });
});

describe('names in exemplars', () => {
  test.each([
    ['before', 'c_total{U__a_2e_b="1"} 1 # {"a.b"="y"} 1'],
    ['alone', 'c_total{U__a_2e_b="1"} 1 # {"a.b"="y"} 1\nc_total{x="1"} 1'],
  ])('that clash with those of labels are refused, as labels are: %s', (_, lines) => {
    const body = new TextEncoder().encode(`# TYPE c counter\n${lines}\n# EOF\n`);
    expect(rendererOf().render(body, 'openmetrics', 0).ok).toBe(false);
  });
});

describe('one rule for both formats', () => {
  const text = ['# TYPE calls counter', 'calls{who="Anna"} 1'];
  const openmetrics = ['# TYPE calls counter', 'calls_total{who="Anna"} 1', '# EOF'];

  test.each(['calls', 'calls_total', 'call*'])('%s means the counter in either of them', (metric) => {
    const masked = (): TestRenderer =>
      rendererOf({ labels: [{ label: 'who', metric, action: 'pseudonymise' }] });
    const dropped = (): TestRenderer => rendererOf({ metrics: { drop: [metric] } });
    expect(renderLines(masked(), text).join()).not.toContain('Anna');
    expect(renderLines(masked(), openmetrics, 0, 'openmetrics').join()).not.toContain('Anna');
    expect(renderLines(dropped(), text)).toEqual([]);
    expect(renderLines(dropped(), openmetrics, 0, 'openmetrics')).toEqual([]);
  });

  test.each(['h', 'h_bucket', 'h_count'])('%s means the histogram as a whole', (metric) => {
    const lines = ['# TYPE h histogram', 'h_bucket{who="Anna",le="+Inf"} 1', 'h_count{who="Anna"} 1'];
    const renderer = rendererOf({ labels: [{ label: 'who', metric, action: 'pseudonymise' }] });
    expect(renderLines(renderer, lines).join()).not.toContain('Anna');
    expect(renderLines(rendererOf({ metrics: { drop: [metric] } }), lines)).toEqual([]);
  });

  test('creation times follow the metric that they belong to', () => {
    const lines = [
      '# TYPE c_total counter',
      'c_total{who="Anna"} 5',
      '# TYPE c_created gauge',
      'c_created{who="Anna"} 1.7e9',
    ];
    const ruled = renderLines(
      rendererOf({ labels: [{ label: 'who', metric: 'c_total', action: 'pseudonymise' }] }),
      lines,
    );
    expect(ruled).toEqual([
      `c_total{who="${pseudonym('Anna')}"} 5`,
      `c_created{who="${pseudonym('Anna')}"} 1.7e9`,
    ]);
    expect(renderLines(rendererOf({ metrics: { drop: ['c_total'] } }), lines)).toEqual([]);
  });

  test('one body is rendered once for all who want the same names', () => {
    const renderer = rendererOf();
    const body = new TextEncoder().encode('x{user="anna"} 1\n');
    const effectsOf = (...scrape: Parameters<TestRenderer['render']>): unknown => {
      const result = renderer.render(...scrape);
      return result.ok ? result.value.effects : undefined;
    };
    const first = effectsOf(body, 'text', 0);
    expect(first).toBeDefined();
    expect(effectsOf(body, 'text', 1)).toBe(first);
    expect(effectsOf(body.slice(), 'text', 1)).not.toBe(first);
    expect(effectsOf(body, 'text', 1, { escaping: 'allow-utf-8' })).not.toBe(first);
  });

  test('one body read in both formats is parsed as each of them', () => {
    const body = new TextEncoder().encode(`${openmetrics.join('\n')}\n`);
    expect(rendererOf().render(body, 'text', 0)).toMatchObject({ ok: true, value: { format: 'text' } });
    expect(rendererOf().render(body, 'openmetrics', 0)).toMatchObject({
      ok: true,
      value: { format: 'openmetrics' },
    });
  });
});

test('the state of a stateset stays, even where it is called like an identity', () => {
  const lines = ['# TYPE user stateset', 'user{user="on"} 1', 'user{user="off"} 0', '# EOF'];
  expect(renderLines(rendererOf(), lines, 0, 'openmetrics')).toEqual([
    'user{user="on"} 1',
    'user{user="off"} 0',
  ]);
});
