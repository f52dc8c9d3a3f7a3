import { describe, expect, test } from 'vitest';

import type { IssuerFailure } from '../../../../src/auth/oidc/issuer-failure.js';
import type { VerificationKey } from '../../../../src/auth/oidc/key-set.js';
import { createKeyStore, type KeyStore } from '../../../../src/auth/oidc/key-store.js';
import type { Timer } from '../../../../src/internal/clock.js';
import { fail, ok, type Result } from '../../../../src/internal/result.js';
import { ManualClock } from '../../../support/manual-clock.js';

type Fetched = Result<readonly VerificationKey[], IssuerFailure>;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DOWN: Fetched = fail({ reason: 'unreachable' });
const UNREACHABLE = { ok: false, error: 'issuer_unreachable' };
const UNKNOWN = { ok: false, error: 'token_key_unknown' };

function key(kid: string | undefined, ...algorithms: VerificationKey['algorithms']): VerificationKey {
  const allowed = algorithms.length === 0 ? (['ES256'] as const) : algorithms;
  return { id: `${kid} ${allowed.join()}`, kid, algorithms: allowed, jwk: {} };
}

interface Scene {
  readonly clock: ManualClock;
  readonly store: KeyStore;
  /** What the next fetch brings; undefined: it hangs until `release`. */
  next: Fetched | undefined;
  readonly fetches: () => number;
  readonly release: (fetched: Fetched) => Promise<void>;
  /** Ids of the keys for a token, or why there are none. */
  readonly find: (kid?: string, algorithm?: VerificationKey['algorithms'][number]) => Promise<unknown>;
}

/** Its timers fire before their time, as those of Node do. */
class HastyClock extends ManualClock {
  override after(delayMs: number, action: () => void): Timer {
    return super.after(delayMs - 0.5, action);
  }
}

function scene(
  next: Fetched | undefined = ok([key('a')]),
  maxStaleMs: number = DAY_MS,
  clock: ManualClock = new ManualClock(),
): Scene {
  const hanging: ((fetched: Fetched) => void)[] = [];
  let fetches = 0;
  const store = createKeyStore({
    clock,
    maxStaleMs,
    read: () => {
      fetches += 1;
      const { next: now } = made;
      return now === undefined ? new Promise((resolve) => hanging.push(resolve)) : Promise.resolve(now);
    },
  });
  const made: Scene = {
    clock,
    store,
    next,
    fetches: () => fetches,
    release: async (fetched) => {
      for (const resolve of hanging.splice(0)) resolve(fetched);
      await settle();
    },
    find: async (kid, algorithm = 'ES256') => {
      const found = await store.find(kid, algorithm);
      return found.ok ? found.value.map(({ id }) => id) : found;
    },
  };
  return made;
}

