// Section f of the attack list: what becomes of series that a view makes equal, on the assembled gate.

import { describe, expect, it } from 'vitest';
import type { ViewOptions } from '../../src/views/options.js';
import { answering, startGateway } from '../support/start-gateway.js';
import { sampleLines, shown, view } from '../support/scraped.js';

const PSEUDONYM = /^p_[a-z2-7]{26}$/;

function valueOf(text: string, label: string): string | undefined {
  return new RegExp(`[{,]${label}="([^"]*)"`).exec(text)?.[1];
}

/** What the view makes of each body in turn, as sample lines. */
async function shownInTurn(
  bodies: readonly string[],
  options: Partial<ViewOptions> = {},
): Promise<readonly (readonly string[])[]> {
  const scene = await startGateway({ upstream: bodies[0] ?? '', views: [view(options)] });
  const turns: (readonly string[])[] = [];
  for (const body of bodies) {
    scene.upstream.answer = answering(body);
    turns.push(sampleLines((await scene.get()).text));
    scene.clock.advance(15_000);
  }
  return turns;
}

describe('f. aggregation', () => {
  it('P9: labels whose texts run together stay apart', async () => {
    const text = await shown(
      [
        '# TYPE x counter',
        'x{a="1,b=2",client_ip="10.0.0.1"} 1',
        'x{a="1",b="2",client_ip="10.0.0.1"} 2',
        'x{a="1\\",b=\\"2",client_ip="10.0.0.1"} 4',
        'x{a="1\\n",b="2",client_ip="10.0.0.1"} 8',
        'x{ab="12",client_ip="10.0.0.1"} 16',
        'x{a="1",client_ip="10.0.0.2"} 32',
        'x{a="1",client_ip="10.0.0.1"} 64',
        '',
      ].join('\n'),
    );
    expect(sampleLines(text).map((line) => Number(line.slice(line.lastIndexOf(' '))))).toEqual([
      1, 2, 4, 8, 16, 96,
    ]);
  });

  it('P9: no separator makes two groups one: whatever stands between labels anywhere, and characters at every edge', async () => {
    const edges = [
      '\u0001',
      '\u001e',
      '\u001f',
      '\t',
      ',',
      ';',
      '=',
      '"',
      '\\',
      '\u00ff',
      '\uffff',
      '\u{10ffff}',
      '0:',
      '1:a',
    ];
    const quoted = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
    const lines = edges.flatMap((edge) => [
      `x{a=${quoted(`1${edge}b`)},b="",client_ip="10.0.0.1"} 1`,
      `x{a="1",b=${quoted(`${edge}b`)},client_ip="10.0.0.1"} 1`,
      `x{a=${quoted(`1${edge}`)},b="b",client_ip="10.0.0.1"} 1`,
    ]);
    const text = await shown(['# TYPE x counter', ...lines, ''].join('\n'));
    const values = sampleLines(text).map((line) => line.slice(line.lastIndexOf(' ') + 1));
    expect(values).toHaveLength(lines.length);
    expect(new Set(values)).toEqual(new Set(['1']));
  });

  it('P14: an aggregated counter never falls: series vanish, the target restarts, both at once, and they return', async () => {
    const body = (...values: readonly (number | undefined)[]): string =>
      `# TYPE x counter\n${values
        .flatMap((value, index) => (value === undefined ? [] : [`x{client_ip="10.0.0.${index}"} ${value}\n`]))
        .join('')}# TYPE up gauge\nup 1\n`;
    const turns = await shownInTurn([
      body(100, 50, 10),
      body(110, undefined, 10),
      body(110, 60, 10),
      body(5, 2, 1),
      body(6, undefined, 1),
      body(undefined, undefined, undefined),
      body(7, 1, 1),
    ]);
    const totals = turns.map((lines) => lines.find((line) => line.startsWith('x '))?.slice(2));
    expect(totals).toEqual(['160', '170', '180', '188', '189', undefined, '191']);
  });

  it('P14: an aggregated histogram never falls in any part, and stays cumulative', async () => {
    const of = (ip: number, ...counts: readonly number[]): string =>
      [
        ...['1', '2', '+Inf'].map(
          (le, index) => `h_bucket{client_ip="10.0.0.${ip}",le="${le}"} ${counts[index]}`,
        ),
        `h_sum{client_ip="10.0.0.${ip}"} ${counts[2]}`,
        `h_count{client_ip="10.0.0.${ip}"} ${counts[2]}\n`,
      ].join('\n');
    const body = (...parts: readonly string[]): string =>
      `# TYPE h histogram\n${parts.join('')}# TYPE up gauge\nup 1\n`;
    const turns = await shownInTurn([
      body(of(1, 10, 20, 30), of(2, 5, 5, 5)),
      // One vanishes while the other grows.
      body(of(1, 11, 21, 31)),
      // It returns anew; the other is reset in its first bucket alone, which is a reset of the whole.
      body(of(1, 1, 40, 40), of(2, 1, 1, 2)),
      // Both vanish, and the whole target comes back anew.
      body(),
      body(of(1, 0, 0, 1), of(2, 0, 0, 0)),
    ]);
    const parts = ['h_bucket{le="1"}', 'h_bucket{le="2"}', 'h_bucket{le="+Inf"}', 'h_sum', 'h_count'];
    const table = turns.map((lines) =>
      parts.map((part) => lines.find((line) => line.startsWith(`${part} `))?.slice(part.length + 1)),
    );
    expect(table).toEqual([
      ['15', '25', '35', '35', '35'],
      ['16', '26', '36', '36', '36'],
      ['18', '67', '78', '78', '78'],
      parts.map(() => undefined),
      ['18', '67', '79', '79', '79'],
    ]);
  });

  it('P15: histograms with other buckets meet on those they share; +Inf is the count, and nothing falls', async () => {
    const lines = sampleLines(
      await shown(
        [
          '# TYPE h histogram',
          ...['1', '2', '+Inf'].map((le, index) => `h_bucket{client_ip="10.0.0.1",le="${le}"} ${index + 1}`),
          'h_sum{client_ip="10.0.0.1"} 5',
          'h_count{client_ip="10.0.0.1"} 3',
          ...['1.0', '3', 'Inf'].map(
            (le, index) => `h_bucket{client_ip="10.0.0.2",le="${le}"} ${index + 10}`,
          ),
          'h_sum{client_ip="10.0.0.2"} NaN',
          'h_count{client_ip="10.0.0.2"} 12',
          '',
        ].join('\n'),
      ),
    );
    expect(lines).toEqual(['h_bucket{le="1.0"} 11', 'h_bucket{le="+Inf"} 15', 'h_count 15', 'h_sum NaN']);
  });

  it.each([
    ['buckets that fall', ['h_bucket{le="1"} 5', 'h_bucket{le="+Inf"} 4']],
    ['no +Inf and no count', ['h_bucket{le="1"} 5', 'h_sum 5']],
    [
      'a bound twice, written otherwise',
      ['h_bucket{le="1"} 5', 'h_bucket{le="1.0"} 5', 'h_bucket{le="+Inf"} 5'],
    ],
    ['a bucket that is not a number', ['h_bucket{le="1"} NaN', 'h_bucket{le="+Inf"} 5']],
    ['a bucket below zero', ['h_bucket{le="1"} -5', 'h_bucket{le="+Inf"} 5']],
    ['a bound that is not a number', ['h_bucket{le="NaN"} 5', 'h_bucket{le="+Inf"} 5']],
    ['a bound that is a word', ['h_bucket{le="fast"} 5', 'h_bucket{le="+Inf"} 5']],
    ['a bucket without a bound', ['h_bucket 5', 'h_bucket{le="+Inf"} 5']],
  ])('P15: %s is refused where it would be added up', async (_, lines) => {
    const body = lines.map((line) =>
      line.includes('{')
        ? line.replace('{', '{client_ip="10.0.0.1",')
        : line.replace(' ', '{client_ip="10.0.0.1"} '),
    );
    const scene = await startGateway({ ready: false, upstream: `# TYPE h histogram\n${body.join('\n')}\n` });
    expect([await scene.get()].map(({ status, text }) => [status, text])).toEqual([[502, 'Bad Gateway\n']]);
  });

  it.each([
    ['a +Inf bucket that is missing is the count', ['h_bucket{le="1"} 4', 'h_sum 5', 'h_count 5'], '5'],
    [
      'a count that is not the +Inf bucket becomes it',
      ['h_bucket{le="1"} 4', 'h_bucket{le="+Inf"} 5', 'h_sum 5', 'h_count 6'],
      '5',
    ],
  ])('P15: %s', async (_, lines, count) => {
    const body = ['10.0.0.1', '10.0.0.2'].flatMap((ip) =>
      lines.map((line) => line.replace(/\{| /, (at) => `{client_ip="${ip}"${at === ' ' ? '} ' : ','}`)),
    );
    const total = String(2 * Number(count));
    expect(sampleLines(await shown(`# TYPE h histogram\n${body.join('\n')}\n`))).toEqual([
      'h_bucket{le="1"} 8',
      `h_bucket{le="+Inf"} ${total}`,
      `h_count ${total}`,
      'h_sum 10',
    ]);
  });

  it('P16: quantiles go where a summary is added up; its sum and count add', async () => {
    const summary = (ip: string, factor: number): string =>
      [
        `s{client_ip="${ip}",quantile="0.5"} ${factor}`,
        `s{client_ip="${ip}",quantile="0.99"} ${factor * 2}`,
        `s_sum{client_ip="${ip}"} ${factor * 3}`,
        `s_count{client_ip="${ip}"} ${factor * 4}\n`,
      ].join('\n');
    const text = await shown(`# TYPE s summary\n${summary('10.0.0.1', 1)}${summary('10.0.0.2', 10)}`);
    expect(sampleLines(text).toSorted()).toEqual(['s_count 44', 's_sum 33']);
  });

  it('P17: a gauge without a declared function is never added: its label becomes a pseudonym', async () => {
    const body = '# TYPE g gauge\ng{client_ip="10.0.0.1"} 1\ng{client_ip="10.0.0.2"} 2\n';
    const lines = sampleLines(await shown(body));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(valueOf(line, 'client_ip')).toMatch(PSEUDONYM);
    for (const [gaugeFunction, value] of [
      ['sum', '3'],
      ['min', '1'],
      ['max', '2'],
      ['avg', '1.5'],
    ] as const) {
      expect(sampleLines(await shown(body, { gauges: { g: gaugeFunction } }))).toEqual([`g ${value}`]);
    }
  });

  it('P18: untouched numbers and times leave as they came; aggregates are exact and carry no time', async () => {
    const text = await shown(
      [
        '# TYPE g gauge',
        'g{n="1"} Nan',
        'g{n="2"} +Inf 1600000000000',
        'g{n="3"} -0',
        'g{n="4"} 9007199254740993',
        'g{n="5"} 1.10',
        '# TYPE x counter',
        'x{client_ip="10.0.0.1"} 9007199254740992 1600000000000',
        'x{client_ip="10.0.0.2"} 0.1 1600000000000',
        'x{client_ip="10.0.0.3"} 0.2',
        '# TYPE y counter',
        ...Array.from({ length: 10 }, (_, index) => `y{client_ip="10.0.0.${index}"} 0.1`),
        '',
      ].join('\n'),
    );
    expect(sampleLines(text)).toEqual([
      'g{n="1"} Nan',
      'g{n="2"} +Inf 1600000000000',
      'g{n="3"} -0',
      'g{n="4"} 9007199254740993',
      'g{n="5"} 1.10',
      'x 9007199254740992',
      'y 1',
    ]);
  });

  it('P18: infinities and what is no number are shown as long as they last, and spoil nothing that follows', async () => {
    const body = (one: string, other: string): string =>
      `# TYPE x counter\nx{client_ip="10.0.0.1"} ${one}\nx{client_ip="10.0.0.2"} ${other}\n`;
    const turns = await shownInTurn([
      body('1', '2'),
      body('NaN', '3'),
      body('+Inf', '4'),
      body('5', '5'),
      body('-1', '6'),
    ]);
    // A counter below zero is one that began anew and has counted nothing.
    expect(turns).toEqual([['x 3'], ['x NaN'], ['x +Inf'], ['x 10'], ['x 11']]);
  });

  it('P18: a sum of whole numbers is exact up to 2^53, and ten thousand small steps lose nothing', async () => {
    const body = (one: string, other: string): string =>
      `# TYPE x counter\nx{client_ip="10.0.0.1"} ${one}\nx{client_ip="10.0.0.2"} ${other}\n`;
    const large = await shownInTurn([body('9007199254740990', '1'), body('9007199254740990', '2')]);
    expect(large).toEqual([['x 9007199254740991'], ['x 9007199254740992']]);
    const many = Array.from({ length: 10_000 }, (_, i) => `x{client_ip="c${i}.invalid"} 0.1\n`).join('');
    expect(sampleLines(await shown(`# TYPE x counter\n${many}`))).toEqual(['x 1000']);
  });
});
