// A view that renders each second, third or later scan of a target goes on from what it rendered last, as one does that
// renders every scan: counted in lines, not timed. That the bytes are right is held by the differential tests.

import { describe, expect, it } from 'vitest';
import { ExpositionScanner } from '../../../../src/exposition/incremental/scanner.js';
import type { Scan } from '../../../../src/exposition/incremental/scan.js';
import { lineBefore } from '../../../../src/exposition/incremental/line-table.js';
import { atOnce } from '../../../../src/internal/turns.js';
import { RenderedLines, type ScanComparison } from '../../../../src/views/engine/scan-comparison.js';

function scanner(): (values: Readonly<Record<string, number>>) => Scan {
  const own = new ExpositionScanner({ format: 'text', quotedNames: false, maxSeries: 1000 });
  return (values) => {
    const lines = Object.entries(values).map(([name, value]) => `a{b="${name}"} ${value}\n`);
    const scan = atOnce(own.scan(Buffer.from(lines.join(''))));
    if (!scan.ok) throw new Error(scan.error.reason);
    return scan.value;
  };
}

/** By line: where it was, with a sign in front of those that are not as they were. */
function placesOf({ before, equal }: ScanComparison, lines: number): readonly string[] {
  const places = Array.from({ length: lines }, (_, line) => {
    const there = lineBefore(before[line] ?? 0);
    return there < 0 ? 'new' : `~${there}`;
  });
  for (let at = 0; at < equal.count; at += 1)
    for (let line = equal.lineOf(at); line < equal.endOf(at); line += 1)
      places[line] = String(equal.placeBefore(at, line));
  return places;
}

describe('a scan beside the one that was rendered last', () => {
  it('is compared with it over those in between', () => {
    const scan = scanner();
    const rendered = new RenderedLines();
    rendered.remember(scan({ a: 1, b: 1, c: 1, d: 1, e: 1 }));
    scan({ a: 2, b: 1, c: 1, d: 1, e: 1 });
    // `b` goes away for a scan, so that `c` behind it is read; `d` changes, and changes back.
    scan({ a: 2, c: 1, d: 7, e: 1 });
    const last = scan({ a: 2, b: 1, c: 1, d: 1, f: 1, e: 1 });
    const comparison = atOnce(rendered.compare(last));
    expect(comparison.basis).toBe(1);
    expect(placesOf(comparison, 6)).toEqual(['~0', '~1', '~2', '~3', 'new', '4']);
    expect(comparison.equal.count).toBe(1);
  });

  it('is compared by the scanner where nothing lies in between', () => {
    const scan = scanner();
    const rendered = new RenderedLines();
    rendered.remember(scan({ a: 1, b: 1 }));
    const next = scan({ a: 1, b: 2 });
    expect(atOnce(rendered.compare(next)).before).toBe(next.lines.before);
  });

  it('is compared with nothing where there is nothing, or where that one came later', () => {
    const scan = scanner();
    const [first, second] = [scan({ a: 1 }), scan({ a: 2 })];
    const rendered = new RenderedLines();
    expect(atOnce(rendered.compare(first)).basis).toBe(0);
    rendered.remember(second);
    expect(atOnce(rendered.compare(first)).basis).toBe(0);
    expect(atOnce(rendered.compare(second)).basis).toBe(0);
  });
});
