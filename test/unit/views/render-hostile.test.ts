// Bodies of a target that means harm, or of one whose clients do: what they cost, and that nothing is lost by them.
// Work is counted in slices and in memory that is bounded by construction; nothing here measures time.

import { describe, expect, test, vi } from 'vitest';
import { ExpositionScanner } from '../../../src/exposition/incremental/scanner.js';
import { parseInSlices } from '../../../src/exposition/parse.js';
import { atOnce } from '../../../src/internal/turns.js';
import { compileView } from '../../../src/views/compile-view.js';
import { ViewEngine } from '../../../src/views/engine/view-engine.js';
import { createImmediateRenderer } from '../../../src/views/engine/view-renderer.js';
import { resolveViewOptions } from '../../../src/views/resolve-options.js';
import { rendererOf, renderWhole, TEST_KEY } from '../../support/views.js';
import { turnsOf } from '../../support/turns-of.js';

const DECODER = new TextDecoder();

describe('values and names that are longer written than read', () => {
  test.each([
    ['line feeds', '\\n'.repeat(40_000)],
    ['backslashes', '\\\\'.repeat(65_536)],
    ['as many letters as there may be', 'a'.repeat(65_536)],
    ['a few letters less', 'a'.repeat(65_534)],
  ])('%s: series that differ in them stay apart', (_, value) => {
    const renderer = rendererOf();
    const lines = ['a', 'b'].map((name) => `requests{model="${value.slice(2)}${name}"} 1`);
    const { body, seriesOut } = renderWhole(renderer, lines);
    expect(seriesOut).toBe(2);
    expect(DECODER.decode(body)).toContain('model="');
    expect(renderWhole(renderer, lines, 1).seriesOut).toBe(2);
  });

  test('one letter too many is still refused', () => {
    const value = 'a'.repeat(65_537);
    expect(() => renderWhole(rendererOf(), [`requests{model="${value}"} 1`])).toThrow('label value too long');
  });

  test('names in quotes of the greatest length keep their series apart', () => {
    const lines = ['x', 'y'].map((letter) => `requests{"${'\\"'.repeat(1023)}${letter}"="1"} 1`);
    const { seriesOut } = renderWhole(rendererOf(), [...lines, '# EOF'], 0, 'openmetrics');
    expect(seriesOut).toBe(2);
  });
});

describe('memory', () => {
  test('label names and families do not multiply', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `label_${index}`);
    const wide = Array.from({ length: 200 }, (_, line) => {
      const labels = names.slice(line * 100, line * 100 + 100).map((name) => `${name}="1"`);
      return `wide{${labels.join(',')}} 1\n`;
    });
    const families = Array.from({ length: 4_000 }, (_, index) => `family_${index}{${names.at(-1)}="1"} 1\n`);
    const body = Buffer.from([...wide, ...families].join(''));
    const view = compileView(resolveViewOptions({ name: 'view', target: 'target' }), TEST_KEY);
    const renderer = createImmediateRenderer(view);
    const before = process.memoryUsage().heapUsed;
    expect(renderer.render(body, 'text', 0).ok).toBe(true);
    // As many decisions as there are names in each family would be 640 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
  });
});

describe('others have their turn', () => {
  const NUMBERS = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

  test.each([
    ['many families', NUMBERS(2_000).map((n) => `f${n} 1\n`), {}, 15],
    ['long values', NUMBERS(40).map((n) => `a{b="${'x'.repeat(60_000)}${n}"} 1\n`), {}, 40],
    ['long HELP texts', NUMBERS(40).map((n) => `# HELP f${n} ${'x'.repeat(60_000)}\nf${n} 1\n`), {}, 40],
    [
      'gauges that are put together',
      ['# TYPE a gauge\n', ...NUMBERS(20_000).map((n) => `a{b="${n}"} 1\n`)],
      { gauges: { a: 'sum' }, labels: [{ label: 'b', action: 'drop' }] },
      2 * 19,
    ],
    [
      'gauges that stay apart',
      ['# TYPE a gauge\n', ...NUMBERS(20_000).map((n) => `a{b="${n}",c="${n}"} 1\n`)],
      { gauges: { a: 'sum' }, labels: [{ label: 'b', action: 'drop' }] },
      1406 + 2 * 8,
    ],
    [
      'inputs of one output',
      ['# TYPE a counter\n', ...NUMBERS(20_000).map((n) => `a{b="${n}"} 1\n`)],
      { labels: [{ label: 'b', action: 'drop' }] },
      19 * 3,
    ],
    ['short lines', NUMBERS(20_000).map((n) => `a{b="${n}"} 1\n`), {}, 10],
    [
      'new series of labels that are known',
      NUMBERS(4_000).map(
        (n) =>
          `a{${NUMBERS(100)
            .map((label) => `l${label}="${(n >> (label % 12)) & 1}"`)
            .join(',')}} 1\n`,
      ),
      {},
      90,
    ],
  ] as const)('%s', (_, lines, options, turns) => {
    const view = compileView(resolveViewOptions({ name: 'view', target: 'target', ...options }), TEST_KEY);
    const scanner = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: 100_000 });
    const scan = atOnce(scanner.scan(Buffer.from(lines.join(''))));
    if (!scan.ok) throw new Error(scan.error.reason);
    expect(turnsOf(new ViewEngine(view).render({ scan: scan.value }, 'values', 0))).toBeGreaterThan(turns);
  });

  test.each([
    ['page by page where their values all change', 1, 51],
    ['not at all where they stand still', 0, 0],
  ])('as long families are copied %s', (_, change, pages) => {
    const scanner = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: 100_000 });
    const engine = new ViewEngine(compileView(resolveViewOptions({ name: 'v', target: 't' }), TEST_KEY));
    const render = (value: number): number => {
      const lines = NUMBERS(20_000).map((n) => `a{b="${'x'.repeat(150)}${n}"} ${value}\n`);
      const scan = atOnce(scanner.scan(Buffer.from(lines.join(''))));
      if (!scan.ok) throw new Error(scan.error.reason);
      const copied = vi.spyOn(Buffer.prototype, 'copy');
      try {
        expect(atOnce(engine.render({ scan: scan.value }, 'values', 0)).ok).toBe(true);
        return copied.mock.calls.length;
      } finally {
        copied.mockRestore();
      }
    };
    render(1);
    expect(render(1 + change)).toBe(pages);
  });

  test('between lines, however short they are', () => {
    const scanner = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: 100_000 });
    const idle = Buffer.from(`${'\n'.repeat(100_000)}a 1\n`);
    expect(turnsOf(scanner.scan(idle))).toBeGreaterThan(50);
  });

  test('between lines that are parsed strictly, however long they are', () => {
    const lines = NUMBERS(40).map((n) => `a{b="${'x'.repeat(60_000)}${n}"} 1\n`);
    expect(turnsOf(parseInSlices(Buffer.from(lines.join('')), 'text'))).toBeGreaterThan(15);
  });
});
