// The other end of a connection: an IP address, or a process of this machine behind a Unix socket, which has none.
// A Unix socket is on a list only where the list names it: no network, however wide, covers it. Pure. No I/O.

import type { Cidr } from './cidr.js';
import { cidrProblem, compileCidrSet, parseCidr } from './cidr.js';
import { fail, ok, type Result } from '../internal/result.js';
import { addressPrefix, formatIpAddress, parseIpAddress, type IpAddress } from './ip-address.js';

/** Stands for every process that connects to a Unix socket: in lists, as the address and as the prefix of a client. */
export const UNIX_PEER = 'unix';

/** The address of whoever is at the other end. */
export type PeerAddress = IpAddress | typeof UNIX_PEER;

/** A set of networks that may hold Unix sockets, too. */
export interface PeerSet {
  contains(peer: PeerAddress): boolean;
  /** Whether every IP address of the version is in the set. */
  coversAll(version: 4 | 6): boolean;
}

/** An entry of such a list. */
export type PeerRange = Cidr | typeof UNIX_PEER;

/** The text of a peer as sockets give it: an address, with the zone that the kernel adds, or `unix`. */
export function parsePeer(text: string | undefined): PeerAddress | undefined {
  if (text === UNIX_PEER) return UNIX_PEER;
  // The zone of a link-local peer (`fe80::1%eth0`) is this machine's own word, and not the address.
  const [address] = (text ?? '').split('%', 1);
  return parseIpAddress(address ?? '');
}

/** The canonical text. */
export function formatPeer(peer: PeerAddress): string {
  return peer === UNIX_PEER ? UNIX_PEER : formatIpAddress(peer);
}

/** The prefix by which clients are counted; all that come through Unix sockets count as one. */
export function peerPrefix(peer: PeerAddress): string {
  return peer === UNIX_PEER ? UNIX_PEER : addressPrefix(peer);
}

/** A CIDR, an address or `unix`; otherwise what is wrong with the text, which is not repeated. */
export function readPeerRange(text: string): Result<PeerRange, string> {
  if (text === UNIX_PEER) return ok(UNIX_PEER);
  const cidr = parseCidr(text);
  return cidr === undefined ? fail(cidrProblem(text) ?? 'not an address or CIDR') : ok(cidr);
}

/** Compiles a set that is quick to ask. */
export function compilePeerSet(ranges: readonly PeerRange[]): PeerSet {
  const networks = compileCidrSet(ranges.filter((range) => range !== UNIX_PEER));
  const hasUnix = ranges.includes(UNIX_PEER);
  return {
    contains: (peer) => (peer === UNIX_PEER ? hasUnix : networks.contains(peer)),
    coversAll: (version) => networks.coversAll(version),
  };
}
