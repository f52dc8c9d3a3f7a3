// Limits in Redis, for all replicas with the same key. Redis learns neither an address nor the name of a credential:
// keys are keyed hashes of them, under a key that is derived for this purpose alone, and each ends by itself.

import { createHmac } from 'node:crypto';
import type { LimitNumbers } from '../resolve-options.js';
import { SharingError, type OpenSharedStore, type SharedStore } from '../shared-store.js';
import { FAILURE_WINDOW_MS } from '../memory-lockout.js';
import { budgetPace } from '../memory-budget.js';
import { openIoredis, type OpenRedis, type RedisConnection } from './open-redis.js';
import type { ResolvedRedisOptions } from './resolve-options.js';
import { CHECK, FAIL, TAKE, type RedisScript } from './scripts.js';

/** What the store is made of. */
export interface RedisStoreOptions {
  readonly redis: ResolvedRedisOptions;
  readonly limits: LimitNumbers;
  /** What keys are hashed under is derived from it; replicas that count together have the same. */
  readonly secret: Uint8Array;
  /** @default with ioredis */
  readonly open?: OpenRedis;
}

/** 144 bits: no two names meet, and it is whole characters. */
const MAC_BYTES = 18;
const PURPOSE = 'scrapegate limits 1';

/** How to open the store. */
export function redisStoreOpener({
  redis,
  limits,
  secret,
  open = openIoredis,
}: RedisStoreOptions): OpenSharedStore {
  const macKey = createHmac('sha256', secret).update(PURPOSE).digest();
  const keyOf = (kind: 'lockout' | 'budget', name: string): string => {
    const mac = createHmac('sha256', macKey).update(`${kind}\0${name}`).digest();
    return `${redis.keyPrefix}${kind}:${mac.subarray(0, MAC_BYTES).toString('base64url')}`;
  };
  return async (opening) => storeOver(await open(redis, opening), limits, keyOf);
}

function storeOver(
  connection: RedisConnection,
  { failuresPerMinute, lockoutMs, ...pace }: LimitNumbers,
  keyOf: (kind: 'lockout' | 'budget', name: string) => string,
): SharedStore {
  const { intervalMs, aheadMs } = budgetPace(pace);
  const run = async (script: RedisScript, key: string, args: readonly number[]): Promise<number> => {
    const answer = await connection.run(script, key, args);
    if (typeof answer === 'number' && Number.isSafeInteger(answer)) return answer;
    throw new SharingError('answer_malformed');
  };
  const check = async (key: string): Promise<number> => orMalformed(await run(CHECK, key, [lockoutMs]));
  const recordFailure = (key: string): Promise<number> =>
    run(FAIL, key, [lockoutMs, failuresPerMinute, FAILURE_WINDOW_MS]);
  const take = async (key: string): Promise<number> =>
    orMalformed(await run(TAKE, key, [intervalMs, aheadMs]));
  return {
    check: (prefix) => check(keyOf('lockout', prefix)),
    async fail(prefix) {
      const answer = await recordFailure(keyOf('lockout', prefix));
      return { forMs: Math.abs(answer), since: answer < 0 ? 'before' : 'now' };
    },
    take: (credential) => take(keyOf('budget', credential)),
    async probe() {
      // No prefix and no credential is called that.
      const nobody = keyOf('lockout', '');
      await Promise.all([check(nobody), recordFailure(nobody), take(keyOf('budget', ''))]);
    },
    close: () => connection.close(),
  };
}

/** A time that cannot be less than nothing. */
function orMalformed(answer: number): number {
  if (answer >= 0) return answer;
  throw new SharingError('answer_malformed');
}