/** What is already decided comes through. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('createKeyStore', () => {
  test('fetches nothing before it is asked, and once for many who ask at once', async () => {
    const { store, fetches, find } = scene();
    expect(fetches()).toBe(0);
    store.begin();
    store.begin();
    expect(await Promise.all([find('a'), find('a'), find('a')])).toEqual([
      ['a ES256'],
      ['a ES256'],
      ['a ES256'],
    ]);
    expect(fetches()).toBe(1);
  });

  test('is ten minutes behind at most while the issuer answers, without anybody asking', async () => {
    const one = scene();
    one.store.begin();
    await settle();
    for (let round = 0; round < 6; round += 1) {
      one.clock.advance(9 * MINUTE_MS);
      expect(one.store.ageMs()).toBe(9 * MINUTE_MS);
      await settle();
      expect(one.store.ageMs()).toBe(0);
    }
    expect(one.fetches()).toBe(7);
    expect(one.clock.pendingTimers).toBe(1);
  });

  test('lets nobody wait for a fetch whose token the known keys can verify', async () => {
    const one = scene();
    await one.find('a');
    one.next = undefined;
    one.clock.advance(9 * MINUTE_MS);
    expect(one.fetches()).toBe(2);
    expect(await one.find('a')).toEqual(['a ES256']);
  });

  test('asks again every thirty seconds while the issuer is down, and not more often', async () => {
    const one = scene(DOWN);
    one.store.begin();
    await settle();
    for (let second = 0; second < 300; second += 1) {
      expect(await one.find('a')).toEqual(UNREACHABLE);
      one.clock.advance(1_000);
      await settle();
    }
    expect(one.fetches()).toBe(11);
    one.next = ok([key('a')]);
    one.clock.advance(30_000);
    await settle();
    expect(await one.find('a')).toEqual(['a ES256']);
  });

  test('goes on asking where a timer fires a moment before the clock says that it is time', async () => {
    const made = scene(DOWN, DAY_MS, new HastyClock());
    made.store.begin();
    await settle();
    for (let outage = 1; outage <= 5; outage += 1) {
      expect(made.fetches()).toBe(outage);
      made.clock.advance(30_000);
      await settle();
    }
    made.next = ok([key('a')]);
    made.clock.advance(30_000);
    await settle();
    expect(await made.find('a')).toEqual(['a ES256']);
  });

  test('keeps keys while the issuer is down, exactly as long as they may be stale', async () => {
    const one = scene(ok([key('a')]), 20 * MINUTE_MS);
    await one.find('a');
    one.next = DOWN;
    one.clock.advance(20 * MINUTE_MS);
    await settle();
    expect(await one.find('a')).toEqual(['a ES256']);
    one.clock.advance(1);
    await settle();
    expect(await one.find('a')).toEqual(UNREACHABLE);
    expect(one.store.ageMs()).toBe(20 * MINUTE_MS + 1);
  });

  test.each<readonly [string, IssuerFailure]>([
    ['an empty set', { reason: 'keys_empty' }],
    ['a damaged set', { reason: 'malformed', detail: 'keys' }],
    ['a page', { reason: 'status', detail: '502' }],
  ])('%s wipes nothing', async (_, failure) => {
    const one = scene();
    await one.find('a');
    one.next = fail(failure);
    one.clock.advance(9 * MINUTE_MS);
    await settle();
    expect(await one.find('a')).toEqual(['a ES256']);
  });

  test('looks for an unknown name once, then not in the cooldown, then not for two minutes', async () => {
    const one = scene();
    await one.find('a');
    expect([await one.find('b'), one.fetches()]).toEqual([UNKNOWN, 1]);
    one.clock.advance(30_000);
    expect([await one.find('b'), one.fetches()]).toEqual([UNKNOWN, 2]);
    one.clock.advance(60_000);
    expect([await one.find('b'), one.fetches()]).toEqual([UNKNOWN, 2]);
    expect([await one.find('c'), one.fetches()]).toEqual([UNKNOWN, 3]);
    one.clock.advance(60_000);
    expect([await one.find('b'), one.fetches()]).toEqual([UNKNOWN, 4]);
  });

  test('finds a key that was unknown before as soon as any fetch brings it', async () => {
    const one = scene();
    await one.find('a');
    one.clock.advance(30_000);
    expect(await one.find('b')).toEqual(UNKNOWN);
    one.next = ok([key('a'), key('b')]);
    one.clock.advance(30_000);
    await one.find('other');
    expect(await one.find('b')).toEqual(['b ES256']);
  });

  test('says of an unknown name that nobody can know while the issuer is down', async () => {
    const one = scene();
    await one.find('a');
    one.next = DOWN;
    one.clock.advance(30_000);
    expect(await one.find('b')).toEqual(UNREACHABLE);
    expect(await one.find('b')).toEqual(UNREACHABLE);
    expect([await one.find('a'), one.fetches()]).toEqual([['a ES256'], 2]);
  });

  test('trusts no key any more that is gone after a fetch, and keeps the same object for one that stays', async () => {
    const one = scene(ok([key('a'), key('b')]));
    const before = await one.store.find('a', 'ES256');
    const gone = await one.store.find('b', 'ES256');
    if (!before.ok || !gone.ok || before.value[0] === undefined || gone.value[0] === undefined) {
      throw new Error('no keys');
    }
    one.next = ok([key('a')]);
    one.clock.advance(9 * MINUTE_MS);
    await settle();
    expect([one.store.holds(before.value[0]), one.store.holds(gone.value[0])]).toEqual([true, false]);
    const after = await one.store.find('a', 'ES256');
    expect(after.ok && after.value[0]).toBe(before.value[0]);
  });

  test('chooses by algorithm, and asks nobody because of a wrong one', async () => {
    const one = scene(ok([key('a'), key('b', 'RS256', 'PS256'), key(undefined)]));
    expect(await one.find(undefined)).toEqual(['a ES256', 'undefined ES256']);
    expect(await one.find('b', 'PS256')).toEqual(['b RS256,PS256']);
    one.clock.advance(30_000);
    expect(await one.find('b', 'ES256')).toEqual({ ok: false, error: 'token_algorithm_refused' });
    expect(one.fetches()).toBe(1);
  });

  test('tries a bounded number of keys for a token that names none', async () => {
    const many = Array.from({ length: 100 }, (_, index) => key(`k${index}`));
    const found = await scene(ok(many)).store.find(undefined, 'ES256');
    expect(found.ok && found.value.length).toBe(8);
  });

  test('refuses everything at once when the document turns out to be of another issuer', async () => {
    const one = scene();
    await one.find('a');
    one.next = fail({ reason: 'issuer_mismatch' });
    one.clock.advance(9 * MINUTE_MS);
    await settle();
    expect(await one.find('a')).toEqual({ ok: false, error: 'issuer_mismatch' });
    expect(one.store.ageMs()).toBeUndefined();
    one.next = ok([key('a')]);
    one.clock.advance(30_000);
    await settle();
    expect(await one.find('a')).toEqual(['a ES256']);
  });

  test('keeps refusing when the issuer goes down after a mismatch', async () => {
    const one = scene(fail({ reason: 'issuer_mismatch' }));
    await one.find('a');
    one.next = DOWN;
    one.clock.advance(30_000);
    await settle();
    expect(await one.find('a')).toEqual(UNREACHABLE);
  });

  test('knows an issuer without keys from one that could not be asked', async () => {
    expect(await scene(ok([])).find('a')).toEqual({ ok: false, error: 'keys_absent' });
  });

  test('gives up its timer and its keys when it is closed, also while it fetches', async () => {
    const one = scene(undefined);
    const waiting = one.find('a');
    one.store.close();
    await one.release(ok([key('a')]));
    expect(await waiting).toEqual(UNREACHABLE);
    expect([one.clock.pendingTimers, one.store.ageMs()]).toEqual([0, undefined]);
    one.clock.advance(DAY_MS);
    expect([await one.find('a'), one.fetches()]).toEqual([UNREACHABLE, 1]);
  });
});
