// What every view promises, over generated sequences of scrapes: the same totals, counters that never fall, whole
// histograms, nothing of what it hides, and the same bytes wherever the same scrapes were seen.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExposition } from '../../src/exposition/parse.js';
import type { Exposition, Sample } from '../../src/exposition/model.js';
import { rendererOf, renderWhole } from '../support/views.js';
import { arbitraryExposition } from '../support/arbitrary-exposition.js';
import { serialiseExposition } from '../../src/exposition/serialise.js';

const CLIENTS = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
const MODELS = ['a', 'b'];
const BOUNDS = ['0.5', '1.0', '+Inf'];

/** What one source did between two scrapes. */
type Step =
  | { readonly kind: 'grow'; readonly by: readonly number[] }
  | { readonly kind: 'reset' | 'vanish' | 'return' };

interface Source {
  readonly model: string;
  readonly client: string;
  isPresent: boolean;
  /** Observations by bucket, not cumulative. */
  observed: number[];
}

const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('grow' as const),
      by: fc.array(fc.nat(9), { minLength: 3, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('reset' as const, 'vanish' as const, 'return' as const) }),
  },
);
const arbitraryScrapes = fc.array(fc.array(arbitraryStep, { minLength: 6, maxLength: 6 }), {
  minLength: 1,
  maxLength: 12,
});

function newSources(): Source[] {
  return MODELS.flatMap((model) =>
    CLIENTS.map((client) => ({ model, client, isPresent: true, observed: [0, 0, 0] })),
  );
}

/** Takes a step and returns what it really added. */
function take(source: Source, step: Step): readonly number[] {
  const nothing = [0, 0, 0];
  if (step.kind === 'grow') {
    if (!source.isPresent) return nothing;
    source.observed = source.observed.map((count, index) => count + (step.by[index] ?? 0));
    return step.by;
  }
  if (step.kind === 'reset') source.observed = nothing;
  else source.isPresent = step.kind === 'return';
  return nothing;
}

function cumulative(observed: readonly number[]): readonly number[] {
  return observed.map((_, index) => observed.slice(0, index + 1).reduce((a, b) => a + b, 0));
}

function expose(sources: readonly Source[]): readonly string[] {
  const present = sources.filter(({ isPresent }) => isPresent);
  const labelsOf = ({ model, client }: Source): string => `model="${model}",client_ip="${client}"`;
  return [
    '# TYPE x_total counter',
    ...present.map((source) => `x_total{${labelsOf(source)}} ${cumulative(source.observed)[2] ?? 0}`),
    '# TYPE h histogram',
    ...present.flatMap((source) => [
      ...cumulative(source.observed).map(
        (count, index) => `h_bucket{${labelsOf(source)},le="${BOUNDS[index] ?? ''}"} ${count}`,
      ),
      `h_count{${labelsOf(source)}} ${cumulative(source.observed)[2] ?? 0}`,
      `h_sum{${labelsOf(source)}} ${cumulative(source.observed)[2] ?? 0}`,
    ]),
    '# TYPE up gauge',
    'up 1',
  ];
}

function parse(body: Uint8Array): Exposition {
  const parsed = parseExposition(body, 'text');
  if (!parsed.ok) throw new Error(`line ${parsed.error.line}: ${parsed.error.reason}`);
  return parsed.value;
}

function read(body: Uint8Array): ReadonlyMap<string, number> {
  const samples = parse(body).families.flatMap((family) => family.samples);
  return new Map(
    samples.map((sample) => [keyOf(sample), Number(sample.value === '+Inf' ? Infinity : sample.value)]),
  );
}

function keyOf({ name, labels }: Sample): string {
  return `${name}{${labels.map((label) => `${label.name}=${label.value}`).join()}}`;
}

