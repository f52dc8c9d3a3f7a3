// Checks MetricsOptions whole, and turns them into what the gate is made from. Collects every problem of all rooms, each
// under the name of its option. Never repeats a secret. Pure.

import type { Problem, Warning } from '../errors.js';
import { resolveConnectionOptions } from '../gateway/connection-options.js';
import type { ViewTemplateOptions } from '../gateway/view-template.js';
import type { GuardOptions } from '../guard/options.js';
import { resolveGuardOptions } from '../guard/resolve-options.js';
import { isCanonicalPath } from '../http/request.js';
import type { Clock } from '../internal/clock.js';
import { asRecord, readClock, unknownKeyProblems } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import { SettingPaths } from '../internal/setting-paths.js';
import type { LlmSummary } from '../llm/summary.js';
import { resolveRegistryOptions, type ResolvedRegistryOptions } from '../targets/resolve-registry-options.js';
import { PSEUDONYM_KEY_MIN_BYTES } from '../views/pseudonym.js';
import type { ViewOptions } from '../views/options.js';
import { buildCredentials, DEFAULT_VIEW, TARGET } from './build-credentials.js';
import { buildViews, listOf, type BuiltViews } from './build-views.js';
import { compilePathClaim } from './claimed-paths.js';
import type { MetricsEvent, MetricsOptions } from './options.js';

/** MetricsOptions with every default filled in. */
export interface ResolvedMetricsOptions {
  readonly registry: ResolvedRegistryOptions;
  readonly llm: { readonly summary: () => LlmSummary } | undefined;
  readonly guard: GuardOptions;
  readonly views: readonly ViewOptions[];
  readonly viewTemplates: readonly ViewTemplateOptions[];
  readonly path: string;
  readonly summaryPath: string;
  readonly onEvent: ((event: MetricsEvent) => void) | undefined;
  readonly pseudonymKey: Uint8Array | undefined;
  readonly writeTimeoutMs: number;
  readonly clock: Clock;
  /** Those that the options were found with. */
  readonly warnings: readonly Warning[];
}

type Given = Readonly<Record<string, unknown>>;

const OPTION_NAMES: Readonly<Record<keyof MetricsOptions, true>> = {
  register: true,
  metrics: true,
  llm: true,
  bearerToken: true,
  apiKey: true,
  credentials: true,
  views: true,
  viewTemplates: true,
  network: true,
  limits: true,
  insecureAllowUnauthenticated: true,
  path: true,
  summaryPath: true,
  onEvent: true,
  pseudonymKey: true,
  timeoutMs: true,
  maxBytes: true,
  onMalformed: true,
  writeTimeoutMs: true,
  clock: true,
};

const DEFAULT_PATH = '/metrics';
const DEFAULT_SUMMARY_PATH = '/v1/metrics';

/** The options with defaults, or everything that is wrong with them; paths are option names, `views[0].only`. */
export function resolveMetricsOptions(
  options: MetricsOptions,
  defaultRegister: unknown,
): Result<ResolvedMetricsOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected options' }]);
  const problems: Problem[] = [...unknownKeyProblems(given, Object.keys(OPTION_NAMES))];
  const warnings: Warning[] = [];
  const registry = readRegistry(given, defaultRegister, problems);
  const llm = readLlm(given['llm'], problems);
  const { views, templates } = buildViews(given['views'], given['viewTemplates'], problems);
  const guard = readGuard(given, options, { views, templates }, problems, warnings);
  const { path, summaryPath } = readPaths(given, problems);
  const pseudonymKey = readKey(given['pseudonymKey'], problems);
  if (asRecord(given['limits'])?.['redis'] !== undefined && given['pseudonymKey'] === undefined) {
    problems.push({
      path: 'limits.redis',
      message: 'needs pseudonymKey, the same for all replicas: the names of their keys in Redis come from it',
    });
  }
  const { writeTimeoutMs: askedMs } = options;
  const connections = resolveConnectionOptions(askedMs === undefined ? {} : { writeTimeoutMs: askedMs });
  if (!connections.ok) problems.push(...connections.error);
  const onEvent = readListener(given['onEvent'], problems);
  const clock = readClock(given['clock'], problems);
  problems.push(...nullProblems(given, problems));
  if (problems.length > 0 || registry === undefined || !connections.ok) return fail(problems);
  const { writeTimeoutMs } = connections.value;
  return ok({
    registry,
    llm,
    guard,
    views,
    viewTemplates: templates,
    path,
    summaryPath,
    onEvent,
    pseudonymKey,
    writeTimeoutMs,
    clock,
    warnings,
  });
}

/** Only undefined is not given. */
function nullProblems(given: Given, found: readonly Problem[]): readonly Problem[] {
  return Object.keys(OPTION_NAMES)
    .filter((name) => given[name] === null && !found.some(({ path }) => path === name))
    .map((path) => ({ path, message: 'is null; leave it out, or give a value' }));
}

