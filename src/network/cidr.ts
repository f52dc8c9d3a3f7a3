// Networks in CIDR notation, and sets of them. Strict: what an operator meant must be beyond doubt, or it is refused.
// IPv4-mapped notation is read as IPv4, as addresses are. Pure. No I/O. Governed by RFC 4632 and RFC 4291.

import { ADDRESS_BITS, formatIpAddress, parseIpAddress, type IpAddress } from './ip-address.js';
import { fail, ok, type Result } from '../internal/result.js';

/** A network: every address of `version` from `first` to `last`. Made by `parseCidr` alone. */
export interface Cidr {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** Leading bits that all its addresses share. */
  readonly prefixLength: number;
}

/** A set of networks, fixed once compiled. */
export interface CidrSet {
  /** Whether one of the networks holds the address. Logarithmic in the number of networks. */
  contains(ip: IpAddress): boolean;
  /** Whether every address of the version is in the set, by one network or by several together. */
  coversAll(version: 4 | 6): boolean;
}

/** Bits of `::ffff:0:0/96`, the prefix of IPv4-mapped addresses. */
const MAPPED_PREFIX_LENGTH = 96;

/** Parses `10.0.0.0/8`, `2001:db8::/32`, or one address as a network of its own; undefined for every other text. */
export function parseCidr(text: string): Cidr | undefined {
  const read = readCidr(text);
  return read.ok ? read.value : undefined;
}

/** What is wrong with a network's text and what was expected; undefined when `parseCidr` takes it. */
export function cidrProblem(text: string): string | undefined {
  const read = readCidr(text);
  return read.ok ? undefined : read.error;
}

/** Compiles a set that is quick to ask, however long the list is. */
export function compileCidrSet(list: readonly Cidr[]): CidrSet {
  const ranges = { 4: mergedRanges(list, 4), 6: mergedRanges(list, 6) };
  return {
    contains: (ip) => holds(ranges[ip.version], ip.bits),
    coversAll: (version) => {
      const [range] = ranges[version];
      return range !== undefined && range.first === 0n && range.last === lastAddress(version);
    },
  };
}

function readCidr(text: string): Result<Cidr, string> {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const ip = parseIpAddress(addressText);
  // The text is not repeated: a secret may have been put into the wrong variable.
  if (ip === undefined)
    return fail('not an IP address or CIDR; expected one such as 10.0.0.0/8 or 2001:db8::/32');
  const addressBits = ADDRESS_BITS[ip.version];
  if (slash === -1) return ok(network(ip.version, ip.bits, addressBits));

  const written = readPrefixLength(text.slice(slash + 1));
  const mapped = ip.version === 4 && addressText.includes(':');
  if (mapped && written !== undefined && written < MAPPED_PREFIX_LENGTH) {
    return fail('an IPv4-mapped network needs a prefix length of at least 96; expected plain IPv4 notation');
  }
  const prefixLength = mapped && written !== undefined ? written - MAPPED_PREFIX_LENGTH : written;
  if (prefixLength === undefined || prefixLength > addressBits) {
    return fail(`the prefix length is not a whole number from 0 to ${mapped ? 128 : addressBits}`);
  }
  const found = network(ip.version, ip.bits, prefixLength);
  if (found.first !== ip.bits) return fail(hostBitsProblem(ip, prefixLength));
  return ok(found);
}

function readPrefixLength(text: string): number | undefined {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : undefined;
}

function network(version: 4 | 6, bits: bigint, prefixLength: number): Cidr {
  const hostBits = BigInt(ADDRESS_BITS[version] - prefixLength);
  const first = (bits >> hostBits) << hostBits;
  return Object.freeze({ version, first, last: first + (1n << hostBits) - 1n, prefixLength });
}

/** `10.0.0.5/8` may mean the one address or the whole network; guessing would open or close too much. */
function hostBitsProblem(ip: IpAddress, prefixLength: number): string {
  const { first } = network(ip.version, ip.bits, prefixLength);
  const host = formatIpAddress(ip);
  const whole = `${formatIpAddress({ ...ip, bits: first })}/${prefixLength}`;
  return `bits are set beyond the prefix; expected ${whole} for the network, or ${host} for the one address`;
}

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

function lastAddress(version: 4 | 6): bigint {
  return (1n << BigInt(ADDRESS_BITS[version])) - 1n;
}

/** The networks of one version as sorted ranges that neither overlap nor touch. */
function mergedRanges(list: readonly Cidr[], version: 4 | 6): readonly Range[] {
  const merged: { first: bigint; last: bigint }[] = [];
  const sorted = list
    .filter((cidr) => cidr.version === version)
    .toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  for (const { first, last } of sorted) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous.last + 1n) merged.push({ first, last });
    else if (last > previous.last) previous.last = last;
  }
  return merged;
}

function holds(ranges: readonly Range[], bits: bigint): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (bits < range.first) high = middle - 1;
    else if (bits > range.last) low = middle + 1;
    else return true;
  }
  return false;
}
