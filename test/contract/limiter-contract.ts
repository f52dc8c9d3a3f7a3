// What every store of lockouts and budgets must do, whatever it keeps its numbers in.
// A store is made with options and a clock; the suite moves that clock.

import { describe, expect, test } from 'vitest';

import type { Clock } from '../../src/internal/clock.js';
import type { Budget, Lockout } from '../../src/limits/limiter.js';
import type { LimitNumbers } from '../../src/limits/resolve-options.js';
import { ManualClock } from '../support/manual-clock.js';

const LIMITS: LimitNumbers = {
  failuresPerMinute: 3,
  lockoutMs: 900_000,
  requestsPerWindow: 6,
  windowMs: 60_000,
  maxClients: 1_000,
};

type Create<Store> = (options: LimitNumbers, deps: { readonly clock: Clock }) => Store;

/** Runs the suite of lockouts against a store. */
export function describeLockoutContract(name: string, create: Create<Lockout>): void {
  const scene = () => {
    const clock = new ManualClock();
    return { clock, lockout: create(LIMITS, { clock }) };
  };

  describe(`lockout contract: ${name}`, () => {
    test('a prefix without failures is free', async () => {
      const { lockout } = scene();
      expect(await lockout.check('a')).toEqual({ locked: false });
      expect(lockout.lockedCount()).toBe(0);
    });

    test('the last failure that is allowed in a minute locks out, for the whole time', async () => {
      const { clock, lockout } = scene();
      expect(await lockout.fail('a')).toEqual({ locked: false });
      clock.advance(29_000);
      expect(await lockout.fail('a')).toEqual({ locked: false });
      clock.advance(30_999);
      expect(await lockout.fail('a')).toEqual({ locked: true, since: 'now', retryAfterMs: 900_000 });
      clock.advance(899_999);
      expect(await lockout.check('a')).toEqual({ locked: true, retryAfterMs: 1 });
      expect(lockout.lockedCount()).toBe(1);
      clock.advance(1);
      expect(await lockout.check('a')).toEqual({ locked: false });
      expect(lockout.lockedCount()).toBe(0);
    });

    test('failures that are a minute old no longer count', async () => {
      const { clock, lockout } = scene();
      for (let minute = 0; minute < 10; minute += 1) {
        expect(await lockout.fail('a')).toEqual({ locked: false });
        expect(await lockout.fail('a')).toEqual({ locked: false });
        clock.advance(60_000);
      }
    });

    test('in no minute are there twice as many failures', async () => {
      const { clock, lockout } = scene();
      await lockout.fail('a');
      clock.advance(59_000);
      await lockout.fail('a');
      clock.advance(1_000);
      const states = [];
      for (let i = 0; i < LIMITS.failuresPerMinute; i += 1) states.push(await lockout.fail('a'));
      // With the one a second ago, this many failures were examined within a minute.
      const examined = 1 + states.findIndex(({ locked }) => locked) + 1;
      expect(states.at(-1)).toMatchObject({ locked: true });
      expect(examined).toBeLessThan(2 * LIMITS.failuresPerMinute);
    });

    test('more failures do not make a lockout longer', async () => {
      const { clock, lockout } = scene();
      for (let i = 0; i < 3; i += 1) await lockout.fail('a');
      clock.advance(800_000);
      expect(await lockout.fail('a')).toEqual({ locked: true, since: 'before', retryAfterMs: 100_000 });
      clock.advance(100_000);
      expect(await lockout.fail('a')).toEqual({ locked: false });
    });

    test('C16: prefixes do not know of each other, and asking costs nothing', async () => {
      const { lockout } = scene();
      for (let i = 0; i < 3; i += 1) await lockout.fail('a');
      for (let i = 0; i < 50; i += 1) expect(await lockout.check('b')).toEqual({ locked: false });
      expect(await lockout.fail('b')).toEqual({ locked: false });
      expect(await lockout.fail('__proto__')).toEqual({ locked: false });
      expect(lockout.lockedCount()).toBe(1);
    });

    test('C16: rotating through prefixes that fail less pushes no lockout out', async () => {
      const { lockout } = scene();
      for (let i = 0; i < 3; i += 1) await lockout.fail('attacker');
      for (let i = 0; i < 3 * LIMITS.maxClients; i += 1) {
        await lockout.fail(`other-${i}`);
        await lockout.fail(`other-${i}`);
      }
      expect(await lockout.check('attacker')).toMatchObject({ locked: true });
    });
  });
}

/** Runs the suite of budgets against a store. */
export function describeBudgetContract(name: string, create: Create<Budget>): void {
  const scene = (options: Partial<LimitNumbers> = {}) => {
    const clock = new ManualClock();
    return { clock, budget: create({ ...LIMITS, ...options }, { clock }) };
  };

  describe(`budget contract: ${name}`, () => {
    test('a full budget can be spent at once, and no more', async () => {
      const { budget } = scene();
      for (let i = 0; i < 6; i += 1) expect(await budget.take('a')).toEqual({ within: true });
      expect(await budget.take('a')).toMatchObject({ within: false });
      expect(await budget.take('b')).toEqual({ within: true });
    });

    test('the time to wait is enough, and less is not', async () => {
      const { clock, budget } = scene();
      for (let i = 0; i < 6; i += 1) await budget.take('a');
      const refused = await budget.take('a');
      const retryAfterMs = refused.within ? 0 : refused.retryAfterMs;
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(10_000);
      clock.advance(retryAfterMs - 1);
      expect(await budget.take('a')).toMatchObject({ within: false });
      clock.advance(1);
      expect(await budget.take('a')).toEqual({ within: true });
    });

    test.each([1, 2, 6, 7, 120])(
      '%i requests a window, evenly and a little early now and then, always pass',
      async (requests) => {
        const { clock, budget } = scene({ requestsPerWindow: requests });
        const intervalMs = 60_000 / requests;
        for (let i = 0; i < 500; i += 1) {
          expect(await budget.take('a')).toEqual({ within: true });
          // Every second request comes 5 % late, the next one 5 % early.
          clock.advance(intervalMs * (i % 2 === 0 ? 1.05 : 0.95));
        }
      },
    );

    test('in no window do more than twice as many pass, and over time no more than the rate', async () => {
      const { clock, budget } = scene();
      const passedAtMs: number[] = [];
      for (let nowMs = 0; nowMs < 600_000; nowMs += 500) {
        if ((await budget.take('a')).within) passedAtMs.push(nowMs);
        clock.advance(500);
      }
      for (const startMs of passedAtMs) {
        const inWindow = passedAtMs.filter((atMs) => atMs >= startMs && atMs < startMs + 60_000);
        expect(inWindow.length).toBeLessThanOrEqual(12);
      }
      expect(passedAtMs.length).toBeLessThanOrEqual(60 + 6);
    });

    test('a refused request costs nothing', async () => {
      const { clock, budget } = scene();
      for (let i = 0; i < 1_000; i += 1) await budget.take('a');
      clock.advance(60_000);
      for (let i = 0; i < 6; i += 1) expect(await budget.take('a')).toEqual({ within: true });
    });
  });
}
