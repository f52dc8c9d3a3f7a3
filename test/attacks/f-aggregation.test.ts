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

  it('P15: buckets that fall are refused', async () => {
    const scene = await startGateway({
      ready: false,
      upstream:
        '# TYPE h histogram\nh_bucket{client_ip="10.0.0.1",le="1"} 5\nh_bucket{client_ip="10.0.0.1",le="+Inf"} 4\n',
    });
    expect((await scene.get()).status).toBe(502);
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
});
