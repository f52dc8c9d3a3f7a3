// The summary of a view against a plain reading of the same exposition: parsed whole, grouped by label sets, and
// interpolated as Prometheus' documentation of histogram_quantile says.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExpositionFormat, Family, Label, Sample } from '../../src/exposition/model.js';
import type { NameEscaping } from '../../src/exposition/names.js';
import { parseNumber } from '../../src/exposition/number.js';
import { serialiseExposition } from '../../src/exposition/serialise.js';
import { seriesKey } from '../../src/exposition/series-key.js';
import type { ByteChunks } from '../../src/internal/byte-chunks.js';
import { atOnce } from '../../src/internal/turns.js';
import { deriveSummary, type DerivedSummary } from '../../src/llm/derived/derive-summary.js';
import { histogramQuantile } from '../../src/llm/derived/quantile.js';
import { arbitraryText } from '../support/arbitrary-exposition.js';

const LATENCY = 'gen_ai_server_request_duration_seconds';
const DOTTED = 'gen_ai.client.operation.duration_seconds';
const BOUNDS = ['-1', '0', '0.005', '0.1', '0.10', '1', '1.0', '2.5', '1e1', '600'];

/** One series of a histogram: labels, and how many observations lie in each bucket. */
interface Series {
  readonly text: string;
  readonly bounds: readonly string[];
  readonly counts: readonly number[];
  readonly above: number;
}

const arbitrarySeries: fc.Arbitrary<Series> = fc
  .record({
    text: arbitraryText,
    bounds: fc.subarray(BOUNDS, { minLength: 1 }),
    counts: fc.array(fc.nat({ max: 1000 }), { minLength: BOUNDS.length, maxLength: BOUNDS.length }),
    above: fc.nat({ max: 50 }),
  })
  // A series has no bound twice, however it is written.
  .map(({ bounds, ...rest }) => ({
    ...rest,
    bounds: bounds.filter((text, at) => bounds.findIndex((other) => Number(other) === Number(text)) === at),
  }));

function familyOf(name: string, all: readonly Series[]): Family {
  const samples = all.flatMap(({ text, bounds, counts, above }, index) => {
    const labels: Label[] = [
      { name: 'series', value: `${text}${index}` },
      { name: 'ale', value: '7' },
    ];
    let sum = 0;
    const buckets = bounds.map((le, at) => {
      sum += counts[at] ?? 0;
      return { le, value: sum };
    });
    return [...buckets, { le: '+Inf', value: sum + above }].map(({ le, value }): Sample => ({
      name: `${name}_bucket`,
      labels: [...labels, { name: 'le', value: le }],
      value: String(value),
    }));
  });
  return { name, type: 'histogram', typed: true, samples };
}

function counterFamily(name: string, values: readonly number[], format: ExpositionFormat): Family {
  return {
    name: format === 'openmetrics' ? name : `${name}_total`,
    type: 'counter',
    typed: true,
    samples: values.map((value, at) => ({
      name: `${name}_total`,
      labels: [{ name: 'key', value: String(at) }],
      value: String(value),
    })),
  };
}

function pieces(bytes: Uint8Array, size: number): ByteChunks {
  return {
    byteLength: bytes.length,
    *[Symbol.iterator]() {
      for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
    },
  };
}

interface Written {
  readonly format: ExpositionFormat;
  readonly escaping: NameEscaping;
  readonly pieceBytes: number;
}

const arbitraryWriting: fc.Arbitrary<Written> = fc.record({
  format: fc.constantFrom<ExpositionFormat>('text', 'openmetrics'),
  escaping: fc.constantFrom<NameEscaping>('values', 'allow-utf-8'),
  pieceBytes: fc.integer({ min: 1, max: 500 }),
});

function derive(families: readonly Family[], { format, escaping, pieceBytes }: Written): DerivedSummary {
  const bytes = serialiseExposition({ format, families }, { escaping });
  return atOnce(
    deriveSummary(pieces(bytes, pieceBytes), {
      preset: 'generic',
      nowMs: 0,
      perSecond: () => null,
      isSelected: () => true,
    }),
  );
}

