// Small checks that every resolveXOptions shares: what JavaScript callers really passed, whatever the types say.
// Each returns problems instead of throwing, so that all of them can be reported at once.

import { ScrapegateError, type Problem } from '../errors.js';
import { systemClock, type Clock } from './clock.js';
import type { Result } from './result.js';

/** The value as a record of unknown members, or undefined when it is not a plain object. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined;
}

/** A problem for each member that no option is called: a misspelt restriction must not become no restriction. */
export function unknownKeyProblems(
  options: Readonly<Record<string, unknown>>,
  known: readonly string[],
): readonly Problem[] {
  return Object.keys(options)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: key, message: `unknown option; expected one of ${known.join(', ')}` }));
}

/** What a count may be, both ends included, and what it is when nobody says. */
export interface CountBounds {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

/** The member `name` as a count; where it is none, a problem is added, and the fallback is given. */
export function readCount(
  given: Readonly<Record<string, unknown>>,
  name: string,
  { fallback, min, max }: CountBounds,
  problems: Problem[],
): number {
  const value = given[name] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  problems.push({ path: name, message: `expected a whole number from ${min} to ${max}` });
  return fallback;
}

/** The clock of the machine where none is given; a problem is added where it is no clock. */
export function readClock(given: unknown, problems: Problem[]): Clock {
  const clock = given ?? systemClock;
  if (isClock(clock)) return clock;
  problems.push({ path: 'clock', message: 'not a clock; expected nowMs, monotonicMs and after' });
  return systemClock;
}

function isClock(value: unknown): value is Clock {
  const clock = asRecord(value);
  return ['nowMs', 'monotonicMs', 'after'].every((name) => typeof clock?.[name] === 'function');
}

/** The problems with their paths below `parent`. */
export function under(parent: string, problems: readonly Problem[]): readonly Problem[] {
  return problems.map(({ path, message }) => ({
    path: path === '' ? parent : path.startsWith('[') ? `${parent}${path}` : `${parent}.${path}`,
    message,
  }));
}

/**
 * The resolved options; when there are none, throws with every problem, also in its message.
 *
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID`
 */
export function valueOrThrow<T>(what: string, result: Result<T, readonly Problem[]>): T {
  if (result.ok) return result.value;
  const list = result.error.map(({ path, message }) => `${path}: ${message}`).join('\n  ');
  throw new ScrapegateError('ERR_SCRAPEGATE_OPTIONS_INVALID', `${what} are invalid:\n  ${list}`, {
    problems: result.error,
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
