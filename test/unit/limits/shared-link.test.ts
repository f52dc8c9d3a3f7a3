import { describe, expect, it } from 'vitest';
import type { Sharing } from '../../../src/limits/limiter.js';
import { COMMAND_DEADLINE_MS, createSharedLink, type SharedLink } from '../../../src/limits/shared-link.js';
import { SharingError } from '../../../src/limits/shared-store.js';
import { ManualClock } from '../../support/manual-clock.js';
import { nextTurn } from '../../support/next-turn.js';
import { createTestStore, type TestStore } from '../../support/shared-store.js';

const LIMITS = {
  failuresPerMinute: 3,
  lockoutMs: 900_000,
  requestsPerWindow: 6,
  windowMs: 60_000,
  maxClients: 1_000,
};
const NEVER = (): Promise<never> => new Promise(() => {});

interface Scene {
  readonly clock: ManualClock;
  readonly store: TestStore;
  readonly link: SharedLink;
  readonly told: Sharing[];
  /** Lets time pass, and everything that it set off take place. */
  readonly pass: (ms: number) => Promise<void>;
  readonly ask: () => Promise<number | undefined>;
}

function createScene(): Scene {
  const clock = new ManualClock();
  const store = createTestStore(LIMITS, clock);
  const told: Sharing[] = [];
  const link = createSharedLink({ open: store.open, clock, onChange: (sharing) => told.push(sharing) });
  return {
    clock,
    store,
    link,
    told,
    async pass(ms) {
      clock.advance(ms);
      for (let i = 0; i < 5; i += 1) await nextTurn();
    },
    ask: () => link.ask((opened) => opened.check('x')),
  };
}

async function joined(): Promise<Scene> {
  const scene = createScene();
  scene.link.start();
  await scene.pass(0);
  expect(scene.told).toEqual([{ shared: true }]);
  scene.told.length = 0;
  return scene;
}

describe('a link', () => {
  it('opens nothing before it is started, and answers nothing', async () => {
    const { store, link, ask } = createScene();
    expect(await ask()).toBeUndefined();
    expect(store.opened()).toBe(0);
    link.start();
    link.start();
    await nextTurn();
    expect(store.opened()).toBe(1);
  });

  it('passes on what the store says, and waits for nothing once it is closed', async () => {
    const { ask, link, store, clock, told } = await joined();
    expect(await ask()).toBe(0);
    link.close();
    expect(await ask()).toBeUndefined();
    expect(store.closed()).toBe(1);
    expect(clock.pendingTimers).toBe(0);
    expect(told).toEqual([]);
  });

  it('C17: gives a question up at the deadline, breaks at once, and nobody waits again', async () => {
    const { ask, store, told, pass } = await joined();
    store.before = NEVER;
    const first = ask();
    const second = ask();
    await pass(COMMAND_DEADLINE_MS - 1);
    expect(told).toEqual([]);
    await pass(1);
    expect([await first, await second]).toEqual([undefined, undefined]);
    expect(told).toEqual([{ shared: false, reason: 'late' }]);
    expect(store.closed()).toBe(1);
    const asked = store.asked();
    for (let i = 0; i < 1_000; i += 1) expect(await ask()).toBeUndefined();
    expect(store.asked()).toBe(asked);
  });

  it('an answer that was there when this process came to look is in time', async () => {
    const { store, told, clock, ask } = await joined();
    let answer = (): void => {};
    store.before = () => new Promise((resolve) => (answer = resolve));
    const asked = ask();
    // Both fall due in one turn: the process was busy with something else for longer than the deadline.
    clock.advance(COMMAND_DEADLINE_MS * 3);
    setImmediate(answer);
    expect(await asked).toBe(0);
    expect(told).toEqual([]);
  });

  it.each([
    ['an error of the store', new SharingError('command_failed', 'WRONGTYPE')],
    ['an odd answer', new SharingError('answer_malformed')],
    ['anything else that is thrown', new Error('with text that is not told')],
  ])('C17: breaks on %s', async (_, error) => {
    const { ask, store, told, pass } = await joined();
    store.before = () => Promise.reject(error);
    expect(await ask()).toBeUndefined();
    await pass(0);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      shared: false,
      reason: error instanceof SharingError ? error.reason : 'unreachable',
    });
    expect(JSON.stringify(told)).not.toContain('text');
  });

  it('C17: hears of a store that went away by itself', async () => {
    const { store, told, ask } = await joined();
    store.lose();
    expect(told).toEqual([{ shared: false, reason: 'unreachable' }]);
    expect(await ask()).toBeUndefined();
  });

  it('C17: comes back by itself, and says so once', async () => {
    const { store, told, ask, pass } = await joined();
    store.lose();
    await pass(1_000);
    expect(told).toEqual([{ shared: false, reason: 'unreachable' }, { shared: true }]);
    expect(await ask()).toBe(0);
  });

  it('C17: does not come back to a store that opens but does not answer', async () => {
    const { store, told, pass } = await joined();
    store.before = NEVER;
    store.lose();
    for (let i = 0; i < 10; i += 1) {
      await pass(30_000);
      await pass(COMMAND_DEADLINE_MS);
    }
    expect(told).toEqual([
      { shared: false, reason: 'unreachable' },
      { shared: false, reason: 'late' },
    ]);
    expect(store.closed()).toBe(store.opened());
  });

  it('tries less and less often, and as at first after it held for a minute', async () => {
    const { store, pass } = await joined();
    const attempts = async (ms: number): Promise<number> => {
      const before = store.opened();
      for (let passed = 0; passed < ms; passed += 500) await pass(500);
      return store.opened() - before;
    };
    store.before = () => Promise.reject(new SharingError('command_failed', 'OOM'));
    store.lose();
    expect(await attempts(1_000)).toBe(1);
    expect(await attempts(2_000)).toBe(1);
    expect(await attempts(60_000)).toBeLessThanOrEqual(5);
    expect(await attempts(300_000)).toBe(10);

    store.before = () => Promise.resolve();
    await attempts(30_000);
    await pass(60_000);
    store.lose();
    expect(await attempts(1_000)).toBe(1);
  });

  it('lets go of a connection that opens too late', async () => {
    const { store, link, told, pass } = createScene();
    store.opening = NEVER;
    link.start();
    await pass(1_999);
    expect(store.aborted()).toBe(0);
    await pass(1);
    expect(store.aborted()).toBe(1);
    expect(told).toEqual([{ shared: false, reason: 'late' }]);
  });

  it('lets go of a connection that opens after the end', async () => {
    const { store, link, told, clock, pass } = createScene();
    let open = (): void => {};
    store.opening = () => new Promise((resolve) => (open = resolve));
    link.start();
    await pass(0);
    link.close();
    expect(store.aborted()).toBe(1);
    open();
    await pass(0);
    expect([store.opened(), store.closed()]).toEqual([1, 1]);
    expect(told).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
