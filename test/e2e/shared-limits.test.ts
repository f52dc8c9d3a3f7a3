// Limits that replicas share, with a real Redis: the contract of every store, two gates of the built program, and a
// Redis that is stopped, slow, or holds values of another type.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../src/internal/secret.js';
import type { Clock } from '../../src/internal/clock.js';
import { createMemoryBudget } from '../../src/limits/memory-budget.js';
import { createMemoryLockout } from '../../src/limits/memory-lockout.js';
import { openIoredis, type OpenRedis } from '../../src/limits/redis/open-redis.js';
import { redisStoreOpener } from '../../src/limits/redis/redis-store.js';
import { resolveRedisOptions } from '../../src/limits/redis/resolve-options.js';
import type { LimitNumbers } from '../../src/limits/resolve-options.js';
import { createSharedBudget, createSharedLockout } from '../../src/limits/shared-limits.js';
import type { SharedStore } from '../../src/limits/shared-store.js';
import { describeBudgetContract, describeLockoutContract } from '../contract/limiter-contract.js';
import { eventually } from '../support/e2e/eventually.js';
import { readPage } from '../support/e2e/exposition-reader.js';
import {
  basic,
  bearer,
  hashPassword,
  makePseudonymKey,
  makeToken,
  startGate,
  type Gate,
} from '../support/e2e/start-gate.js';
import { startRedis, type RunningRedis } from '../support/e2e/start-redis.js';
import { startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';
import { httpGetFrom } from '../support/e2e/http-get-from.js';

const DEADLINE_MS = 20_000;
const PAGE = '# TYPE things_total counter\nthings_total 5\n';
const SCRAPER = '127.0.0.1';
const operator = makeToken();
const pseudonymKey = makePseudonymKey();
const PASSWORD = 'correct horse battery staple';

let redis: RunningRedis;
let upstream: Upstream;
let hash: string;
const gates: Gate[] = [];

beforeAll(async () => {
  redis = await startRedis();
  upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: PAGE }));
  hash = await hashPassword(PASSWORD);
});

afterEach(async () => {
  for (const gate of gates.splice(0)) await gate.stop();
});

afterAll(async () => {
  await upstream.stop();
  await redis.stop();
});

/** The scripts as they are, but for the time: that of the clock of the test, which they find in a key. */
function onClock(clock: Clock): OpenRedis {
  return async (options, opening) => {
    const connection = await openIoredis(options, opening);
    const timeKey = `${options.keyPrefix}time`;
    return {
      async run({ text }, key, args) {
        await redis.client.set(timeKey, String(Math.floor(clock.nowMs())));
        const moved = text.replace(
          "redis.call('TIME')",
          `{ math.floor(redis.call('GET', '${timeKey}') / 1000), (redis.call('GET', '${timeKey}') % 1000) * 1000 }`,
        );
        if (moved === text) throw new Error('the script asks for no time');
        return redis.client.eval(moved, 1, key, ...args);
      },
      close: () => connection.close(),
    };
  };
}

let scenes = 0;

/** A link over Redis under a prefix of its own. */
function linkOver(limits: LimitNumbers, clock: Clock) {
  scenes += 1;
  const keyPrefix = `contract-${String(scenes)}:`;
  let opened: Promise<SharedStore> | undefined;
  const open = (): Promise<SharedStore> => {
    const resolved = resolveRedisOptions({ url: new Secret(redis.url), keyPrefix });
    if (!resolved.ok) throw new Error('refused');
    const opener = redisStoreOpener({
      redis: resolved.value,
      limits,
      secret: Buffer.alloc(32, 7),
      open: onClock(clock),
    });
    return opener({ onLost: () => undefined, signal: new AbortController().signal });
  };
  return {
    ask: async <T>(question: (store: SharedStore) => Promise<T>): Promise<T> =>
      question(await (opened ??= open())),
  };
}

/** A store of this process that forgets everything, so that Redis alone decides. */
const FORGETFUL = { failuresPerMinute: 1_000_000, requestsPerWindow: 1_000_000 };

describeLockoutContract('a replica over Redis', (limits, deps) =>
  createSharedLockout(createMemoryLockout({ ...limits, ...FORGETFUL }, deps), linkOver(limits, deps.clock)),
);
describeBudgetContract('a replica over Redis', (limits, deps) =>
  createSharedBudget(createMemoryBudget({ ...limits, ...FORGETFUL }, deps), linkOver(limits, deps.clock)),
);

