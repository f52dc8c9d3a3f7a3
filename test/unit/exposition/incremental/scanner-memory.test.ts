// What a scanner remembers decides nothing, is bounded, and goes as a whole.

import { describe, expect, test } from 'vitest';
import type { Scan } from '../../../../src/exposition/incremental/scan.js';
import { ExpositionScanner } from '../../../../src/exposition/incremental/scanner.js';
import { MAX_LINE_BYTES } from '../../../../src/exposition/lines.js';
import type { ExpositionFormat, ExpositionProblem } from '../../../../src/exposition/model.js';
import type { Result } from '../../../../src/internal/result.js';
import { atOnce } from '../../../../src/internal/turns.js';

type Read = (text: string) => Result<Scan, ExpositionProblem>;

function startScanner(format: ExpositionFormat = 'text'): Read {
  const quotedNames = format === 'openmetrics';
  const scanner = new ExpositionScanner({ format, quotedNames, maxSeries: 100_000 });
  return (text) => atOnce(scanner.scan(Buffer.from(text, 'utf8')));
}

function scanned(read: Read, text: string): Scan {
  const scan = read(text);
  if (!scan.ok) throw new Error(`line ${scan.error.line}: ${scan.error.reason}`);
  return scan.value;
}

function series(name: string, count: number): string {
  return Array.from({ length: count }, (_, number) => `${name}{n="${number}"} ${number}\n`).join('');
}

describe('a body that is wrong', () => {
  test.each([
    ['a series twice, its labels in another order', 'x{a="1",b="2"} 1', 'x{a="1",b="2"} 1\nx{b="2",a="1"} 1'],
    ['a series twice, once with a label of no value', 'x{a="1",b=""} 1', 'x{a="1",b=""} 1\nx{a="1"} 1'],
    [
      'a series that was read, and comes again among others that stand still',
      'x{n="1"} 1\nx{n="2"} 1\nx{n="3"} 1\nx{n="4"} 1\nx{n="5"} 1\nx{n="6"} 1',
      'x{n="5"} 1\nx{n="1"} 1\nx{n="2"} 1\nx{n="3"} 1\nx{n="4"} 1\nx{n="5"} 1\nx{n="6"} 1',
    ],
    ['a family in two blocks', 'x 1\nx{a="1"} 1\ny 1', 'x 1\ny 1\nx{a="1"} 1'],
    ['metadata behind its samples', '# TYPE x gauge\nx 1', 'x 1\n# TYPE x gauge'],
    ['a known line under a type that forbids it', 'x{quantile="?"} 1', '# TYPE x summary\nx{quantile="?"} 1'],
  ])('is refused as without a memory: %s', (_, before, body) => {
    const read = startScanner();
    scanned(read, `${before}\n`);
    const refused = read(`${body}\n`);
    expect(refused.ok).toBe(false);
    expect(refused).toEqual(startScanner()(`${body}\n`));
  });

  test('is refused where a known line becomes too long by its value', () => {
    const labels = Array.from({ length: 17 }, (_, label) => `l${label}="${'x'.repeat(60_000)}",`).join('');
    const open = `m{${labels}last="`;
    const close = '"} ';
    const line = `${open}${'y'.repeat(MAX_LINE_BYTES - open.length - close.length - 1)}${close}`;
    const read = startScanner();
    expect(scanned(read, `${line}2\n`).samples).toBe(1);
    expect(scanned(read, `${line}3\n`).work).toMatchObject({ linesRead: 0, valuesRead: 1 });
    expect(read(`${line}22\n`)).toMatchObject({ ok: false, error: { line: 1, reason: 'line too long' } });
  });

  test.each([
    ['a bucket behind those that stand still and are above it', '# TYPE h histogram\nh_bucket{le="1"} 1\n'],
    ['one behind a histogram that ended', '# TYPE h histogram\n'],
  ])('is refused as without a memory in OpenMetrics: %s', (_, opening) => {
    const read = startScanner('openmetrics');
    const last = 'h_bucket{le="+Inf"} 1\n';
    scanned(read, `${opening}${last}# EOF\n`);
    const body = `${opening}${last}h_bucket{le="2"} 1\n# EOF\n`;
    const refused = read(body);
    expect(refused).toEqual(startScanner('openmetrics')(body));
    expect(refused).toMatchObject({ ok: false, error: { reason: 'buckets out of order' } });
  });

  test('leaves nothing of what its names were', () => {
    const read = startScanner();
    scanned(read, 'm 1\n');
    expect(read('bad').ok).toBe(false);
    const buckets = ['1', '+Inf'].map((bound) => `h_bucket{le="${bound}"} 1\n`).join('');
    expect(scanned(read, `# TYPE h histogram\n${buckets}`).samples).toBe(2);
  });

  test('that has more series than are allowed is refused, with those that stand still', () => {
    const scanner = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: 3 });
    const known = series('m', 3);
    expect(atOnce(scanner.scan(Buffer.from(known))).ok).toBe(true);
    for (const body of [`m 0\n${known}`, `${known}m 0\n`]) {
      expect(atOnce(scanner.scan(Buffer.from(body)))).toMatchObject({
        error: { line: 4, reason: 'more series than max_series' },
      });
      expect(atOnce(scanner.scan(Buffer.from(known))).ok).toBe(true);
    }
  });

  test('leaves nothing behind', () => {
    const read = startScanner();
    const { catalogue } = scanned(read, series('x', 10));
    expect(read('x{').ok).toBe(false);
    const next = scanned(read, series('x', 10));
    expect(next.basis).toBe(0);
    expect(next.catalogue).not.toBe(catalogue);
  });
});

