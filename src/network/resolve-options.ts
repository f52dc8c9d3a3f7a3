// Checks NetworkOptions and fills in defaults. Collects every problem instead of stopping at the first.
// Never guesses: an empty list, a typing mistake or a proxy list that trusts everyone is refused. Pure. No I/O.

import type { Problem } from '../errors.js';
import { asRecord, unknownKeyProblems } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import { cidrProblem, compileCidrSet, parseCidr, type Cidr, type CidrSet } from './cidr.js';
import type { NetworkOptions } from './options.js';

/** NetworkOptions with every default filled in and every list compiled. */
export interface ResolvedNetworkOptions {
  readonly trustedProxies: CidrSet;
  readonly clientAddressHeader: 'x-forwarded-for' | 'none';
  readonly trustPrivatePeers: boolean;
  /** Undefined: every address may ask. */
  readonly allowedIps: CidrSet | undefined;
}

const KNOWN = ['trustedProxies', 'clientAddressHeader', 'trustPrivatePeers', 'allowedIps'];
const DEFAULT_TRUSTED_PROXIES = ['127.0.0.0/8', '::1/128'];
const HEADERS = ['x-forwarded-for', 'none'] as const;

/** The options with defaults, or everything that is wrong with them; paths are option names, `allowedIps[2]`. */
export function resolveNetworkOptions(
  options: NetworkOptions = {},
): Result<ResolvedNetworkOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected network options' }]);
  const problems: Problem[] = [...unknownKeyProblems(given, KNOWN)];

  const trusted = readNetworks(
    given['trustedProxies'] ?? DEFAULT_TRUSTED_PROXIES,
    'trustedProxies',
    problems,
  );
  const trustedProxies = compileCidrSet(trusted);
  problems.push(...trustedProxyProblems(trusted, trustedProxies));

  const allowed = given['allowedIps'];
  const allowedIps =
    allowed === undefined ? undefined : compileCidrSet(readNetworks(allowed, 'allowedIps', problems));

  const header = given['clientAddressHeader'] ?? 'x-forwarded-for';
  const clientAddressHeader = HEADERS.find((known) => known === header);
  if (clientAddressHeader === undefined) {
    problems.push({
      path: 'clientAddressHeader',
      message: `not supported; expected ${HEADERS.join(' or ')}`,
    });
  }

  const trustPrivatePeers = given['trustPrivatePeers'] ?? false;
  if (typeof trustPrivatePeers !== 'boolean') {
    problems.push({ path: 'trustPrivatePeers', message: 'not true or false' });
  } else if (trustPrivatePeers && given['trustedProxies'] !== undefined) {
    problems.push({
      path: 'trustPrivatePeers',
      message: 'cannot be combined with trustedProxies; expected the list alone, which is the safer one',
    });
  }

  if (problems.length > 0 || clientAddressHeader === undefined) return fail(problems);
  return ok(
    Object.freeze({
      trustedProxies,
      clientAddressHeader,
      trustPrivatePeers: trustPrivatePeers === true,
      allowedIps,
    }),
  );
}

function readNetworks(list: unknown, path: string, problems: Problem[]): readonly Cidr[] {
  if (!Array.isArray(list)) {
    problems.push({ path, message: 'not a list; expected addresses or CIDRs, such as 10.0.0.0/8' });
    return [];
  }
  if (list.length === 0) {
    problems.push({
      path,
      message: 'an empty list; expected at least one address or CIDR, or no list at all',
    });
  }
  return list.flatMap((entry: unknown, index) => {
    const text = typeof entry === 'string' ? entry : '';
    const cidr = parseCidr(text);
    if (cidr !== undefined) return [cidr];
    problems.push({ path: `${path}[${index}]`, message: cidrProblem(text) ?? 'not an address or CIDR' });
    return [];
  });
}

/** Whoever trusts every address as a proxy lets every client choose its own address. */
function trustedProxyProblems(list: readonly Cidr[], set: CidrSet): readonly Problem[] {
  const whole = list.flatMap((cidr, index) =>
    cidr.prefixLength === 0
      ? [
          {
            path: `trustedProxies[${index}]`,
            message: 'trusts every address; expected the CIDRs of your proxies',
          },
        ]
      : [],
  );
  if (whole.length > 0 || !(set.coversAll(4) || set.coversAll(6))) return whole;
  return [
    { path: 'trustedProxies', message: 'together trust every address; expected the CIDRs of your proxies' },
  ];
}
