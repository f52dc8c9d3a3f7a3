// Checks GuardOptions whole: networks, limits, credentials, what each opens. Collects every problem of all rooms.
// Paths are option names: `network.allowedIps[2]`, `credentials[0].grant.view`. Never repeats a secret. Pure.

import { resolveCredentials } from '../auth/resolve-credentials.js';
import type { Problem } from '../errors.js';
import { asRecord, under, unknownKeyProblems } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import { resolveLimitsOptions, type ResolvedLimitsOptions } from '../limits/resolve-options.js';
import { compilePeerSet, type PeerSet } from '../network/peer-address.js';
import {
  readPeerRanges,
  resolveNetworkOptions,
  type ResolvedNetworkOptions,
} from '../network/resolve-options.js';
import type { ResolvedGrant } from './opened-view.js';
import type { GuardOptions } from './options.js';
import { resolveGrant, resolveGrants } from './resolve-grants.js';

/** GuardOptions with every default filled in. */
export interface ResolvedGuardOptions {
  readonly network: ResolvedNetworkOptions;
  readonly limits: ResolvedLimitsOptions;
  readonly credentials: NonNullable<GuardOptions['credentials']>;
  /** What each credential opens, by name. */
  readonly grants: ReadonlyMap<string, ResolvedGrant>;
  /** Addresses from which a credential holds, by name; those without a list are not here. */
  readonly allowedIps: ReadonlyMap<string, PeerSet>;
  readonly anonymous: ResolvedGrant | undefined;
  readonly requireCertificate: boolean;
}

/** The options with defaults, or everything that is wrong with them. */
export function resolveGuardOptions(options: GuardOptions): Result<ResolvedGuardOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected guard options' }]);
  const problems: Problem[] = [
    ...unknownKeyProblems(given, ['network', 'limits', 'credentials', 'anonymous', 'requireCertificate']),
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
  const allowedIps = collect('credentials', resolveAllowedIps(credentials));
  const anonymous =
    options.anonymous === undefined
      ? undefined
      : collect('anonymous', resolveGrant(options.anonymous, false));
  if (anonymous?.self === true) {
    problems.push({ path: 'anonymous.self', message: 'the own metrics always need a credential' });
  }

  const { requireCertificate = false } = options;
  if (typeof requireCertificate !== 'boolean') {
    problems.push({ path: 'requireCertificate', message: 'not true or false' });
  }

  if (problems.length > 0 || network === undefined || limits === undefined) return fail(problems);
  if (proofs === undefined || grants === undefined || allowedIps === undefined) return fail(problems);
  return ok({ network, limits, credentials, grants, allowedIps, anonymous, requireCertificate });
}

function resolveAllowedIps(credentials: unknown): Result<ReadonlyMap<string, PeerSet>, readonly Problem[]> {
  const sets = new Map<string, PeerSet>();
  const problems: Problem[] = [];
  for (const [index, credential] of (Array.isArray(credentials) ? credentials : []).entries()) {
    const { name, allowedIps } = asRecord(credential) ?? {};
    if (typeof name !== 'string' || allowedIps === undefined) continue;
    sets.set(name, compilePeerSet(readPeerRanges(allowedIps, `[${index}].allowedIps`, problems)));
  }
  return problems.length > 0 ? fail(problems) : ok(sets);
}