test('a body that is right is not refused for what is remembered: it is scanned once more without', () => {
  const read = startScanner('openmetrics');
  scanned(read, '# TYPE c counter\nc_total{a="1"} 1 # {U__a_2e_b="1"} 1\n# EOF\n');
  const next = scanned(read, '# TYPE c counter\nc_total{"a.b"="1"} 1\n# EOF\n');
  expect(next).toMatchObject({ samples: 1, basis: 0 });
});

describe('the memory of a scanner', () => {
  test('is given up when far more series vanished than are there', () => {
    const read = startScanner();
    const { catalogue } = scanned(read, series('x', 10_001));
    scanned(read, series('y', 1));
    const next = scanned(read, series('y', 1));
    expect(next.catalogue).not.toBe(catalogue);
    expect(next.catalogue.series.count).toBe(1);
  });

  test('is given up when it weighs far more than the bodies', () => {
    const read = startScanner();
    const bodies = Array.from({ length: 200 }, (_, number) => {
      const letter = String.fromCharCode(0x4e00 + number);
      return `x{a="${letter.repeat(20_000)}"} 1\n`;
    });
    const catalogues = new Set(bodies.map((body) => scanned(read, body).catalogue));
    expect(catalogues.size).toBeGreaterThan(1);
    expect(Math.max(...[...catalogues].map(({ weight }) => weight))).toBeLessThan(9 * 1024 * 1024);
  });

  test.each([
    ['short', 2, (n: number) => `g{n="${n}",job="abcdefgh",ip="192.0.2.7"} 1\n`],
    ['as short as can be', 5, (n: number) => `g{n="${n}"} 1\n`],
  ])('is kept where lines are %s, and their series weigh %d times as much', (_, times, lineOf) => {
    const read = startScanner();
    const body = Array.from({ length: 100_000 }, (_line, n) => lineOf(n)).join('');
    const { catalogue } = scanned(read, body);
    expect(catalogue.weight).toBeGreaterThan(Math.max(8 * 1024 * 1024, times * body.length));
    expect(scanned(read, body).work.linesRead).toBe(0);
    expect(scanned(read, body).work.linesRead).toBe(0);
  });

  test('is given up when the target has become small', () => {
    const read = startScanner();
    const large = Array.from({ length: 9000 }, (_, n) => `m{a="${n}${'x'.repeat(1000)}"} 1\n`).join('');
    const { catalogue } = scanned(read, large);
    expect(catalogue.weight).toBeGreaterThan(8 * 1024 * 1024);
    expect(scanned(read, large).work.linesRead).toBe(0);
    scanned(read, 'm 1\n');
    expect(scanned(read, 'm 2\n').catalogue).not.toBe(catalogue);
  });

  test('holds no large body', () => {
    const read = startScanner();
    const large = `x 1\n${`# ${'x'.repeat(1_000_000)}\n`.repeat(51)}`;
    scanned(read, large);
    expect(scanned(read, large)).toMatchObject({ basis: 0, work: { linesRead: 52 } });
  });

  test('of a scan that is in use is left alone by those that follow', () => {
    const read = startScanner();
    const { catalogue, lines } = scanned(read, 'x{a="1"} 1\ny{b="2"} 2\n');
    const kept = [...lines.series.subarray(0, lines.count)];
    for (let scan = 0; scan < 5; scan += 1) scanned(read, `${series('z', 3000 * scan + 1)}x{a="1"} 1\n`);
    expect([...lines.series.subarray(0, lines.count)]).toEqual(kept);
    const labels = kept.map((number) => catalogue.series.pairs[catalogue.series.starts[number] ?? -1] ?? -1);
    expect(labels.map((pair) => catalogue.labels.label(pair))).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ]);
  });
});
