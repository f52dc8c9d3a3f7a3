import { describe, expect, it } from 'vitest';
import { TotalRates, type SourcedTotal } from '../../../../src/llm/derived/total-rates.js';

const MINUTE = 60_000;

/** What a view's rates are when its total is seen at these times. */
function rates(seen: readonly (readonly [atMs: number, total: number])[]): readonly (number | null)[] {
  const kept = new TotalRates();
  return seen.map(([atMs, total]) => kept.perSecond('view', { source: 'requests_total', total }, atMs));
}

describe('TotalRates', () => {
  it('has none at first, nor over less than a second', () => {
    expect(
      rates([
        [1e6, 5],
        [1e6, 5],
        [1e6 + 999, 50],
      ]),
    ).toEqual([null, null, null]);
  });

  it('goes by the sighting before where that is longer ago than a minute', () => {
    expect(
      rates([
        [0, 0],
        [600_000, 600],
        [1_800_000, 1_200],
      ]),
    ).toEqual([null, 1, 0.5]);
  });

  it('goes by the first one until that is a minute ago', () => {
    expect(
      rates([
        [0, 100],
        [10_000, 110],
        [30_000, 190],
        [MINUTE, 220],
      ]),
    ).toEqual([null, 1, 3, 2]);
  });

  it('forgets what is older than the window, and has a window of a minute at least', () => {
    const seen = Array.from({ length: 200 }, (_, at): [number, number] => [
      at * 1000,
      at < 100 ? at * 10 : 1000 + (at - 100),
    ]);
    const found = rates(seen);
    expect(found[99]).toBe(10);
    expect(found[199]).toBe(1);
    // The window reaches back by up to a step more than a minute.
    for (const [at, rate] of found.entries()) {
      if (at < 165) continue;
      expect(rate).toBe(1);
    }
  });

  it('begins anew where a total falls, and invents nothing', () => {
    expect(
      rates([
        [0, 1e6],
        [MINUTE, 999_990],
        [2 * MINUTE, 1_000_050],
      ]),
    ).toEqual([null, null, 1]);
  });

  it('takes no sighting for new that was overtaken by a later one', () => {
    expect(
      rates([
        [0, 0],
        [MINUTE, 60],
        [MINUTE - 1, 1],
        [MINUTE + 1000, 61],
      ]),
    ).toEqual([null, 1, 1, 1]);
  });

  it('keeps views apart, and forgets the one asked for longest ago', () => {
    const kept = new TotalRates(2);
    const of = (total: number): SourcedTotal => ({ source: 'requests_total', total });
    for (const view of ['a', 'b']) expect(kept.perSecond(view, of(0), 0)).toBeNull();
    expect(kept.perSecond('a', of(120), MINUTE)).toBe(2);
    expect(kept.perSecond('c', of(60), MINUTE)).toBeNull();
    expect(kept.perSecond('b', of(60), MINUTE)).toBeNull();
  });

  it('begins anew with the total of another metric, in either direction', () => {
    const kept = new TotalRates();
    const at = (source: string, total: number, atMs: number): number | null =>
      kept.perSecond('view', { source, total }, atMs);
    expect(at('http_requests_total', 100, 0)).toBeNull();
    expect(at('gen_ai_requests', 50_100, MINUTE)).toBeNull();
    // Overtaken: it neither has a rate nor takes that of the other one away.
    expect(at('http_requests_total', 100, MINUTE - 1)).toBeNull();
    expect(at('gen_ai_requests', 50_160, 2 * MINUTE)).toBe(1);
    expect(at('http_requests_total', 60_000, 3 * MINUTE)).toBeNull();
  });
});