function readRegistry(
  { register, metrics, timeoutMs, maxBytes, onMalformed }: Given,
  defaultRegister: unknown,
  problems: Problem[],
): ResolvedRegistryOptions | undefined {
  if (register !== undefined && metrics !== undefined) {
    problems.push({ path: 'metrics', message: 'is given together with register; keep one of the two' });
  }
  const isFunction = metrics !== undefined;
  const source = isFunction ? { metrics } : (register ?? defaultRegister);
  const resolved = resolveRegistryOptions({ source, timeoutMs, maxBytes, onMalformed });
  if (resolved.ok) return resolved.value;
  for (const { path, message } of resolved.error) {
    if (path !== 'source') problems.push({ path, message });
    else if (isFunction) problems.push({ path: 'metrics', message: 'expected a function that gives text' });
    else problems.push({ path: 'register', message });
  }
  return undefined;
}

function readLlm(given: unknown, problems: Problem[]): ResolvedMetricsOptions['llm'] {
  if (given === undefined) return undefined;
  if (hasSummary(given)) return given;
  problems.push({ path: 'llm', message: 'has no summary; expected what createLlmMetrics gave' });
  return undefined;
}

function hasSummary(value: unknown): value is { readonly summary: () => LlmSummary } {
  return typeof asRecord(value)?.['summary'] === 'function';
}

function readGuard(
  given: Given,
  options: MetricsOptions,
  { views, templates }: BuiltViews,
  problems: Problem[],
  warnings: Warning[],
): GuardOptions {
  const paths = new SettingPaths();
  for (const room of ['network', 'limits']) paths.set(room, room);
  const { insecureAllowUnauthenticated = false } = given;
  const { network, limits } = options;
  if (typeof insecureAllowUnauthenticated !== 'boolean') {
    problems.push({ path: 'insecureAllowUnauthenticated', message: 'not true or false' });
  }
  const credentials = buildCredentials(options, listOf('credentials', given['credentials'], problems), {
    paths,
    problems,
    warnings,
  });
  const guard = {
    ...(network !== undefined && { network }),
    ...(limits !== undefined && { limits }),
    credentials,
    ...(insecureAllowUnauthenticated === true && { anonymous: { view: DEFAULT_VIEW, target: TARGET } }),
  };
  const resolved = resolveGuardOptions(guard);
  const found: readonly Problem[] = resolved.ok ? [] : resolved.error;
  for (const { path, message } of found) problems.push({ path: settingOf(paths, path), message });
  if (asRecord(network)?.['clientAddressHeader'] === 'proxy_protocol') {
    problems.push({
      path: 'network.clientAddressHeader',
      message: 'the PROXY protocol is that of the server; expected x-forwarded-for, forwarded or none',
    });
  }
  const names = new Set(views.map(({ name }) => name));
  const templateNames = new Set(templates.map(({ view }) => view.name));
  if (resolved.ok) problems.push(...unknownViews(guard.credentials, names, templateNames, paths));
  return guard;
}

/** Options that are checked as a whole keep the rest of their path. */
function settingOf(paths: SettingPaths, path: string): string {
  return path.startsWith('credentials') ? paths.settingOf(path) : path;
}

function unknownViews(
  credentials: NonNullable<GuardOptions['credentials']>,
  views: ReadonlySet<string>,
  templates: ReadonlySet<string>,
  paths: SettingPaths,
): readonly Problem[] {
  const unknown = (option: string, known: ReadonlySet<string>): Problem => ({
    path: paths.settingOf(option),
    message: `names no ${known === views ? 'view' : 'view template'}; there is ${[...known].join(', ') || 'none'}`,
  });
  return credentials.flatMap(({ grant }, index) => {
    const option = `credentials[${index}].grant`;
    if ('view' in grant) return views.has(grant.view) ? [] : [unknown(option, views)];
    const { template, views: claimed = [] } = grant;
    return [
      ...(template === undefined || templates.has(template.view) ? [] : [unknown(option, templates)]),
      ...(claimed.every(({ view }) => views.has(view)) ? [] : [unknown(option, views)]),
    ];
  });
}

function readPaths(given: Given, problems: Problem[]): Pick<ResolvedMetricsOptions, 'path' | 'summaryPath'> {
  const read = (name: 'path' | 'summaryPath', fallback: string): string => {
    const value = given[name] ?? fallback;
    if (typeof value === 'string' && isCanonicalPath(value)) return value;
    problems.push({
      path: name,
      message: 'is no plain path; expected segments of letters, digits and . _ ~ -, such as /metrics',
    });
    return fallback;
  };
  const path = read('path', DEFAULT_PATH);
  const summaryPath = read('summaryPath', DEFAULT_SUMMARY_PATH);
  if (compilePathClaim([path])(summaryPath)) {
    problems.push({ path: 'summaryPath', message: 'is the same as path; expected another one' });
  }
  return { path, summaryPath };
}

function readKey(given: unknown, problems: Problem[]): Uint8Array | undefined {
  if (given === undefined) return undefined;
  if (given instanceof Uint8Array && given.length >= PSEUDONYM_KEY_MIN_BYTES) return given;
  const what = given instanceof Uint8Array ? `has ${given.length} bytes` : 'not bytes';
  problems.push({
    path: 'pseudonymKey',
    message: `${what}; expected a Uint8Array of at least ${PSEUDONYM_KEY_MIN_BYTES}`,
  });
  return undefined;
}

function readListener(given: unknown, problems: Problem[]): ResolvedMetricsOptions['onEvent'] {
  if (given === undefined || isListener(given)) return given;
  problems.push({ path: 'onEvent', message: 'not a function; expected one that takes an event' });
  return undefined;
}

function isListener(value: unknown): value is (event: MetricsEvent) => void {
  return typeof value === 'function';
}
