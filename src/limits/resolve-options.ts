// Checks LimitsOptions and fills in defaults. Collects every problem. Pure.
// The bounds catch a wrong unit: a lockout of "15" is milliseconds and not minutes.

import type { Problem } from '../errors.js';
import { asRecord, unknownKeyProblems } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import type { LimitsOptions } from './limiter.js';

/** LimitsOptions with every default filled in. */
export type ResolvedLimitsOptions = Required<LimitsOptions>;

interface Bound {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

const DAY_MS = 86_400_000;

const BOUNDS: Readonly<Record<keyof LimitsOptions, Bound>> = {
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
  const problems: Problem[] = [...unknownKeyProblems(given, Object.keys(BOUNDS))];

  const read = (key: keyof LimitsOptions): number => {
    const { fallback, min, max } = BOUNDS[key];
    const value = given[key] ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    problems.push({ path: key, message: `expected a whole number from ${min} to ${max}` });
    return fallback;
  };
  const resolved: ResolvedLimitsOptions = {
    failuresPerMinute: read('failuresPerMinute'),
    lockoutMs: read('lockoutMs'),
    requestsPerWindow: read('requestsPerWindow'),
    windowMs: read('windowMs'),
    maxClients: read('maxClients'),
  };
  return problems.length > 0 ? fail(problems) : ok(Object.freeze(resolved));
}