describe('two gates with one Redis', () => {
  async function startPair(limits: Readonly<Record<string, unknown>> = {}): Promise<readonly [Gate, Gate]> {
    await redis.client.flushall();
    const start = async (): Promise<Gate> => {
      const gate = await startGate({
        files: { 'pseudonym.key': pseudonymKey },
        config: {
          pseudonym_key_file: 'pseudonym.key',
          limits: { failures_per_minute: 6, requests_per_minute: 1_000, redis_url: redis.url, ...limits },
          targets: { source: { url: `${upstream.url}/metrics` } },
          views: { all: { target: 'source' } },
          credentials: {
            operator: { bearer_token_digest: operator.digest, view: 'all', self: true },
            alice: { username: 'alice', password_hash: hash, view: 'all' },
          },
        },
      });
      gates.push(gate);
      await sharing(gate, 'limits_shared', 1);
      return gate;
    };
    return [await start(), await start()];
  }

  async function sharing(
    gate: Gate,
    event: string,
    times: number,
  ): Promise<Readonly<Record<string, unknown>>> {
    return eventually(() => gate.log().filter((line) => line['event'] === event)[times - 1], {
      what: `${event} is in the log ${String(times)} times`,
      deadlineMs: DEADLINE_MS,
      context: gate.child.stderr,
    });
  }

  async function gauge(gate: Gate): Promise<number | undefined> {
    const own = await gate.get('/-/metrics', { headers: bearer(operator.token) });
    return readPage(own.text).samples.find(({ name }) => name === 'scrapegate_limits_shared')?.value;
  }

  function guess(gate: Gate, from: string): Promise<number> {
    return httpGetFrom(`${gate.url}/metrics`, from, { authorization: 'Bearer wrong' });
  }

  test('C16: guesses spread over replicas are locked out as at one, and the scraper is not', async () => {
    const [a, b] = await startPair();
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push(await guess(i % 2 === 0 ? a : b, '127.0.0.66'));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429, 429, 429, 429, 429]);
    // A password that is new from there is stopped at both, a strong token at neither.
    for (const gate of [a, b]) {
      const asAlice = basic('alice', PASSWORD);
      expect(await httpGetFrom(`${gate.url}/metrics`, '127.0.0.66', asAlice)).toBe(429);
      expect(await httpGetFrom(`${gate.url}/metrics`, SCRAPER, asAlice)).toBe(200);
      expect(await httpGetFrom(`${gate.url}/metrics`, '127.0.0.66', bearer(operator.token))).toBe(200);
      expect(await gauge(gate)).toBe(1);
    }
    const keys = await redis.client.keys('*');
    expect(keys.length).toBeGreaterThan(1);
    expect(keys.filter((key) => !/^scrapegate:(lockout|budget):[\w-]{24}$/u.test(key))).toEqual([]);
    // A key of a budget may have ended since; none stays for ever.
    for (const key of keys) expect(await redis.client.pttl(key)).not.toBe(-1);
  });

  test('C16: a budget is one budget', async () => {
    const [a, b] = await startPair({ requests_per_minute: 10 });
    const statuses: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const gate = i % 2 === 0 ? a : b;
      statuses.push((await gate.get('/metrics', { headers: bearer(operator.token) })).status);
    }
    const passed = statuses.filter((status) => status === 200).length;
    // One more for each six seconds that the test took.
    expect(passed).toBeGreaterThanOrEqual(10);
    expect(passed).toBeLessThanOrEqual(13);
    expect(statuses.at(-1)).toBe(429);
  });

  test('C17: one that hangs is given up at once, and joined again when it wakes', async () => {
    const [a] = await startPair();
    redis.child.signal('SIGSTOP');
    const timesMs: number[] = [];
    for (let i = 0; i < 50; i += 1) {
      const startedMs = performance.now();
      expect((await a.get('/metrics', { headers: bearer(operator.token) })).status).toBe(200);
      timesMs.push(performance.now() - startedMs);
    }
    expect(await sharing(a, 'limits_alone', 1)).toMatchObject({ reason: 'late' });
    // One request waited for the deadline. Half of them took less than it, on a machine that may be busy otherwise.
    expect(timesMs.toSorted((x, y) => x - y)[25]).toBeLessThan(50);
    expect(await gauge(a)).toBe(0);
    const statuses: number[] = [];
    for (let i = 0; i < 8; i += 1) statuses.push(await guess(a, '127.0.0.67'));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);

    redis.child.signal('SIGCONT');
    await sharing(a, 'limits_shared', 2);
    expect(await guess(a, '127.0.0.67')).toBe(429);
    expect(await gauge(a)).toBe(1);
  });

  test('C17: one that is killed costs no scrape, and is joined again when it is back', async () => {
    const [a, b] = await startPair();
    const { port } = redis;
    await redis.stop();
    for (const gate of [a, b]) {
      expect((await gate.get('/metrics', { headers: bearer(operator.token) })).status).toBe(200);
      await sharing(gate, 'limits_alone', 1);
      expect(await gauge(gate)).toBe(0);
    }
    redis = await startRedis(port);
    for (const gate of [a, b]) {
      await sharing(gate, 'limits_shared', 2);
      expect(await gauge(gate)).toBe(1);
    }
  });

  test('C17: values of another type are one that is down', async () => {
    const [a] = await startPair();
    // Each request makes the key of a budget last half a second longer.
    for (let request = 0; request < 20; request += 1) {
      expect((await a.get('/metrics', { headers: bearer(operator.token) })).status).toBe(200);
    }
    await guess(a, '127.0.0.68');
    const keys = await redis.client.keys('*');
    expect(keys.length).toBeGreaterThan(1);
    for (const key of keys) {
      await redis.client.del(key);
      await redis.client.rpush(key, 'not a number');
    }
    expect((await a.get('/metrics', { headers: bearer(operator.token) })).status).toBe(200);
    expect(await sharing(a, 'limits_alone', 1)).toMatchObject({
      reason: 'command_failed',
      detail: 'WRONGTYPE',
    });
    await redis.client.flushall();
    await sharing(a, 'limits_shared', 2);
  });
});
