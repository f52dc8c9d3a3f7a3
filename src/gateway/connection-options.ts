// How many connections there may be, and how long an answer may take to be read. Pure.
// The bounds catch a wrong unit, and a cap that would shut everybody out.

import type { Problem } from '../errors.js';
import { asRecord, readCount, unknownKeyProblems, type CountBounds } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';

/** Limits on connections. */
export interface ConnectionOptions {
  /** Of all listeners together. @default 4096 */
  readonly maxConnections?: number;
  /** Of one client prefix; trusted proxies and Unix sockets are exempt. @default 64 */
  readonly maxPerClient?: number;
  /** How long a client may take to read an answer. @default 60_000 */
  readonly writeTimeoutMs?: number;
}

/** ConnectionOptions with every default filled in. */
export type ResolvedConnectionOptions = Required<ConnectionOptions>;

const BOUNDS: Readonly<Record<keyof ConnectionOptions, CountBounds>> = {
  maxConnections: { fallback: 4096, min: 16, max: 1_000_000 },
  maxPerClient: { fallback: 64, min: 1, max: 1_000_000 },
  writeTimeoutMs: { fallback: 60_000, min: 1_000, max: 3_600_000 },
};

/** The options with defaults, or everything that is wrong with them; paths are option names. */
export function resolveConnectionOptions(
  options: ConnectionOptions = {},
): Result<ResolvedConnectionOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected limits' }]);
  const problems: Problem[] = [...unknownKeyProblems(given, Object.keys(BOUNDS))];
  const read = (key: keyof ConnectionOptions): number => readCount(given, key, BOUNDS[key], problems);
  const resolved: ResolvedConnectionOptions = {
    maxConnections: read('maxConnections'),
    maxPerClient: read('maxPerClient'),
    writeTimeoutMs: read('writeTimeoutMs'),
  };
  return problems.length > 0 ? fail(problems) : ok(Object.freeze(resolved));
}
