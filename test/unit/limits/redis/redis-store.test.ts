import { describe, expect, it } from 'vitest';
import { redisStoreOpener } from '../../../../src/limits/redis/redis-store.js';
import type { RedisConnection } from '../../../../src/limits/redis/open-redis.js';
import type { SharedStore } from '../../../../src/limits/shared-store.js';

const LIMITS = {
  failuresPerMinute: 3,
  lockoutMs: 900_000,
  requestsPerWindow: 6,
  windowMs: 60_000,
  maxClients: 1_000,
};
const REDIS = {
  host: 'redis.example',
  port: 6379,
  tls: false,
  database: 0,
  username: undefined,
  password: undefined,
  caPem: undefined,
  keyPrefix: 'gate:',
};
const SECRET = Buffer.alloc(32, 7);

interface Scene {
  readonly store: SharedStore;
  readonly keys: string[];
  readonly args: (readonly number[])[];
}

async function open(answer: unknown = 0, secret: Uint8Array = SECRET): Promise<Scene> {
  const keys: string[] = [];
  const args: (readonly number[])[] = [];
  const connection: RedisConnection = {
    async run(_script, key, given) {
      keys.push(key);
      args.push(given);
      return answer;
    },
    close: () => {},
  };
  const store = await redisStoreOpener({
    redis: REDIS,
    limits: LIMITS,
    secret,
    open: async () => connection,
  })({ onLost: () => {}, signal: new AbortController().signal });
  return { store, keys, args };
}

async function keysOf(secret?: Uint8Array): Promise<readonly string[]> {
  const { store, keys } = await open(0, secret);
  await store.check('203.0.113.7');
  await store.fail('203.0.113.7');
  await store.check('203.0.113.8');
  await store.take('203.0.113.7');
  return keys;
}

describe('limits in Redis', () => {
  it('are kept under keyed hashes: one for a prefix, another for a credential of that name', async () => {
    const [checked, failed, other, budget] = await keysOf();
    expect(failed).toBe(checked);
    expect(new Set([checked, other, budget]).size).toBe(3);
    expect(checked).toMatch(/^gate:lockout:[\w-]{24}$/);
    expect(budget).toMatch(/^gate:budget:[\w-]{24}$/);
    expect([checked, other, budget].join()).not.toContain('203');
  });

  it('are found by replicas with the same secret, and by nobody else', async () => {
    expect(await keysOf()).toEqual(await keysOf());
    const mine = new Set(await keysOf());
    expect((await keysOf(Buffer.alloc(32, 8))).filter((key) => mine.has(key))).toEqual([]);
  });

  it('are counted by the numbers of the configuration', async () => {
    const { store, args } = await open();
    await store.check('x');
    await store.fail('x');
    await store.take('x');
    expect(args).toEqual([[900_000], [900_000, 3, 60_000], [10_000, 51_000]]);
  });

  it('say whether a prefix was locked out before', async () => {
    const states = await Promise.all(
      [0, 900_000, -5].map(async (answer) => (await open(answer)).store.fail('x')),
    );
    expect(states).toEqual([
      { forMs: 0, since: 'now' },
      { forMs: 900_000, since: 'now' },
      { forMs: 5, since: 'before' },
    ]);
  });

  it('are tried out on keys of nobody, with everything that they need', async () => {
    const { store, keys } = await open();
    await store.probe();
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(2);
  });

  it.each([
    ['text', 'OK'],
    ['nothing', null],
    ['a list', [0]],
    ['a fraction', 0.5],
    ['less than nothing', -1],
  ])('C17: an answer that is %s is no verdict', async (_, answer) => {
    const { store } = await open(answer);
    const failed = answer === -1 ? [] : [store.fail('x')];
    for (const asked of [store.check('x'), store.take('x'), store.probe(), ...failed]) {
      await expect(asked).rejects.toMatchObject({ reason: 'answer_malformed' });
    }
  });
});
