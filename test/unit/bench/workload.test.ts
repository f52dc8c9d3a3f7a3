// The workload of the benchmarks keeps its promises: shape, size, what changes from scrape to scrape, what views make of it.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { viewOptions } from '../../../bench/workload/views.js';
import { createWorkload, wholeScrape } from '../../../bench/workload/workload.js';
import type { Family, Sample } from '../../../src/exposition/model.js';
import { parseExposition } from '../../../src/exposition/parse.js';
import { REPOSITORY } from '../../support/rooms.js';
import { rendererOf } from '../../support/views.js';

const BYTES = 2_000_000;
const workload = createWorkload(BYTES);
const scrapes = [0, 1, 2].map((number) => wholeScrape(workload, number));
const expositions = scrapes.map(familiesOf);
const [first = Buffer.alloc(0)] = scrapes;

function familiesOf(body: Uint8Array): readonly Family[] {
  const parsed = parseExposition(body, 'text', { maxSeries: 1_000_000, quotedNames: false });
  if (!parsed.ok) throw new Error(`line ${String(parsed.error.line)}: ${parsed.error.reason}`);
  return parsed.value.families;
}

function keyOf({ name, labels }: Sample): string {
  return `${name}${JSON.stringify(labels)}`;
}

function samplesOf(families: readonly Family[] = []): readonly Sample[] {
  return families.flatMap(({ samples }) => samples);
}

function labelNames({ samples }: Family): ReadonlySet<string> {
  return new Set(samples.flatMap(({ labels }) => labels.map(({ name }) => name)));
}

/** Scrapes with the one before each. */
const steps = expositions.slice(1).map((after, at) => {
  const before = new Map(samplesOf(expositions[at]).map((sample) => [keyOf(sample), sample.value]));
  return { number: at + 1, families: after, before };
});

describe('an exposition of the workload', () => {
  it('is the same every time', () => {
    expect(wholeScrape(createWorkload(BYTES), 1).equals(scrapes[1] ?? first)).toBe(true);
  });

  it.each([1_000_000, BYTES, 5_000_000])('of %d bytes is about as long', (bytes) => {
    const { length } = wholeScrape(createWorkload(bytes), 0);
    expect(Math.abs(length / bytes - 1)).toBeLessThan(0.05);
  });

  it('comes in pieces, however long it is', () => {
    const pieces = [...createWorkload(5_000_000).scrape(0)].map(({ length }) => length);
    expect(pieces.length).toBeGreaterThan(10);
    expect(Math.max(...pieces)).toBeLessThan(400_000);
  });

  it('has lines as long as those of LiteLLM, most of them buckets', () => {
    const lines = first.toString().split('\n').slice(0, -1);
    expect(first.length / lines.length).toBeGreaterThan(440);
    expect(first.length / lines.length).toBeLessThan(520);
    expect(lines.filter((line) => line.includes('_bucket{')).length / lines.length).toBeGreaterThan(0.6);
  });

  it('has families, types and labels of LiteLLM alone', () => {
    const sample = familiesOf(readFileSync(`${REPOSITORY}test/corpus/exposition/litellm.prom`));
    const known = new Map(sample.map((family) => [family.name, family]));
    for (const family of expositions[0] ?? []) {
      const original = known.get(family.name);
      expect([family.name, original?.type]).toEqual([family.name, family.type]);
      const labels = original === undefined ? new Set() : labelNames(original);
      expect([family.name, [...labelNames(family)].filter((name) => !labels.has(name))]).toEqual([
        family.name,
        [],
      ]);
    }
  });

  it('has a value for every label', () => {
    expect(
      samplesOf(expositions[0]).filter(({ labels }) => labels.some(({ value }) => value === '')),
    ).toEqual([]);
  });
});

