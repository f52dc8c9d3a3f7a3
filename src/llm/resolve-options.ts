// Checks LlmMetricsOptions and fills in defaults. Collects every problem. Never repeats a value.

import { register as defaultRegister } from 'prom-client';
import { ScrapegateError, type Problem } from '../errors.js';
import {
  asRecord,
  readClock,
  readCount,
  under,
  unknownKeyProblems,
  type CountBounds,
} from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import { assertPseudonymKey, generatePseudonymKey } from '../views/pseudonym.js';
import { LABEL_NAMES, METRICS, type IdentityLabel, type LlmLabel } from './conventions.js';
import { errorTypeOf } from './error-type.js';
import { isName } from './label-values.js';
import type {
  IdentityMode,
  LlmMetricsOptions,
  MetricsRegistry,
  ResolvedLlmMetricsOptions,
} from './options.js';
import { processMemory, type MemoryUse } from './process-memory.js';

type Given = Readonly<Record<string, unknown>>;

const OPTION_NAMES: Readonly<Record<keyof LlmMetricsOptions, true>> = {
  register: true,
  identities: true,
  pseudonymKey: true,
  maxValuesPerLabel: true,
  maxIdentities: true,
  maxSeries: true,
  knownValues: true,
  errorTypeOf: true,
  clock: true,
  memory: true,
};

type BoundName = 'maxValuesPerLabel' | 'maxIdentities' | 'maxSeries';

/** The bounds of the bounds. Numbers of values make up one number for each label set, which has to stay exact. */
export const BOUNDS: Readonly<Record<BoundName, CountBounds>> = {
  maxValuesPerLabel: { fallback: 100, min: 1, max: 1_000 },
  maxIdentities: { fallback: 1_000, min: 1, max: 100_000 },
  maxSeries: { fallback: 50_000, min: 1_000, max: 1_000_000 },
};

const MODES: readonly IdentityMode[] = ['pseudonymise', 'keep', 'omit'];
const DEFAULT_MODE: IdentityMode = 'pseudonymise';
const IDENTITIES: readonly IdentityLabel[] = ['tenant', 'user', 'key'];
/** Labels of which there are as many values as there are people. */
const COUNTLESS: readonly LlmLabel[] = ['user', 'key'];

/** The most values of a label that are shown. */
export function maxValuesOf(
  label: LlmLabel,
  { maxIdentities, maxValuesPerLabel }: Readonly<Record<BoundName, number>>,
): number {
  return COUNTLESS.includes(label) ? maxIdentities : maxValuesPerLabel;
}

/** The options with defaults, or everything that is wrong with them; paths are option names. */
export function resolveLlmMetricsOptions(
  options: LlmMetricsOptions = {},
): Result<ResolvedLlmMetricsOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected options' }]);
  const problems: Problem[] = [...unknownKeyProblems(given, Object.keys(OPTION_NAMES))];
  const bounds = {
    maxValuesPerLabel: readCount(given, 'maxValuesPerLabel', BOUNDS.maxValuesPerLabel, problems),
    maxIdentities: readCount(given, 'maxIdentities', BOUNDS.maxIdentities, problems),
    maxSeries: readCount(given, 'maxSeries', BOUNDS.maxSeries, problems),
  };
  const identities = readIdentities(given['identities'], problems);
  const resolved: ResolvedLlmMetricsOptions = {
    ...bounds,
    identities,
    register: readRegister(given['register'], problems),
    pseudonymKey: readKey(given['pseudonymKey'], problems),
    knownValues: readKnownValues(given['knownValues'], bounds, identities, problems),
    errorTypeOf: readFunction(given, 'errorTypeOf', isErrorClassifier, errorTypeOf, problems),
    clock: readClock(given['clock'], problems),
    memory: readFunction(given, 'memory', isMemorySource, processMemory, problems),
  };
  return problems.length > 0 ? fail(problems) : ok(Object.freeze(resolved));
}

