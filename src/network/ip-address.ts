// IP addresses as bits. Text becomes an address here or nowhere, and everything later compares bits, never text.
// Strict: node:net decides what an address is; zone identifiers, ports, brackets and surrounding space are refused.
// An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is the IPv4 address, however it was written. Pure. No I/O.

import { isIP } from 'node:net';

declare const parsed: unique symbol;

/** An IP address; made by `parseIpAddress` alone. `bits` has 32 or 128 bits, in network order. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly bits: bigint;
  readonly [parsed]: true;
}

/** Bits of an address of each version. */
export const ADDRESS_BITS: { readonly 4: 32; readonly 6: 128 } = { 4: 32, 6: 128 };

/** The longest text of an address, an IPv6 address that ends in dotted decimal. */
const MAX_TEXT_LENGTH = 45;

/** Bits above an IPv4 address that make it an IPv4-mapped IPv6 address: `::ffff:0:0/96`. */
const MAPPED_MARK = 0xffffn;

/** Clients of one IPv6 prefix of this length count as one: a subscriber usually owns all of a /64. */
const CLIENT_PREFIX_BITS_V6 = 64n;

/** Parses one address, and nothing but an address; undefined for every other text. */
export function parseIpAddress(text: string): IpAddress | undefined {
  // node:net takes zone identifiers ("fe80::1%eth0"), which name an interface of another machine.
  if (text.length > MAX_TEXT_LENGTH || text.includes('%')) return undefined;
  const version = isIP(text);
  if (version === 4) return address(4, ipv4Bits(text));
  if (version !== 6) return undefined;
  const bits = ipv6Bits(text);
  return bits >> 32n === MAPPED_MARK ? address(4, bits & 0xffff_ffffn) : address(6, bits);
}

/** The canonical text: dotted decimal, or RFC 5952 for IPv6. */
export function formatIpAddress(ip: IpAddress): string {
  return ip.version === 4 ? formatIpv4(ip.bits) : formatIpv6(ip.bits);
}

/** The prefix by which clients are counted: `192.0.2.1/32`, `2001:db8::/64`. */
export function addressPrefix(ip: IpAddress): string {
  if (ip.version === 4) return `${formatIpv4(ip.bits)}/32`;
  const hostBits = 128n - CLIENT_PREFIX_BITS_V6;
  return `${formatIpv6((ip.bits >> hostBits) << hostBits)}/${CLIENT_PREFIX_BITS_V6}`;
}

/** Whether the address is of this machine: 127.0.0.0/8 or ::1. */
export function isLoopback(ip: IpAddress): boolean {
  return ip.version === 4 ? ip.bits >> 24n === 127n : ip.bits === 1n;
}

/** Whether the address is not routed on the internet: RFC 1918, RFC 4193, link-local or loopback. */
export function isPrivate(ip: IpAddress): boolean {
  if (isLoopback(ip)) return true;
  const { bits } = ip;
  if (ip.version === 6) return bits >> 121n === 0xfcn >> 1n || bits >> 118n === 0xfe80n >> 6n;
  return (
    bits >> 24n === 10n ||
    bits >> 20n === (172n << 4n) + 1n ||
    bits >> 16n === (192n << 8n) + 168n ||
    bits >> 16n === (169n << 8n) + 254n
  );
}

/** The one place that makes an address; the brand exists for the compiler alone. */
function address(version: 4 | 6, bits: bigint): IpAddress {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand has no value at run time
  return Object.freeze({ version, bits }) as IpAddress;
}

function ipv4Bits(text: string): bigint {
  return text.split('.').reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
}

function ipv6Bits(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0n);
  return [...left, ...zeros, ...right].reduce((bits, group) => (bits << 16n) | group, 0n);
}

function groupsOf(part: string): readonly bigint[] {
  if (part === '') return [];
  return part.split(':').flatMap((piece) => {
    if (!piece.includes('.')) return [BigInt(`0x${piece}`)];
    const bits = ipv4Bits(piece);
    return [bits >> 16n, bits & 0xffffn];
  });
}

function formatIpv4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join('.');
}

function formatIpv6(bits: bigint): string {
  const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => (bits >> shift) & 0xffffn);
  const { start, length } = longestZeroRun(groups);
  // RFC 5952 §4.2.2: a single zero group is not shortened.
  if (length < 2) return hexadecimal(groups);
  return `${hexadecimal(groups.slice(0, start))}::${hexadecimal(groups.slice(start + length))}`;
}

function hexadecimal(groups: readonly bigint[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

/** RFC 5952 §4.2.3: the longest run of zero groups, the first one where several are as long. */
function longestZeroRun(groups: readonly bigint[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0n ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}