/** The quantile of what the series have in common, read plainly. */
function plainQuantile(
  quantile: number,
  { samples }: Family,
): { readonly quantile: number | null; readonly count: number } {
  const bySeries = new Map<string, Map<number, number>>();
  for (const sample of samples) {
    const key = seriesKey('', sample.labels, 'le');
    const bound = parseNumber(sample.labels.find(({ name }) => name === 'le')?.value ?? '') ?? Number.NaN;
    bySeries.set(key, (bySeries.get(key) ?? new Map<number, number>()).set(bound, Number(sample.value)));
  }
  const all = [...bySeries.values()];
  const upTo = (bound: number): number => all.reduce((sum, series) => sum + (series.get(bound) ?? 0), 0);
  const shared = [...(all[0]?.keys() ?? [])]
    .filter((bound) => Number.isFinite(bound) && all.every((series) => series.has(bound)))
    .toSorted((a, b) => a - b);
  const count = upTo(Infinity);
  if (count === 0) return { quantile: 0, count };
  const highest = shared.at(-1);
  if (highest === undefined) return { quantile: null, count };
  const rank = quantile * count;
  const at = shared.findIndex((bound) => upTo(bound) >= rank);
  const end = shared[at];
  if (end === undefined) return { quantile: highest, count };
  if (at === 0 && end <= 0) return { quantile: end, count };
  const start = at === 0 ? 0 : (shared[at - 1] ?? 0);
  const below = at === 0 ? 0 : upTo(start);
  return { quantile: start + ((end - start) * (rank - below)) / (upTo(end) - below), count };
}

/** Whether milliseconds are so many seconds, but for the last digits. */
function isNear(ms: number | null, seconds: number | null): boolean {
  if (ms === null || seconds === null) return ms === seconds;
  return Math.abs(ms - seconds * 1000) <= 1e-6;
}

describe('the summary of a view', () => {
  it.each([LATENCY, DOTTED])('has the quantiles of a plain reading, of %s', (name) => {
    fc.assert(
      fc.property(
        fc.array(arbitrarySeries, { minLength: 1, maxLength: 5 }),
        arbitraryWriting,
        (all, written) => {
          const family = familyOf(name, all);
          const { latency } = derive([family], written).summary;
          for (const [q, found] of [
            [0.5, latency.p50],
            [0.95, latency.p95],
            [0.99, latency.p99],
          ] as const) {
            const { quantile, count } = plainQuantile(q, family);
            expect(latency.count).toBe(count);
            expect([found, isNear(found, quantile)]).toEqual([found, true]);
          }
        },
      ),
    );
  });

  it('has the sums of its counters, whatever stands beside them', () => {
    const values = fc.array(fc.nat({ max: 1e9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        values,
        values,
        values,
        arbitraryText,
        arbitraryWriting,
        (requests, hits, misses, help, written) => {
          const { format } = written;
          const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
          const noise: Family = {
            name: 'noise',
            type: 'gauge',
            typed: true,
            help: `${help}\nhttp_requests_total 5`,
            samples: [{ name: 'noise', labels: [{ name: 'http_requests_total', value: help }], value: '7' }],
          };
          const { summary } = derive(
            [
              counterFamily('http_requests', requests, format),
              noise,
              counterFamily('llm_cache_hits', hits, format),
              counterFamily('llm_cache_misses', misses, format),
            ],
            written,
          );
          const asked = sum(hits) + sum(misses);
          expect(summary.throughput.total_requests).toBe(sum(requests));
          expect(summary.cache).toEqual({
            cache_hits: sum(hits),
            cache_misses: sum(misses),
            hit_rate: asked === 0 ? 0 : sum(hits) / asked,
          });
        },
      ),
    );
  });

  it('never throws, and has no number that is none, whatever the bytes are', () => {
    const line = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'le"{}=,\\ \n#+1.eN_'.split('')), maxLength: 40 }),
      fc
        .string({ unit: fc.constantFrom(...'le"{}=,\\ +1.eN'.split('')), maxLength: 20 })
        .map((rest) => `${LATENCY}_bucket{${rest}`),
      fc
        .string({ unit: fc.constantFrom(...'le"{}=,\\ +1.eN'.split('')), maxLength: 20 })
        .map((rest) => `http_requests_total ${rest}`),
    );
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 60 }), (lines, size) => {
        const body = pieces(Buffer.from(lines.join('\n')), size);
        const { summary } = atOnce(
          deriveSummary(body, {
            preset: 'generic',
            nowMs: 0,
            perSecond: ({ total }) => total,
            isSelected: () => true,
          }),
        );
        expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
      }),
    );
  });
});

describe('histogramQuantile', () => {
  it('rises with the quantile, and lies within the bounds', () => {
    const increments = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(increments, fc.nat({ max: 100 }), (added, above) => {
        let sum = 0;
        const counts = added.map((more) => (sum += more));
        const buckets = { bounds: counts.map((_, at) => at + 1), counts, count: sum + above };
        let before = 0;
        for (const q of [0.1, 0.5, 0.9, 0.95, 0.99]) {
          const found = histogramQuantile(q, buckets) ?? Number.NaN;
          expect(found).toBeGreaterThanOrEqual(before);
          expect(found).toBeLessThanOrEqual(counts.length);
          before = found;
        }
      }),
    );
  });
});
