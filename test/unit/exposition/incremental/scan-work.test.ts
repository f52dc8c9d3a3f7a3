// How much the scanner has to look at: in proportion to what changed, counted and not timed.

import { describe, expect, it } from 'vitest';
import type { Scan } from '../../../../src/exposition/incremental/scan.js';
import { ExpositionScanner } from '../../../../src/exposition/incremental/scanner.js';
import { atOnce } from '../../../../src/internal/turns.js';

const FAMILIES = 20;
const SERIES = 100;
const TOTAL = FAMILIES * SERIES;

interface World {
  /** Series that are left out, and values that are others, by number of the series. */
  readonly gone?: ReadonlySet<number>;
  readonly changed?: ReadonlySet<number>;
  readonly help?: string;
  readonly order?: (a: number, b: number) => number;
}

function expose({ gone, changed, help = 'help', order }: World = {}): Uint8Array {
  const lines: string[] = [];
  for (let family = 0; family < FAMILIES; family += 1) {
    lines.push(`# HELP f${family}_total ${help}`, `# TYPE f${family}_total counter`);
    const numbers = Array.from({ length: SERIES }, (_, index) => family * SERIES + index);
    for (const number of order === undefined ? numbers : numbers.toSorted(order)) {
      if (gone?.has(number) === true) continue;
      const value = changed?.has(number) === true ? number + 1.5 : number;
      lines.push(`f${family}_total{user="user ${number % 50}",path="/v1/${number}"} ${value}`);
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

function everyNth(nth: number, offset = 0): ReadonlySet<number> {
  return new Set(Array.from({ length: TOTAL / nth }, (_, index) => index * nth + offset));
}

function scanner(): (world?: World) => Scan {
  const own = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: Infinity });
  return (world) => {
    const scan = atOnce(own.scan(expose(world)));
    if (!scan.ok) throw new Error(scan.error.reason);
    return scan.value;
  };
}

const NOTHING = {
  bytesCompared: 0,
  linesRead: 0,
  valuesRead: 0,
  pairsHashed: 0,
  pairsAdded: 0,
  seriesAdded: 0,
};

describe('the work of a scan', () => {
  it('is everything at first', () => {
    const { work, samples } = scanner()();
    expect(samples).toBe(TOTAL);
    expect(work).toMatchObject({
      seriesAdded: TOTAL,
      pairsAdded: TOTAL + 50,
      linesRead: TOTAL + 2 * FAMILIES,
    });
  });

  it('is one comparison for the same bytes again', () => {
    const scan = scanner();
    const { body } = scan();
    expect(scan().work).toEqual({ ...NOTHING, bytesCompared: body.length });
  });

  it('is one value for each that changed', () => {
    const scan = scanner();
    const { body } = scan();
    const { bytesCompared, ...work } = scan({ changed: everyNth(20, 7) }).work;
    expect({ bytesCompared: 0, ...work }).toEqual({ ...NOTHING, valuesRead: TOTAL / 20 });
    expect(bytesCompared).toBeLessThan(body.length);
    expect(bytesCompared).toBeGreaterThan(body.length * 0.9);
  });

  it('is nothing for series that vanished, but for the line behind each gap', () => {
    const scan = scanner();
    scan();
    const { work, samples } = scan({ gone: everyNth(20, 7) });
    expect(samples).toBe(TOTAL - TOTAL / 20);
    expect(work).toMatchObject({ linesRead: TOTAL / 20, valuesRead: 0, pairsAdded: 0, seriesAdded: 0 });
  });

  it('is one line for each series that came back, and nothing is added for it', () => {
    const scan = scanner();
    scan();
    scan({ gone: everyNth(20, 7) });
    expect(scan().work).toMatchObject({
      linesRead: TOTAL / 20,
      valuesRead: 0,
      pairsAdded: 0,
      seriesAdded: 0,
    });
  });

  it('is one line for each series that is new', () => {
    const scan = scanner();
    scan({ gone: everyNth(20, 7) });
    expect(scan().work).toMatchObject({
      linesRead: TOTAL / 20,
      valuesRead: 0,
      pairsAdded: TOTAL / 20,
      seriesAdded: TOTAL / 20,
    });
  });

  it('is no more than reading when everything stands elsewhere', () => {
    const scan = scanner();
    scan();
    const { work } = scan({ order: (a, b) => b - a });
    expect(work).toMatchObject({ pairsAdded: 0, seriesAdded: 0 });
    expect(work.linesRead).toBeLessThanOrEqual(TOTAL + 2 * FAMILIES);
  });

  it('is a few lines for each family whose metadata changed', () => {
    const scan = scanner();
    scan();
    const { work, body } = scan({ help: 'another text' });
    expect(work.linesRead).toBeLessThanOrEqual(4 * FAMILIES);
    expect(work.bytesCompared).toBeLessThan(body.length);
    expect(work).toMatchObject({ pairsAdded: 0, seriesAdded: 0 });
  });

  it('begins anew after a refusal, and remembers nothing of it', () => {
    const own = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: Infinity });
    const first = expose();
    expect(atOnce(own.scan(first)).ok).toBe(true);
    const cut = Buffer.from(first.subarray(0, first.length - 1));
    expect(atOnce(own.scan(cut))).toMatchObject({ ok: false });
    expect(atOnce(own.scan(Buffer.from(first)))).toMatchObject({
      ok: true,
      value: { work: { seriesAdded: TOTAL } },
    });
  });

  it('begins anew when most of what is remembered has vanished', () => {
    const own = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: Infinity });
    const body = (run: number): Uint8Array =>
      Buffer.from(Array.from({ length: 6_000 }, (_, index) => `x{n="${run} ${index}"} 1\n`).join(''));
    const catalogues = [0, 1, 2, 3].map((run) => {
      const scan = atOnce(own.scan(body(run)));
      if (!scan.ok) throw new Error(scan.error.reason);
      return scan.value.catalogue;
    });
    expect(new Set(catalogues).size).toBeGreaterThan(1);
    for (const { series } of catalogues) expect(series.count).toBeLessThanOrEqual(18_000);
  });
});
