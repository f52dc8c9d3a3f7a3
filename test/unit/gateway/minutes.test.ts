import { describe, expect, it } from 'vitest';
import { Minutes } from '../../../src/gateway/minutes.js';
import { ManualClock } from '../../support/manual-clock.js';

const MINUTE_MS = 60_000;

describe('the last hour', () => {
  it('has a place for each minute, and nothing for those before the start', () => {
    const clock = new ManualClock();
    clock.advance(10.5 * MINUTE_MS);
    const minutes = new Minutes(clock);
    minutes.current().scrapes += 1;
    clock.advance(2 * MINUTE_MS);
    minutes.current().refusals += 2;
    const list = minutes.list();
    expect(list).toHaveLength(60);
    expect(list.slice(-4)).toEqual([
      undefined,
      { scrapes: 1, failures: 0, refusals: 0 },
      { scrapes: 0, failures: 0, refusals: 0 },
      { scrapes: 0, failures: 0, refusals: 2 },
    ]);
  });

  it('forgets what is older, whether or not anything came since', () => {
    const clock = new ManualClock();
    const minutes = new Minutes(clock);
    minutes.current().scrapes += 1;
    clock.advance(59 * MINUTE_MS);
    expect(minutes.list()[0]).toMatchObject({ scrapes: 1 });
    clock.advance(MINUTE_MS);
    expect(minutes.list().some((minute) => minute === undefined || minute.scrapes > 0)).toBe(false);
    minutes.current().scrapes += 3;
    expect(minutes.list().at(-1)).toMatchObject({ scrapes: 3 });
    clock.advance(1000 * MINUTE_MS);
    expect(minutes.list().some((minute) => minute === undefined || minute.scrapes > 0)).toBe(false);
  });

  it('adds up the reasons of an hour, the most frequent first', () => {
    const clock = new ManualClock();
    const minutes = new Minutes(clock);
    const refuse = (reason: string, times: number): void => {
      const { reasons } = minutes.current();
      reasons.set(reason, (reasons.get(reason) ?? 0) + times);
    };
    refuse('old', 9);
    clock.advance(MINUTE_MS);
    refuse('a', 1);
    refuse('b', 2);
    clock.advance(59 * MINUTE_MS);
    refuse('a', 3);
    refuse('c', 2);
    expect(minutes.reasons()).toEqual([
      { reason: 'a', count: 4 },
      { reason: 'b', count: 2 },
      { reason: 'c', count: 2 },
    ]);
  });
});