describe('the scrape after another one', () => {
  it.each(steps)('$number has 5 % of its values changed', ({ families, before }) => {
    const changed = samplesOf(families).filter((sample) => {
      const value = before.get(keyOf(sample));
      return value !== undefined && value !== sample.value;
    });
    expect(changed.length / before.size).toBeGreaterThan(0.04);
    expect(changed.length / before.size).toBeLessThan(0.06);
  });

  it('has one series in a hundred that is new', () => {
    const counts = expositions.map((families) => samplesOf(families).length);
    const added = ((counts.at(-1) ?? 0) / (counts[0] ?? 0) - 1) / steps.length;
    expect(added).toBeGreaterThan(0.005);
    expect(added).toBeLessThan(0.015);
  });

  it.each(steps)(
    '$number has the old ones in their order, and new ones behind them',
    ({ families, before }) => {
      const seen: string[] = [];
      for (const { name, samples } of families) {
        const isOld = samples.map((sample) => before.has(keyOf(sample)));
        expect([name, isOld.lastIndexOf(true) < (isOld.indexOf(false) + 1 || Infinity)]).toEqual([
          name,
          true,
        ]);
        seen.push(...samples.map(keyOf).filter((key) => before.has(key)));
      }
      expect(seen).toEqual([...before.keys()]);
    },
  );

  it.each(steps)('$number has counters that only grew, and times that stayed', ({ families, before }) => {
    const changes = families.flatMap(({ name, type, samples }) =>
      samples
        .filter((sample) => before.has(keyOf(sample)))
        .map((sample) => ({ name, type, by: Number(sample.value) - Number(before.get(keyOf(sample))) })),
    );
    const counting = changes.filter(({ type }) => type !== 'gauge');
    expect(counting.some(({ by }) => by > 0)).toBe(true);
    expect(counting.filter(({ by }) => by < 0)).toEqual([]);
    const times = changes.filter(({ name }) => name.endsWith('_created'));
    expect(times.length).toBeGreaterThan(100);
    expect(times.filter(({ by }) => by !== 0)).toEqual([]);
  });
});

describe('histograms', () => {
  /** Each as its buckets in their order, and its count behind them. */
  function histogramsOf(families: readonly Family[]): readonly (readonly number[])[] {
    const samples = samplesOf(families.filter(({ type }) => type === 'histogram'));
    const parts = samples.filter(({ name }) => !name.endsWith('_sum'));
    const ends = parts.flatMap(({ name }, at) => (name.endsWith('_count') ? [at + 1] : []));
    return ends.map((end, at) => parts.slice(ends[at - 1] ?? 0, end).map(({ value }) => Number(value)));
  }

  it.each(expositions.map((families, number) => ({ families, number })))(
    'of scrape $number are cumulative, and +Inf is their count',
    ({ families }) => {
      const histograms = histogramsOf(families);
      expect(histograms.length).toBeGreaterThan(100);
      expect(histograms.filter((parts) => parts.length !== 19)).toEqual([]);
      expect(histograms.filter((parts) => parts.at(-1) !== parts.at(-2))).toEqual([]);
      expect(histograms.filter((parts) => parts.some((part, at) => part < (parts[at - 1] ?? 0)))).toEqual([]);
    },
  );
});

describe('views of the workload', () => {
  const namesOf = (counts: ReadonlyMap<string, unknown>): readonly string[] => [...counts.keys()].toSorted();

  it('P2 makes pseudonyms of four labels, and nothing goes', () => {
    const rendered = rendererOf(viewOptions('P2')).render(first, 'text', 0);
    if (!rendered.ok) throw new Error(rendered.error.reason);
    const { seriesIn, seriesOut, effects } = rendered.value;
    expect(seriesOut).toBe(seriesIn);
    expect(namesOf(effects.pseudonymised)).toEqual(['api_key_alias', 'client_ip', 'user', 'user_email']);
    expect([...effects.dropped, ...effects.detected]).toEqual([]);
  });

  it('P3 drops three labels, and puts about ten series into one', () => {
    const rendered = rendererOf(viewOptions('P3')).render(first, 'text', 0);
    if (!rendered.ok) throw new Error(rendered.error.reason);
    const { seriesIn, seriesOut, effects } = rendered.value;
    expect(seriesIn / seriesOut).toBeGreaterThan(9);
    expect(seriesIn / seriesOut).toBeLessThan(11);
    expect(namesOf(effects.dropped)).toEqual(['client_ip', 'user', 'user_email']);
    expect([...effects.pseudonymised, ...effects.detected]).toEqual([]);
  });
});
