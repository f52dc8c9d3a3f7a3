// What Redis is asked to do, each in one atomic step: the same counting as in memory, on the clock of Redis, so that
// the clocks of replicas do not matter. Every key ends by itself.
// A clock that was set back neither lengthens a lockout nor starves a credential. A value of another type, or one that
// is no number, is an error, and never a verdict.

import { createHash } from 'node:crypto';

/** A script with its name in Redis. */
export interface RedisScript {
  readonly text: string;
  readonly sha1: string;
}

function script(text: string): RedisScript {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** KEYS: a prefix. ARGV: lockout in ms. Gives how long the prefix is still locked out in ms, 0 when it is free. */
export const CHECK: RedisScript = script(`${NOW}
local ends = tonumber(redis.call('HGET', KEYS[1], 'ends') or 0)
return math.max(0, math.min(ends - now, tonumber(ARGV[1])))
`);

/**
 * KEYS: a prefix. ARGV: lockout in ms, failures that lock out, window of failures in ms. Records a failure; gives how
 * long the prefix is locked out from now on in ms, 0 when it is free, and less than 0 when it was locked out before.
 */
export const FAIL: RedisScript = script(`${NOW}
local lockout = tonumber(ARGV[1])
local window = tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'ends', 'count', 'start')
local left = math.min(tonumber(known[1] or 0) - now, lockout)
if left > 0 then return -left end
local count = tonumber(known[2] or 0)
local start = tonumber(known[3] or 0)
if now < start or now - start >= window then
  count = 0
  start = now
end
count = count + 1
redis.call('DEL', KEYS[1])
if count < tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'count', count, 'start', string.format('%.0f', start))
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', start + window - now))
  return 0
end
redis.call('HSET', KEYS[1], 'ends', string.format('%.0f', now + lockout))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', lockout))
return lockout
`);

/**
 * KEYS: a credential. ARGV: ms that a request takes from the budget, ms that requests may be ahead. Takes one request;
 * gives 0 when it is within the budget, and else how long to wait in ms. Generic cell rate algorithm, as in memory.
 */
export const TAKE: RedisScript = script(`${NOW}
local interval = tonumber(ARGV[1])
local ahead = tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
full = math.min(full, now + ahead + interval)
local early = full - now - ahead
if early > 0 then return math.ceil(early) end
full = full + interval
redis.call('SET', KEYS[1], string.format('%.17g', full), 'PX', string.format('%.0f', math.ceil(full - now)))
return 0
`);
