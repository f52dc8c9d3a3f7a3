// Checks what a server says about its own metrics, and fills in the bounds of HTTP targets. Collects every problem. Pure.

import type { Problem } from '../errors.js';
import { asRecord } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import type { OnMalformed } from './options.js';
import type { MetricsSource, RegistryTargetOptions } from './registry-target.js';
import { BOUNDS, isWholeBetween, ON_MALFORMED } from './resolve-options.js';

/** What a server may say; unchecked. */
export interface GivenRegistryOptions {
  readonly source: unknown;
  readonly timeoutMs: unknown;
  readonly maxBytes: unknown;
  readonly onMalformed: unknown;
}

/** The same with every default filled in. */
export interface ResolvedRegistryOptions extends Omit<RegistryTargetOptions, 'name'> {
  readonly onMalformed: OnMalformed;
}

/** The options with defaults, or everything that is wrong with them; paths are option names. */
export function resolveRegistryOptions(
  given: GivenRegistryOptions,
): Result<ResolvedRegistryOptions, readonly Problem[]> {
  const problems: Problem[] = [];
  const read = (path: keyof typeof BOUNDS): number => {
    const { fallback, max } = BOUNDS[path];
    const value = given[path] ?? fallback;
    if (isWholeBetween(value, 1, max)) return value;
    problems.push({ path, message: `expected a whole number from 1 to ${max}` });
    return fallback;
  };
  const timeoutMs = read('timeoutMs');
  const maxBytes = read('maxBytes');
  const onMalformed = ON_MALFORMED.find((known) => known === (given.onMalformed ?? 'fail'));
  if (onMalformed === undefined) {
    problems.push({ path: 'onMalformed', message: `is not known; expected ${ON_MALFORMED.join(' or ')}` });
  }
  const { source } = given;
  if (!isSource(source)) {
    problems.push({ path: 'source', message: 'gives no metrics; expected a registry of prom-client' });
    return fail(problems);
  }
  if (problems.length > 0 || onMalformed === undefined) return fail(problems);
  return ok({ source, timeoutMs, maxBytes, onMalformed });
}

function isSource(value: unknown): value is MetricsSource {
  const given = typeof value === 'function' ? undefined : asRecord(value);
  return typeof given?.['metrics'] === 'function';
}
