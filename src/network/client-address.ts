// Who is the client: the socket peer, or behind trusted proxies the rightmost forwarded hop that is not one of them.
// Whatever stands left of that hop was written by a stranger and is never looked at. A peer that is not trusted has
// its forwarding header ignored whole. One source is read, never a second opinion. Pure. No I/O.

import type { HeaderLines } from '../internal/header-lines.js';
import { fail, ok, type Result } from '../internal/result.js';
import { parseForwardedElement } from './forwarded.js';
import { isPrivate, parseIpAddress, type IpAddress } from './ip-address.js';
import { parsePeer, UNIX_PEER, type PeerAddress } from './peer-address.js';
import type { ResolvedNetworkOptions } from './resolve-options.js';

/** The client's address, as far as trusted proxies vouch for it. */
export interface ClientAddress {
  readonly address: PeerAddress;
  /**
   * False when a trusted proxy named a client that is not an address (`unknown`, `10.0.0.1:80`, garbage). `address` is
   * then that proxy: right for counting failures and for the log, but no proof for an allow list.
   */
  readonly exact: boolean;
}

/**
 * Tells the client of a request. `proxied` is what a PROXY header said of the connection, where one is demanded; text
 * that is no address stands for a client that the proxy does not know.
 * `peer_unknown`: the socket is already gone.
 */
export type ClientAddressReader = (
  peerAddress: string | undefined,
  headers: HeaderLines,
  proxied?: string,
) => Result<ClientAddress, 'peer_unknown'>;

/** Trusted hops followed at most; real chains have a handful, and a longer one counts as unreadable. */
const MAX_HOPS = 32;

/** How the elements of the list headers are read. */
const PARSERS = { 'x-forwarded-for': parseIpAddress, forwarded: parseForwardedElement } as const;

/** Whether what a peer says of the client is believed. */
export function compileTrust(
  options: Pick<ResolvedNetworkOptions, 'trustedProxies' | 'trustPrivatePeers' | 'clientAddressHeader'>,
): (peer: PeerAddress) => boolean {
  const { trustedProxies, trustPrivatePeers, clientAddressHeader } = options;
  if (clientAddressHeader === 'none') return () => false;
  if (!trustPrivatePeers) return (peer) => trustedProxies.contains(peer);
  return (peer) => peer !== UNIX_PEER && isPrivate(peer);
}

/** Compiles the reader for one set of options. */
export function compileClientAddress(options: ResolvedNetworkOptions): ClientAddressReader {
  const { clientAddressHeader, trustPrivatePeers } = options;
  const trusts = compileTrust(options);

  const readList = (
    peer: PeerAddress,
    lines: readonly string[],
    parse: (text: string) => IpAddress | undefined,
  ): ClientAddress => {
    let address = peer;
    let hops = 0;
    for (const text of hopsFromTheRight(lines)) {
      const hop = parse(text);
      // An unreadable hop counts as untrusted: the walk ends here, and what is left of it is a stranger's word.
      if (hop === undefined) return { address, exact: false };
      address = hop;
      if (trustPrivatePeers || !trusts(hop)) return { address, exact: true };
      hops += 1;
      if (hops === MAX_HOPS) return { address, exact: false };
    }
    return { address, exact: true };
  };

  return (peerAddress, headers, proxied) => {
    const peer = parsePeer(peerAddress);
    if (peer === undefined) return fail('peer_unknown');
    if (clientAddressHeader === 'none' || !trusts(peer)) return ok({ address: peer, exact: true });
    if (clientAddressHeader !== 'proxy_protocol') {
      return ok(readList(peer, headers.all(clientAddressHeader), PARSERS[clientAddressHeader]));
    }
    if (proxied === undefined) return ok({ address: peer, exact: true });
    const client = parseIpAddress(proxied);
    return ok(client === undefined ? { address: peer, exact: false } : { address: client, exact: true });
  };
}

/** List elements from the last of the last line to the first of the first; lazily, so that the rest costs nothing. */
function* hopsFromTheRight(lines: readonly string[]): Generator<string> {
  for (const line of lines.toReversed()) {
    let end = line.length;
    while (end >= 0) {
      // lastIndexOf counts a negative start as 0, which would find a leading comma again and again.
      const comma = end === 0 ? -1 : line.lastIndexOf(',', end - 1);
      yield withoutSpace(line.slice(comma + 1, end));
      end = comma;
    }
  }
}

/** Optional white space of RFC 9110 §5.6.3: space and tab, and not what trim() takes besides. */
function withoutSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start += 1;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}
