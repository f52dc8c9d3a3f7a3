import { describe, expect, test } from 'vitest';
import { fail, ok, type Result } from '../../../src/internal/result.js';
import { coalesceFetches } from '../../../src/targets/coalesce.js';
import { fetchWithin, parseScrapeTimeout, type WaitFailure } from '../../../src/targets/deadline.js';
import type { FetchedExposition, Target, TargetFailure } from '../../../src/targets/target.js';
import { ManualClock } from '../../support/manual-clock.js';

type Outcome = Result<FetchedExposition, TargetFailure>;

const WHOLE: Outcome = ok({
  format: 'text',
  quotedNames: false,
  body: Buffer.from('up 1\n'),
  receivedBytes: 5,
  durationMs: 1,
});
const LATE: Result<FetchedExposition, WaitFailure> = fail({ by: 'waiter' });

function pendingTarget(): { target: Target; answer: (outcome: Outcome) => void; fetches: () => number } {
  const waiting: ((outcome: Outcome) => void)[] = [];
  return {
    target: {
      name: 'upstream',
      fetch: () =>
        new Promise((resolve) => {
          waiting.push(resolve);
        }),
      close: () => Promise.resolve(),
    },
    answer: (outcome) => {
      for (const resolve of waiting) resolve(outcome);
    },
    fetches: () => waiting.length,
  };
}

describe('parseScrapeTimeout', () => {
  test.each([
    undefined,
    '',
    ' ',
    '0',
    '0.0',
    '-1',
    '+1',
    '1e3',
    '1,5',
    '.5',
    '5.',
    '10s',
    ' 10',
    '10 ',
    '0x10',
    'NaN',
    'Infinity',
    '3600.1',
    '99999999999',
    '1'.repeat(400),
    '٣',
    '10, 10',
  ])('ignores %j', (header) => {
    expect(parseScrapeTimeout(header)).toBeUndefined();
  });

  test.each([
    ['10', 9500],
    ['10.000000', 9500],
    ['5', 4500],
    ['4', 3600],
    ['1', 900],
    ['0.5', 450],
    ['3600', 3_599_500],
  ])('%s s leaves %d ms', (header, budgetMs) => {
    expect(parseScrapeTimeout(header)).toBe(budgetMs);
  });
});

describe('fetchWithin', () => {
  test('gives up at its budget and not before', async () => {
    const clock = new ManualClock();
    const { target } = pendingTarget();
    const waiting = fetchWithin(target, 'text', 900, clock);
    clock.advance(899);
    expect(clock.pendingTimers).toBe(1);
    expect(await Promise.race([waiting, Promise.resolve('waiting')])).toBe('waiting');
    clock.advance(1);
    expect(await waiting).toEqual(LATE);
  });

  test('gives up for one waiter alone: the shared fetch goes on', async () => {
    const clock = new ManualClock();
    const { target, answer, fetches } = pendingTarget();
    const shared = coalesceFetches(target);
    const hasty = fetchWithin(shared, 'text', 100, clock);
    const patient = fetchWithin(shared, 'text', 5000, clock);
    const unhurried = fetchWithin(shared, 'text', undefined, clock);
    clock.advance(100);
    expect(await hasty).toEqual(LATE);
    answer(WHOLE);
    expect(await patient).toEqual(WHOLE);
    expect(await unhurried).toEqual(WHOLE);
    expect(fetches()).toBe(1);
  });

  test('tells a target that is late from a waiter that gives up', async () => {
    const { target, answer } = pendingTarget();
    const waiting = fetchWithin(target, 'text', 100, new ManualClock());
    answer(fail({ reason: 'timeout' }));
    expect(await waiting).toEqual(fail({ by: 'target', failure: { reason: 'timeout' } }));
  });

  test('leaves no timer behind', async () => {
    const clock = new ManualClock();
    const { target, answer } = pendingTarget();
    const waiting = fetchWithin(target, 'text', 100, clock);
    answer(WHOLE);
    expect(await waiting).toEqual(WHOLE);
    await Promise.resolve();
    expect(clock.pendingTimers).toBe(0);
  });
});
