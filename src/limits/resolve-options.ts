// Checks LimitsOptions and fills in defaults. Collects every problem. Pure.
// The bounds catch a wrong unit: a lockout of "15" is milliseconds and not minutes.

import type { Problem } from '../errors.js';
import {
  asRecord,
  readCount,
  under,
  unknownKeyProblems,
  type CountBounds,
} from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import type { LimitsOptions } from './limiter.js';
import { resolveRedisOptions, type ResolvedRedisOptions } from './redis/resolve-options.js';

/** What each process counts to, with every default filled in. */
export type LimitNumbers = Required<Omit<LimitsOptions, 'redis'>>;

/** LimitsOptions with every default filled in. */
export interface ResolvedLimitsOptions extends LimitNumbers {
  readonly redis: ResolvedRedisOptions | undefined;
}

const DAY_MS = 86_400_000;

const BOUNDS: Readonly<Record<keyof LimitNumbers, CountBounds>> = {
  failuresPerMinute: { fallback: 10, min: 1, max: 10_000 },
  lockoutMs: { fallback: 900_000, min: 1_000, max: 30 * DAY_MS },
  requestsPerWindow: { fallback: 120, min: 1, max: 1_000_000 },
  windowMs: { fallback: 60_000, min: 1_000, max: DAY_MS },
  maxClients: { fallback: 100_000, min: 1_000, max: 10_000_000 },
};

/** The options with defaults, or everything that is wrong with them; paths are option names. */
export function resolveLimitsOptions(
  options: LimitsOptions = {},
): Result<ResolvedLimitsOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected limits' }]);
  const problems: Problem[] = [...unknownKeyProblems(given, [...Object.keys(BOUNDS), 'redis'])];

  const read = (key: keyof LimitNumbers): number => readCount(given, key, BOUNDS[key], problems);
  const redis = given['redis'] === undefined ? undefined : resolveRedisOptions(given['redis']);
  if (redis !== undefined && !redis.ok) problems.push(...under('redis', redis.error));
  const resolved: ResolvedLimitsOptions = {
    failuresPerMinute: read('failuresPerMinute'),
    lockoutMs: read('lockoutMs'),
    requestsPerWindow: read('requestsPerWindow'),
    windowMs: read('windowMs'),
    maxClients: read('maxClients'),
    redis: redis?.ok === true ? redis.value : undefined,
  };
  return problems.length > 0 ? fail(problems) : ok(Object.freeze(resolved));
}
