// The engine against the reference renderer: over generated sequences of scrapes both give the same bytes, counts and
// counters, or both refuse. Sequences are numbered and can be played again; see test/support/differential/budget.ts.

import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { serialiseExposition } from '../../src/exposition/serialise.js';
import { arbitraryExposition } from '../support/arbitrary-exposition.js';
import { type Budget, numbersOf, readBudget } from '../support/differential/budget.js';
import { firstDifference } from '../support/differential/compare.js';
import { firstConcurrentDifference } from '../support/differential/concurrent.js';
import { Coverage } from '../support/differential/coverage.js';
import { damage, DAMAGE_NAMES } from '../support/differential/damage.js';
import { createLargeSequence } from '../support/differential/large-bodies.js';
import { Random } from '../support/differential/random.js';
import { failureReport } from '../support/differential/report.js';
import { firstFailure, type Source } from '../support/differential/run.js';
import type { Scenario } from '../support/differential/scenario.js';
import { createSequence } from '../support/differential/sequence.js';
import { startServedTarget, startTarget } from '../support/differential/subject.js';
import { viewOptionsOf } from '../support/differential/view-options.js';
import { CHANGE_NAMES } from '../support/differential/world-changes.js';

const budget: Budget = readBudget(process.env);
const TIMEOUT_MS = budget.maxMs === Infinity ? 3_600_000 : 120_000;
const FILE = 'test/property/engine.differential.property.test.ts';

/** Sequences after which everything below has to have happened, each thing some times. */
const SEQUENCES_THAT_COVER = 1000;
const LEAST_TIMES = 2;
const LEAST_REASONS = 30;
const THINGS_THAT_HAPPEN = [
  ...CHANGE_NAMES,
  ...DAMAGE_NAMES,
  'mixed formats',
  'several views',
  'restart',
  'old body',
  'unchanged body',
  'asked twice',
  'same body later',
  'rendered text',
  'rendered openmetrics',
  'nothing in view',
  'quarantined',
  'fewer series',
  'pseudonymised',
  'dropped',
  'overflowed',
  'withheld overflow',
  'withheld ambiguous',

  'with counters',
  'with merged counters',
  'with hidden buckets',
  'detected in __name__',
  'detected in __label__',
  'detected in __help__',
  'detected email',
  'detected ip_address',
  'detected api_key',
  'detected url_userinfo',
  'detected user_agent',
  'detected pseudonym',
];

const SEQUENCES: Source = {
  create: createSequence,
  title: (number) => `sequence ${number}`,
  replay: (number) => replayOf(number, 'SCRAPEGATE_FUZZ_SEQUENCES=1 SCRAPEGATE_FUZZ_LARGE=0'),
};

const LARGE_SEQUENCES: Source = {
  create: createLargeSequence,
  title: (number) => `large sequence ${number}`,
  replay: (number) => replayOf(number, 'SCRAPEGATE_FUZZ_SEQUENCES=0 SCRAPEGATE_FUZZ_LARGE=1'),
};

function replayOf(number: number, amount: string): string {
  return `SCRAPEGATE_FUZZ_SEED=${number} ${amount} npx vitest run ${FILE}`;
}

describe('the engine and the reference agree', () => {
  const coverage = new Coverage();
  const largeCoverage = new Coverage();

  afterAll(() => {
    console.log(`small: ${coverage.summary()}\nlarge: ${largeCoverage.summary()}`);
  });

  test(
    'over sequences of scrapes',
    () => {
      const end = performance.now() + budget.maxMs;
      const isOver = (number: number): boolean =>
        number - budget.first >= budget.leastSequences && performance.now() > end;
      const numbers = numbersOf(budget, budget.sequences);
      const failure = firstFailure(numbers, SEQUENCES, startTarget, { coverage, isOver });
      expect(failure, failure).toBeUndefined();
    },
    TIMEOUT_MS,
  );

  test.runIf(budget.sequences >= SEQUENCES_THAT_COVER)('and these sequences were about everything', () => {
    expect(coverage.missing(THINGS_THAT_HAPPEN, LEAST_TIMES)).toEqual([]);
    expect(coverage.reasons.size).toBeGreaterThanOrEqual(LEAST_REASONS);
  });

  test(
    'over sequences of large bodies',
    () => {
      const numbers = numbersOf(budget, budget.largeSequences);
      const failure = firstFailure(numbers, LARGE_SEQUENCES, startTarget, { coverage: largeCoverage });
      expect(failure, failure).toBeUndefined();
    },
    TIMEOUT_MS,
  );

  test(
    'where every scrape is asked for before the last one is answered',
    async () => {
      for (const [source, count] of [
        [SEQUENCES, budget.concurrentSequences],
        [LARGE_SEQUENCES, Math.ceil(budget.largeSequences / 4)],
      ] as const) {
        for (const number of numbersOf(budget, count)) {
          const scenario = source.create(number);
          const difference = await firstConcurrentDifference(scenario, startServedTarget);
          const failure =
            difference && failureReport(source.title(number), source.replay(number), scenario, difference);
          expect(failure, failure).toBeUndefined();
        }
      }
    },
    TIMEOUT_MS,
  );

  test.each([
    ['text', false],
    ['text', true],
    ['openmetrics', true],
  ] as const)(
    'on single expositions, whole and damaged: %s, quoted names %s',
    (format, quotedNames) => {
      fc.assert(
        fc.property(
          arbitraryExposition(format, { quotedNames }),
          fc.nat(),
          fc.boolean(),
          fc.constantFrom('values' as const, 'allow-utf-8' as const),
          (exposition, choice, isDamaged, escaping) => {
            const whole = Buffer.from(serialiseExposition(exposition, { escaping: 'allow-utf-8' }));
            const body = isDamaged ? damage(whole, format, new Random(choice), new Set()) : whole;
            const scenario: Scenario = {
              views: [viewOptionsOf(choice % 2000)],
              steps: [
                { kind: 'scrape', body, format, nowMs: 0, options: { quotedNames, escaping }, views: [0] },
              ],
              tags: new Set(),
            };
            expect(firstDifference(scenario, startTarget)).toBeUndefined();
          },
        ),
        { numRuns: budget.expositions, seed: budget.first + budget.shard },
      );
    },
    TIMEOUT_MS,
  );
});
