import { describe, expect, it } from 'vitest';
import type { Budget, Lockout } from '../../../src/limits/limiter.js';
import { createMemoryBudget } from '../../../src/limits/memory-budget.js';
import { createMemoryLockout } from '../../../src/limits/memory-lockout.js';
import type { LimitNumbers } from '../../../src/limits/resolve-options.js';
import { createSharedBudget, createSharedLockout } from '../../../src/limits/shared-limits.js';
import { ManualClock } from '../../support/manual-clock.js';
import { createTestStore, type TestStore } from '../../support/shared-store.js';

const LIMITS: LimitNumbers = {
  failuresPerMinute: 3,
  lockoutMs: 900_000,
  requestsPerWindow: 6,
  windowMs: 60_000,
  maxClients: 1_000,
};

interface Replica {
  readonly lockout: Lockout;
  readonly budget: Budget;
}

interface Scene {
  readonly clock: ManualClock;
  readonly store: TestStore;
  readonly a: Replica;
  readonly b: Replica;
  /** Whether questions are answered at all. */
  up: boolean;
}

async function twoReplicas(): Promise<Scene> {
  const clock = new ManualClock();
  const store = createTestStore(LIMITS, clock);
  const opened = await store.open({ onLost: () => {}, signal: new AbortController().signal });
  const scene = { clock, store, up: true };
  const link = {
    ask: async <T>(question: (opened: Awaited<ReturnType<TestStore['open']>>) => Promise<T>) =>
      scene.up ? question(opened) : undefined,
  };
  const replica = (): Replica => ({
    lockout: createSharedLockout(createMemoryLockout(LIMITS, { clock }), link),
    budget: createSharedBudget(createMemoryBudget(LIMITS, { clock }), link),
  });
  return Object.assign(scene, { a: replica(), b: replica() });
}

describe('lockouts of replicas', () => {
  it('C16: failures at one and the other add up, and lock out at both', async () => {
    const { a, b } = await twoReplicas();
    expect(await a.lockout.fail('x')).toEqual({ locked: false });
    expect(await b.lockout.fail('x')).toEqual({ locked: false });
    expect(await a.lockout.fail('x')).toEqual({ locked: true, since: 'now', retryAfterMs: 900_000 });
    // The other one hears of it with its next failure, too.
    expect(await b.lockout.fail('x')).toEqual({ locked: true, since: 'before', retryAfterMs: 900_000 });
    expect(await b.lockout.check('x')).toEqual({ locked: true, retryAfterMs: 900_000 });
    expect(await b.lockout.check('y')).toEqual({ locked: false });
    expect([a.lockout.lockedCount(), b.lockout.lockedCount()]).toEqual([1, 1]);
  });

  it('end everywhere at the same time', async () => {
    const { a, b, clock } = await twoReplicas();
    for (let i = 0; i < 3; i += 1) await a.lockout.fail('x');
    clock.advance(400_000);
    expect(await b.lockout.check('x')).toEqual({ locked: true, retryAfterMs: 500_000 });
    clock.advance(500_000);
    expect(await a.lockout.check('x')).toEqual({ locked: false });
    expect(await b.lockout.check('x')).toEqual({ locked: false });
  });

  it('C17: are in force when the store is lost, at whoever heard of them', async () => {
    const scene = await twoReplicas();
    for (let i = 0; i < 3; i += 1) await scene.a.lockout.fail('x');
    await scene.b.lockout.check('x');
    scene.up = false;
    expect(await scene.a.lockout.check('x')).toMatchObject({ locked: true });
    expect(await scene.b.lockout.check('x')).toMatchObject({ locked: true });
  });

  it('C17: failures recorded while the store was lost stay in force when it comes back', async () => {
    const scene = await twoReplicas();
    scene.up = false;
    for (let i = 0; i < 3; i += 1) await scene.a.lockout.fail('x');
    scene.up = true;
    expect(await scene.a.lockout.check('x')).toMatchObject({ locked: true });
    expect(await scene.a.lockout.fail('x')).toMatchObject({ locked: true });
  });

  it('C17: failures recorded before the store was lost count afterwards', async () => {
    const scene = await twoReplicas();
    await scene.a.lockout.fail('x');
    await scene.a.lockout.fail('x');
    scene.up = false;
    expect(await scene.a.lockout.fail('x')).toMatchObject({ locked: true });
  });

  it('are not asked about again by whoever knows of them', async () => {
    const { a, store } = await twoReplicas();
    for (let i = 0; i < 3; i += 1) await a.lockout.fail('x');
    const before = store.asked();
    for (let i = 0; i < 100; i += 1) await a.lockout.check('x');
    expect(store.asked()).toBe(before);
  });

  it('C16: attempts whose answers come at once each meet the failures before them', async () => {
    const { a, store } = await twoReplicas();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    store.before = () => held;
    let examined = 0;
    const attempts = Array.from({ length: 200 }, async () => {
      if ((await a.lockout.check('x')).locked) return;
      // As long as an examination in memory takes: a few turns of promises.
      for (let i = 0; i < 5; i += 1) await Promise.resolve();
      examined += 1;
      await a.lockout.fail('x');
    });
    const stranger = a.lockout.check('y');
    release();
    expect(await stranger).toEqual({ locked: false });
    await Promise.all(attempts);
    expect(examined).toBe(3);
  });
});

describe('budgets of replicas', () => {
  it('are one budget', async () => {
    const { a, b } = await twoReplicas();
    for (let i = 0; i < 3; i += 1) {
      expect(await a.budget.take('c')).toEqual({ within: true });
      expect(await b.budget.take('c')).toEqual({ within: true });
    }
    expect(await a.budget.take('c')).toMatchObject({ within: false });
    expect(await b.budget.take('c')).toMatchObject({ within: false });
  });

  it('C17: go on with what this process counted when the store is lost', async () => {
    const scene = await twoReplicas();
    for (let i = 0; i < 6; i += 1) await scene.a.budget.take('c');
    scene.up = false;
    expect(await scene.a.budget.take('c')).toMatchObject({ within: false });
    // The other one counted nothing, and knows of nothing.
    expect(await scene.b.budget.take('c')).toEqual({ within: true });
  });

  it('a request that replicas refuse costs nothing here', async () => {
    const scene = await twoReplicas();
    for (let i = 0; i < 6; i += 1) await scene.b.budget.take('c');
    for (let i = 0; i < 50; i += 1) expect(await scene.a.budget.take('c')).toMatchObject({ within: false });
    scene.up = false;
    for (let i = 0; i < 6; i += 1) expect(await scene.a.budget.take('c')).toEqual({ within: true });
  });
});
