// Checks NetworkOptions and fills in defaults. Collects every problem instead of stopping at the first.
// Never guesses: an empty list, a typing mistake or a proxy list that trusts everyone is refused. Pure. No I/O.

import type { Problem } from '../errors.js';
import { asRecord, unknownKeyProblems } from '../internal/option-problems.js';
import { fail, ok, type Result } from '../internal/result.js';
import type { ClientAddressHeader, NetworkOptions } from './options.js';
import { compilePeerSet, readPeerRange, UNIX_PEER, type PeerRange, type PeerSet } from './peer-address.js';

/** NetworkOptions with every default filled in and every list compiled. */
export interface ResolvedNetworkOptions {
  readonly trustedProxies: PeerSet;
  readonly clientAddressHeader: ClientAddressHeader;
  readonly trustPrivatePeers: boolean;
  /** Undefined: every address may ask. */
  readonly allowedIps: PeerSet | undefined;
}

const KNOWN = ['trustedProxies', 'clientAddressHeader', 'trustPrivatePeers', 'allowedIps'];
const DEFAULT_TRUSTED_PROXIES = ['127.0.0.0/8', '::1/128'];
/** What a client's address can come from. */
export const CLIENT_ADDRESS_HEADERS: readonly ClientAddressHeader[] = [
  'x-forwarded-for',
  'forwarded',
  'proxy_protocol',
  'none',
];

/** The options with defaults, or everything that is wrong with them; paths are option names, `allowedIps[2]`. */
export function resolveNetworkOptions(
  options: NetworkOptions = {},
): Result<ResolvedNetworkOptions, readonly Problem[]> {
  const given = asRecord(options);
  if (given === undefined) return fail([{ path: '', message: 'not an object; expected network options' }]);
  const problems: Problem[] = [...unknownKeyProblems(given, KNOWN)];

  const trusted = readPeerRanges(
    given['trustedProxies'] ?? DEFAULT_TRUSTED_PROXIES,
    'trustedProxies',
    problems,
  );
  const trustedProxies = compilePeerSet(trusted);
  problems.push(...trustedProxyProblems(trusted, trustedProxies));

  const allowed = given['allowedIps'];
  const allowedIps =
    allowed === undefined ? undefined : compilePeerSet(readPeerRanges(allowed, 'allowedIps', problems));

  const header = given['clientAddressHeader'] ?? 'x-forwarded-for';
  const clientAddressHeader = CLIENT_ADDRESS_HEADERS.find((known) => known === header);
  if (clientAddressHeader === undefined) {
    problems.push({
      path: 'clientAddressHeader',
      message: `not supported; expected one of ${CLIENT_ADDRESS_HEADERS.join(', ')}`,
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

/** A list of networks; what is wrong with it goes to `problems`. */
export function readPeerRanges(list: unknown, path: string, problems: Problem[]): readonly PeerRange[] {
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
    const range = readPeerRange(typeof entry === 'string' ? entry : '');
    if (range.ok) return [range.value];
    problems.push({ path: `${path}[${index}]`, message: range.error });
    return [];
  });
}

/** Whoever trusts every address as a proxy lets every client choose its own address. */
function trustedProxyProblems(list: readonly PeerRange[], set: PeerSet): readonly Problem[] {
  const whole = list.flatMap((range, index) =>
    range !== UNIX_PEER && range.prefixLength === 0
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
