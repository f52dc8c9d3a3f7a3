// What a view remembers of values and identifiers, over generated sequences of scrapes: it is bounded, never taken
// back, the same on every replica and over a restart, and it never shows one tenant what is another's.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ViewOptions } from '../../src/views/options.js';
import { rendererOf, renderLines, renderWhole, savedAndRead, type TestRenderer } from '../support/views.js';

/** One scrape: its lines, and whether they end in something that nobody can read. */
interface Scrape {
  readonly lines: readonly string[];
  readonly isBroken: boolean;
}

function render(renderer: TestRenderer, { lines, isBroken }: Scrape, nowMs: number): string | undefined {
  const text = `${[...lines, ...(isBroken ? ['broken{'] : [])].join('\n')}\n`;
  const rendered = renderer.render(new TextEncoder().encode(text), 'text', nowMs);
  return rendered.ok ? new TextDecoder().decode(rendered.value.body) : undefined;
}

function restarted(options: Partial<ViewOptions>, renderer: TestRenderer): TestRenderer {
  return rendererOf(options, savedAndRead(renderer));
}

/** What two replicas show and remember that saw the same scrapes, one of them started anew in between. */
function replicas(
  options: Partial<ViewOptions>,
  scrapes: readonly Scrape[],
  restartAt: number,
): readonly [unknown, unknown] {
  const first = rendererOf(options);
  let second = rendererOf(options);
  const bodies = scrapes.map((scrape, index) => {
    if (index === restartAt) second = restarted(options, second);
    return [render(first, scrape, index), render(second, scrape, index)] as const;
  });
  return [
    { bodies: bodies.map(([body]) => body), ...remembered(first) },
    { bodies: bodies.map(([, body]) => body), ...remembered(second) },
  ];
}

/** What a view remembers of values and identifiers; identifiers in no order. */
function remembered(renderer: TestRenderer): object {
  const { admitted, memberships } = renderer.snapshot();
  return { admitted, memberships: Object.values(memberships ?? {}).map((ids) => ids.toSorted()) };
}