function readRegister(given: unknown, problems: Problem[]): MetricsRegistry {
  const register = given ?? defaultRegister;
  if (!isRegistry(register)) {
    problems.push({ path: 'register', message: 'not a registry; expected one of prom-client' });
    return defaultRegister;
  }
  for (const { name } of Object.values(METRICS)) {
    if (register.getSingleMetric(name) === undefined) continue;
    problems.push({
      path: 'register',
      message: `has a metric ${name} already; expected a registry without, or one createLlmMetrics for each`,
    });
  }
  return register;
}

function isRegistry(value: unknown): value is MetricsRegistry {
  return hasFunctions(value, ['registerMetric', 'getSingleMetric', 'removeSingleMetric']);
}

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

function readIdentities(given: unknown, problems: Problem[]): ResolvedLlmMetricsOptions['identities'] {
  const modes = asRecord(given ?? {});
  if (modes === undefined) problems.push({ path: 'identities', message: 'not an object; expected modes' });
  else problems.push(...under('identities', unknownKeyProblems(modes, IDENTITIES)));
  const read = (label: IdentityLabel): IdentityMode => {
    const value = modes?.[label] ?? DEFAULT_MODE;
    const mode = MODES.find((known) => known === value);
    if (mode === undefined) {
      problems.push({ path: `identities.${label}`, message: `expected one of ${MODES.join(', ')}` });
    }
    return mode ?? DEFAULT_MODE;
  };
  return { tenant: read('tenant'), user: read('user'), key: read('key') };
}

function readKey(given: unknown, problems: Problem[]): Uint8Array {
  if (given === undefined || given === null) return generatePseudonymKey();
  if (!(given instanceof Uint8Array)) {
    problems.push({ path: 'pseudonymKey', message: 'not bytes; expected a Uint8Array' });
    return generatePseudonymKey();
  }
  try {
    assertPseudonymKey(given);
  } catch (error) {
    if (!(error instanceof ScrapegateError)) throw error;
    problems.push(...error.problems);
  }
  return given;
}

function readKnownValues(
  given: unknown,
  bounds: Readonly<Record<BoundName, number>>,
  identities: ResolvedLlmMetricsOptions['identities'],
  problems: Problem[],
): ResolvedLlmMetricsOptions['knownValues'] {
  const lists = asRecord(given ?? {});
  if (lists === undefined) problems.push({ path: 'knownValues', message: 'not an object; expected lists' });
  else problems.push(...under('knownValues', unknownKeyProblems(lists, Object.keys(LABEL_NAMES))));
  const read = (label: LlmLabel): readonly string[] => {
    const path = `knownValues.${label}`;
    const values: unknown = lists?.[label] ?? [];
    if (!Array.isArray(values)) {
      problems.push({ path, message: 'not a list; expected values' });
      return [];
    }
    const isHidden = IDENTITIES.some((known) => known === label && identities[known] === 'pseudonymise');
    const names = values.filter(
      (value) => typeof value === 'string' && value !== '' && isName(value, isHidden),
    );
    if (names.length < values.length) {
      problems.push({
        path,
        message: 'expected texts that are not empty, not longer than is shown, and without line breaks',
      });
    }
    const max = maxValuesOf(label, bounds);
    if (values.length > max)
      problems.push({ path, message: `has more than the ${max} values that are shown` });
    return names;
  };
  return {
    operation: read('operation'),
    provider: read('provider'),
    requestModel: read('requestModel'),
    responseModel: read('responseModel'),
    errorType: read('errorType'),
    tenant: read('tenant'),
    user: read('user'),
    key: read('key'),
  };
}

function readFunction<F>(
  given: Given,
  path: keyof LlmMetricsOptions,
  isKnown: (value: unknown) => value is F,
  fallback: F,
  problems: Problem[],
): F {
  const value = given[path] ?? fallback;
  if (isKnown(value)) return value;
  problems.push({ path, message: 'expected a function' });
  return fallback;
}

function isErrorClassifier(value: unknown): value is (error: unknown) => string | undefined {
  return typeof value === 'function';
}

function isMemorySource(value: unknown): value is () => MemoryUse {
  return typeof value === 'function';
}
