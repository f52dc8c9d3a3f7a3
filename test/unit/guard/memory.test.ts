import { describe, expect, it } from 'vitest';
import { createGuardMemory } from '../../../src/guard/memory.js';
import { Secret } from '../../../src/internal/secret.js';
import type { Sharing } from '../../../src/limits/limiter.js';
import { resolveLimitsOptions, type ResolvedLimitsOptions } from '../../../src/limits/resolve-options.js';
import { ManualClock } from '../../support/manual-clock.js';
import { nextTurn } from '../../support/next-turn.js';
import { createTestStore, type TestStore } from '../../support/shared-store.js';

const SECRET = Buffer.alloc(32, 7);

function limitsAt(url?: string, failuresPerMinute = 3): ResolvedLimitsOptions {
  const resolved = resolveLimitsOptions({
    failuresPerMinute,
    ...(url !== undefined && { redis: { url: new Secret(url) } }),
  });
  if (!resolved.ok) throw new Error('refused');
  return resolved.value;
}

function createScene() {
  const clock = new ManualClock();
  const stores: TestStore[] = [];
  const told: Sharing[] = [];
  const memory = createGuardMemory(
    { asked: () => {}, trouble: () => {}, sharing: (sharing) => told.push(sharing) },
    (limits) => {
      const store = createTestStore(limits, clock);
      stores.push(store);
      return (opening) => store.open(opening);
    },
  );
  const deps = { clock, secret: SECRET };
  return { clock, stores, told, memory, deps };
}

describe('the memory of guards', () => {
  it('reaches for nobody where replicas do not count together', () => {
    const { memory, stores, deps } = createScene();
    memory.start();
    memory.limitsFor(limitsAt(), deps);
    expect(stores).toEqual([]);
    expect(memory.sharing()).toBeUndefined();
  });

  it('reaches for replicas when it is started, and not before', async () => {
    const { memory, stores, told, deps } = createScene();
    memory.limitsFor(limitsAt('redis://redis.example'), deps);
    await nextTurn();
    expect(stores[0]?.opened()).toBe(0);
    memory.start();
    await nextTurn();
    expect(stores[0]?.opened()).toBe(1);
    expect([told, memory.sharing()]).toEqual([[{ shared: true }], { shared: true }]);
  });

  it('keeps its link over a reload that changes nothing of it', async () => {
    const { memory, stores, told, deps } = createScene();
    memory.start();
    for (let i = 0; i < 3; i += 1) memory.limitsFor(limitsAt('redis://gate:old@redis.example'), deps);
    await nextTurn();
    expect(stores).toHaveLength(1);
    expect(stores[0]?.closed()).toBe(0);
    expect(told).toEqual([{ shared: true }]);
  });

  it.each([
    ['another password', limitsAt('redis://gate:new@redis.example'), SECRET],
    ['another place', limitsAt('redis://gate:old@redis.example/1'), SECRET],
    ['other numbers', limitsAt('redis://gate:old@redis.example', 4), SECRET],
    ['another secret', limitsAt('redis://gate:old@redis.example'), Buffer.alloc(32, 8)],
  ])('links anew under %s', async (_, limits, secret) => {
    const { memory, stores, deps } = createScene();
    memory.start();
    memory.limitsFor(limitsAt('redis://gate:old@redis.example'), deps);
    await nextTurn();
    memory.limitsFor(limits, { ...deps, secret });
    await nextTurn();
    expect(stores.map((store) => [store.opened(), store.closed()])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  it('keeps what this process counted when replicas no longer count together', async () => {
    const { memory, stores, deps } = createScene();
    memory.start();
    const shared = memory.limitsFor(limitsAt('redis://redis.example'), deps);
    await nextTurn();
    for (let i = 0; i < 3; i += 1) await shared.lockout.fail('x');
    const alone = memory.limitsFor(limitsAt(), deps);
    expect(await alone.lockout.check('x')).toMatchObject({ locked: true });
    expect(stores[0]?.closed()).toBe(1);
    expect(memory.sharing()).toBeUndefined();
    // A request under the old configuration may still ask.
    expect(await shared.lockout.check('y')).toEqual({ locked: false });
  });

  it('lets go when it is closed', async () => {
    const { memory, stores, deps, clock } = createScene();
    memory.start();
    memory.limitsFor(limitsAt('redis://redis.example'), deps);
    await nextTurn();
    memory.close();
    expect(stores[0]?.closed()).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