describe('aggregated counters over any sequence of scrapes', () => {
  test('equal what really happened, never fall, and keep histograms whole', () => {
    fc.assert(
      fc.property(arbitraryScrapes, (scrapes) => {
        const renderer = rendererOf();
        const sources = newSources();
        const truth = new Map(MODELS.map((model) => [model, 0]));
        let before: ReadonlyMap<string, number> = new Map();
        renderWhole(renderer, expose(sources), 0);
        for (const [index, steps] of scrapes.entries()) {
          for (const [at, source] of sources.entries()) {
            const added = take(source, steps[at] ?? { kind: 'return' });
            truth.set(source.model, (truth.get(source.model) ?? 0) + added.reduce((a, b) => a + b, 0));
          }
          const shown = read(renderWhole(renderer, expose(sources), index + 1).body);
          for (const model of MODELS) {
            const isShown = sources.some((source) => source.model === model && source.isPresent);
            const total = shown.get(`x_total{model=${model}}`);
            expect(total).toBe(isShown ? truth.get(model) : undefined);
            const buckets = BOUNDS.map((bound) => shown.get(`h_bucket{model=${model},le=${bound}}`));
            expect(buckets).toEqual(buckets.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
            expect(buckets.at(-1)).toBe(shown.get(`h_count{model=${model}}`));
            expect(buckets.at(-1)).toBe(total);
          }
          for (const [key, value] of shown) expect(value).toBeGreaterThanOrEqual(before.get(key) ?? 0);
          before = new Map([...before, ...shown]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('are the same bytes in a replica, and after a restart from a snapshot', () => {
    fc.assert(
      fc.property(arbitraryScrapes, fc.nat(11), (scrapes, restartAt) => {
        const first = rendererOf();
        let second = rendererOf();
        const sources = newSources();
        for (const [index, steps] of scrapes.entries()) {
          for (const [at, source] of sources.entries()) take(source, steps[at] ?? { kind: 'return' });
          if (index === restartAt) second = rendererOf({}, JSON.parse(JSON.stringify(second.snapshot())));
          const lines = expose(sources);
          const a = renderWhole(first, lines, index).body;
          const b = renderWhole(second, lines, index).body;
          expect(Buffer.from(a).equals(b)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('fractions never fall either', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 }), {
          minLength: 2,
          maxLength: 30,
        }),
        (gains) => {
          const renderer = rendererOf();
          const values = [0, 0, 0];
          let before = 0;
          for (const [index, gain] of gains.entries()) {
            for (const at of values.keys()) values[at] = (values[at] ?? 0) + (gain[at] ?? 0);
            const lines = CLIENTS.map((client, at) => `x_total{client_ip="${client}"} ${values[at] ?? 0}`);
            const shown = read(renderWhole(renderer, ['# TYPE x_total counter', ...lines], index).body);
            const total = shown.get('x_total{}') ?? Number.NaN;
            expect(total).toBeGreaterThanOrEqual(before);
            expect(total).toBeCloseTo(
              values.reduce((a, b) => a + b, 0),
              6,
            );
            before = total;
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('aggregated histograms whose inputs have different buckets', () => {
  const ALL_BOUNDS = ['1', '2', '5', '+Inf'];
  const arbitraryChange = fc.record({
    client: fc.nat(2),
    isPresent: fc.boolean(),
    isReset: fc.boolean(),
    bounds: fc.subarray(['1', '2', '5']),
    gains: fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }),
  });

  test('stay cumulative, never fall, and count every observation once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(arbitraryChange, { selector: ({ client }) => client, maxLength: 3 }), {
          minLength: 2,
          maxLength: 12,
        }),
        (scrapes) => {
          const renderer = rendererOf();
          const inputs = CLIENTS.map((client) => ({
            client,
            isPresent: false,
            bounds: ALL_BOUNDS,
            observed: [0, 0, 0, 0],
          }));
          const before = new Map<string, number>();
          let truth = 0;
          for (const [index, changes] of scrapes.entries()) {
            for (const { client, isPresent, isReset, bounds, gains } of changes) {
              const input = inputs[client];
              if (input === undefined) continue;
              input.isPresent = isPresent;
              // What nobody scrapes between two resets is lost for raw counters as well, so it does not happen here.
              if (!isPresent) continue;
              input.bounds = [...bounds, '+Inf'];
              if (isReset && input.observed.some((count) => count > 0)) input.observed = [0, 0, 0, 0];
              else {
                input.observed = input.observed.map((count, at) => count + (gains[at] ?? 0));
                truth += gains.reduce((a, b) => a + b, 0);
              }
            }
            const present = inputs.filter((input) => input.isPresent);
            if (present.length === 0) continue;
            const lines = present.flatMap(({ client, bounds, observed }) =>
              bounds.map((bound) => {
                const count = cumulative(observed)[ALL_BOUNDS.indexOf(bound)] ?? 0;
                return `h_bucket{client_ip="${client}",le="${bound}"} ${count}`;
              }),
            );
            const shown = read(renderWhole(renderer, ['# TYPE h histogram', ...lines], index).body);
            const counts = [...shown.values()];
            expect(counts).toEqual(counts.toSorted((a, b) => a - b));
            expect(shown.get('h_bucket{le=+Inf}')).toBe(truth);
            for (const [key, value] of shown) {
              expect(value).toBeGreaterThanOrEqual(before.get(key) ?? 0);
              before.set(key, value);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('every view of every exposition', () => {
  const hidden = fc.constantFrom(
    'anna.mueller@acme.example',
    '203.0.113.77',
    'sk-live-0123456789',
    'Anna M\u00fcller',
  );
  const places = fc.constantFrom(
    'user',
    'User-Email',
    'endUser',
    'client_ip',
    'hashed_api_key',
    'metadata_x',
    'teamAlias',
  );

  test('shows nothing of a value under an identity label, whatever the exposition around it', () => {
    let renderedCount = 0;
    fc.assert(
      fc.property(arbitraryExposition('text'), hidden, places, (exposition, value, place) => {
        const label = place.replaceAll('-', '_');
        const marked: Exposition = {
          ...exposition,
          families: [
            ...exposition.families,
            {
              name: 'zz_marked',
              type: 'counter',
              typed: true,
              samples: [{ name: 'zz_marked', labels: [{ name: label, value }], value: '1' }],
            },
          ],
        };
        const rendered = rendererOf().render(serialiseExposition(marked), 'text', 0);
        if (!rendered.ok) return;
        renderedCount += 1;
        expect(new TextDecoder().decode(rendered.value.body)).not.toContain(value);
      }),
      { numRuns: 300 },
    );
    expect(renderedCount).toBeGreaterThan(150);
  });

  test.each(['text', 'openmetrics'] as const)(
    'is an exposition again, and a view of itself: %s',
    (format) => {
      fc.assert(
        fc.property(arbitraryExposition(format), (exposition) => {
          const body = serialiseExposition(exposition);
          const options = { labels: [{ label: 'a', action: 'drop' as const }] };
          const rendered = rendererOf(options).render(body, format, 0);
          if (!rendered.ok) return;
          const again = parseExposition(rendered.value.body, format);
          // A view of nothing is a lone comment in text, which the parser takes for an empty answer.
          expect(again.ok || rendered.value.seriesOut === 0).toBe(true);
          expect(rendered.value.seriesOut).toBeLessThanOrEqual(
            rendered.value.seriesIn + exposition.families.length,
          );
        }),
        { numRuns: 300 },
      );
    },
  );
});