describe('values under a cap', () => {
  const VALUES = ['a', 'b', 'c', 'd', 'e', '', '__other__'];
  const arbitraryModels = fc.uniqueArray(fc.constantFrom(...VALUES), { maxLength: VALUES.length });
  const arbitraryScrape = fc
    .record({
      counter: arbitraryModels,
      gauge: arbitraryModels,
      plain: arbitraryModels,
      isBroken: fc.boolean(),
    })
    .map(({ counter, gauge, plain, isBroken }): Scrape & { readonly counter: readonly string[] } => ({
      counter,
      isBroken,
      lines: [
        'up 1',
        '# TYPE x counter',
        ...counter.map((model, index) => `x{model="${model}",route="/${index}"} ${index + 1}`),
        '# TYPE summed gauge',
        ...gauge.map((model, index) => `summed{model="${model}"} ${index}`),
        '# TYPE plain gauge',
        ...plain.map((model, index) => `plain{model="${model}"} ${index}`),
      ],
    }));
  const arbitraryScrapes = fc.array(arbitraryScrape, { minLength: 2, maxLength: 10 });
  const arbitraryMax = fc.integer({ min: 1, max: 4 });
  const modelsOf = (text: string, metric: string): readonly string[] =>
    [...text.matchAll(new RegExp(`^${metric}\\{(?:model="([^"]*)")?`, 'gm'))].map(([, model = '']) => model);

  test('replicas and restarts agree', () => {
    fc.assert(
      fc.property(arbitraryScrapes, arbitraryMax, fc.nat(9), (scrapes, max, restartAt) => {
        const options = { maxValuesPerLabel: max, gauges: { summed: 'sum' } } as const;
        const [first, second] = replicas(options, scrapes, restartAt);
        expect(second).toEqual(first);
      }),
      { numRuns: 150 },
    );
  });

  test('never more names than allowed, always the first ones, and never a name lost', () => {
    fc.assert(
      fc.property(arbitraryScrapes, arbitraryMax, (scrapes, max) => {
        const renderer = rendererOf({ maxValuesPerLabel: max, gauges: { summed: 'sum' } });
        const admitted: string[] = [];
        for (const [index, scrape] of scrapes.entries()) {
          const text = render(renderer, scrape, index);
          expect(text === undefined).toBe(scrape.isBroken);
          if (text === undefined) continue;
          for (const model of scrape.counter) {
            const isName = model !== '' && model !== '__other__';
            if (isName && admitted.length < max && !admitted.includes(model)) admitted.push(model);
          }
          const expected = scrape.counter.map((model) =>
            model === '' || admitted.includes(model) ? model : '__other__',
          );
          expect(new Set(modelsOf(text, 'x'))).toEqual(new Set(expected));
          for (const metric of ['summed', 'plain']) {
            const names = new Set(
              modelsOf(text, metric).filter((model) => model !== '' && model !== '__other__'),
            );
            expect(names.size).toBeLessThanOrEqual(max);
          }
          expect(modelsOf(text, 'plain')).not.toContain('__other__');
        }
      }),
      { numRuns: 150 },
    );
  });

  test('the total over all names is the total of the inputs, and no output ever falls', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(5), { minLength: 6, maxLength: 6 }), { minLength: 2, maxLength: 12 }),
        arbitraryMax,
        fc.nat(11),
        (scrapes, max, restartAt) => {
          const options = { maxValuesPerLabel: max };
          let renderer = rendererOf(options);
          const values = [0, 0, 0, 0, 0, 0];
          const before = new Map<string, number>();
          for (const [index, gains] of scrapes.entries()) {
            if (index === restartAt) renderer = restarted(options, renderer);
            for (const at of values.keys()) values[at] = (values[at] ?? 0) + (gains[at] ?? 0);
            // Each value is seen from its first call on, so that new ones come late.
            const lines = values.flatMap((value, at) => (value === 0 ? [] : [`x{model="m${at}"} ${value}`]));
            if (lines.length === 0) continue;
            const shown = renderLines(renderer, ['# TYPE x counter', ...lines], index).map((line) => {
              const [key = '', value = ''] = line.split(' ');
              return [key, Number(value)] as const;
            });
            expect(shown.reduce((sum, [, value]) => sum + value, 0)).toBe(values.reduce((a, b) => a + b, 0));
            for (const [key, value] of shown) {
              expect(value).toBeGreaterThanOrEqual(before.get(key) ?? 0);
              before.set(key, value);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('derived membership', () => {
  const TEAMS = ['acme', 'globex', 'None', ''];
  const KEYS = ['k1', 'k2', 'k3', 'None'];
  const arbitrarySeries = fc.record({
    key: fc.constantFrom(...KEYS),
    team: fc.constantFrom(...TEAMS),
    user: fc.constantFrom('u1', 'u2', 'None'),
    alias: fc.constantFrom('named', 'None'),
    endUser: fc.constantFrom(...KEYS),
  });
  type Series = typeof arbitrarySeries extends fc.Arbitrary<infer T> ? T : never;
  const arbitraryScrape = fc
    .record({
      series: fc.array(arbitrarySeries, { maxLength: 6 }),
      isBudgetFirst: fc.boolean(),
      isBroken: fc.boolean(),
    })
    .map(({ series, isBudgetFirst, isBroken }) => {
      const spend = [
        '# TYPE spend gauge',
        ...series.map(
          ({ key, team, user, alias, endUser }, index) =>
            `spend{hashed_api_key="${key}",team="${team}",user="${user}",api_key_alias="${alias}",end_user="${endUser}",at="${index}"} 1`,
        ),
      ];
      const budget = ['# TYPE budget gauge', ...KEYS.map((key) => `budget{hashed_api_key="${key}"} 1`)];
      return { series, isBroken, lines: isBudgetFirst ? [...budget, ...spend] : [...spend, ...budget] };
    });
  const arbitraryScrapes = fc.array(arbitraryScrape, { minLength: 1, maxLength: 8 });
  const optionsFor = (team: string): Partial<ViewOptions> => ({
    preset: 'litellm',
    only: { team: [team] },
    derive: true,
    labels: [{ label: '*', action: 'keep' }],
  });
  const budgetsIn = (text: string): readonly string[] =>
    [...text.matchAll(/^budget\{hashed_api_key="([^"]*)"\}/gm)].map(([, key = '']) => key);
  const isReal = (value: string): boolean => value !== '' && value !== 'None';

  test('replicas and restarts agree', () => {
    fc.assert(
      fc.property(arbitraryScrapes, fc.nat(7), (scrapes, restartAt) => {
        const [first, second] = replicas(optionsFor('acme'), scrapes, restartAt);
        expect(second).toEqual(first);
      }),
      { numRuns: 150 },
    );
  });

  test('a tenant sees exactly the budgets of keys that were seen with it, and with nobody else', () => {
    fc.assert(
      fc.property(arbitraryScrapes, (scrapes) => {
        const renderers = ['acme', 'globex'].map((team) => ({
          team,
          renderer: rendererOf(optionsFor(team)),
        }));
        const seen: Series[] = [];
        for (const [index, scrape] of scrapes.entries()) {
          if (!scrape.isBroken) seen.push(...scrape.series);
          const shown = renderers.map(({ team, renderer }) => {
            const text = render(renderer, scrape, index);
            return text === undefined ? undefined : { team, keys: budgetsIn(text) };
          });
          for (const view of shown) {
            if (view === undefined) continue;
            const expected = KEYS.filter((key) => {
              const withKey = seen.filter((series) => isReal(key) && series.key === key);
              const says = withKey.filter(
                ({ team, user, alias }) => isReal(team) || isReal(user) || isReal(alias),
              );
              return says.length > 0 && says.every(({ team }) => team === view.team);
            });
            expect(view.keys).toEqual(expected);
          }
          const [acme, globex] = shown;
          expect(acme?.keys.filter((key) => globex?.keys.includes(key))).toEqual(
            acme === undefined ? undefined : [],
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  test('the order of series and metrics within a scrape changes nothing', () => {
    fc.assert(
      fc.property(arbitraryScrape, (scrape) => {
        const [forth, back] = [scrape.series, scrape.series.toReversed()].map((series) => {
          const lines = series.map(
            ({ key, team }, index) => `s{hashed_api_key="${key}",team="${team}",at="${index}"} 1`,
          );
          const budget = KEYS.map((key) => `budget{hashed_api_key="${key}"} 1`);
          const text = ['# TYPE budget gauge', ...budget, '# TYPE s gauge', ...lines];
          return budgetsIn(new TextDecoder().decode(renderWhole(rendererOf(optionsFor('acme')), text).body));
        });
        expect(back).toEqual(forth);
      }),
      { numRuns: 150 },
    );
  });
});
