// Checks GuardOptions whole: networks, limits, credentials, what each opens. Collects every problem of all rooms.
// Paths are option names: `network.allowedIps[2]`, `credentials[0].grant.view`. Never repeats a secret. Pure.

import { resolveCredentials } from '../auth/resolve-credentials.js';
import type { Problem } from '../errors.js';
import { asRecord, under, unknownKeyProblems } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import { resolveLimitsOptions, type ResolvedLimitsOptions } from '../limits/resolve-options.js';
import { resolveNetworkOptions, type ResolvedNetworkOptions } from '../network/resolve-options.js';
import type { GrantOptions, GuardOptions } from './options.js';

/** The name by which requests without a credential are granted, counted and logged. */
export const ANONYMOUS = 'anonymous';

/** GuardOptions with every default filled in. */
export interface ResolvedGuardOptions {
  readonly network: ResolvedNetworkOptions;
  readonly limits: ResolvedLimitsOptions;
  readonly credentials: NonNullable<GuardOptions['credentials']>;
  /** What each credential opens, by name. */
  readonly grants: ReadonlyMap<string, Required<GrantOptions>>;
  readonly anonymous: Required<GrantOptions> | undefined;
}

/** The options with defaults, or everything that is wrong with them. */
export function resolveGuardOptions(options: GuardOptions): Result<ResolvedGuardOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected guard options' }]);
  const problems: Problem[] = [
    ...unknownKeyProblems(given, ['network', 'limits', 'credentials', 'anonymous']),
  ];
  const collect = <T>(path: string, result: Result<T, readonly Problem[]>): T | undefined => {
    if (result.ok) return result.value;
    problems.push(...under(path, result.error));
    return undefined;
  };

  const credentials = options.credentials ?? [];
  const network = collect('network', resolveNetworkOptions(options.network));
  const limits = collect('limits', resolveLimitsOptions(options.limits));
  const proofs = collect('credentials', resolveCredentials(credentials));
  const grants = collect('credentials', resolveGrants(credentials));
  const anonymous =
    options.anonymous === undefined ? undefined : collect('anonymous', resolveGrant(options.anonymous));
  if (anonymous?.self === true) {
    problems.push({ path: 'anonymous.self', message: 'the own metrics always need a credential' });
  }

  if (problems.length > 0 || network === undefined || limits === undefined) return fail(problems);
  if (proofs === undefined || grants === undefined) return fail(problems);
  return ok({ network, limits, credentials, grants, anonymous });
}

function resolveGrants(
  credentials: unknown,
): Result<ReadonlyMap<string, Required<GrantOptions>>, readonly Problem[]> {
  const grants = new Map<string, Required<GrantOptions>>();
  const problems: Problem[] = [];
  for (const [index, credential] of (Array.isArray(credentials) ? credentials : []).entries()) {
    const given = asRecord(credential);
    const name = given?.['name'];
    // auth reports credentials without a name.
    if (given === undefined || typeof name !== 'string') continue;
    problems.push(...under(`[${index}]`, unknownKeyProblems(given, ['name', 'proofs', 'grant'])));
    if (name === ANONYMOUS) problems.push({ path: `[${index}].name`, message: `"${ANONYMOUS}" is reserved` });
    const grant = resolveGrant(given['grant']);
    if (grant.ok) grants.set(name, grant.value);
    else problems.push(...under(`[${index}].grant`, grant.error));
  }
  return problems.length > 0 ? fail(problems) : ok(grants);
}

function resolveGrant(grant: unknown): Result<Required<GrantOptions>, readonly Problem[]> {
  const given = asRecord(grant);
  if (given === undefined)
    return fail([{ path: '', message: 'opens nothing; expected a view and its target' }]);
  const { view, target, self = false } = given;
  const problems: Problem[] = [...unknownKeyProblems(given, ['view', 'target', 'self'])];
  if (typeof view !== 'string' || view === '')
    problems.push({ path: 'view', message: 'expected the name of a view' });
  if (typeof target !== 'string' || target === '') {
    problems.push({ path: 'target', message: 'expected the name of a target' });
  }
  if (typeof self !== 'boolean') problems.push({ path: 'self', message: 'not true or false' });
  if (problems.length > 0 || typeof view !== 'string' || typeof target !== 'string') return fail(problems);
  return ok({ view, target, self: self === true });
}
