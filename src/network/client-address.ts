// Who is the client: the socket peer, or behind trusted proxies the rightmost forwarded hop that is not one of them.
// Whatever stands left of that hop was written by a stranger and is never looked at. A peer that is not trusted has
// its forwarding header ignored whole. One header is read, never a second opinion. Pure. No I/O.

import type { HeaderLines } from '../internal/header-lines.js';
import { fail, ok, type Result } from '../internal/result.js';
import { isPrivate, parseIpAddress, type IpAddress } from './ip-address.js';
import type { ResolvedNetworkOptions } from './resolve-options.js';

/** The client's address, as far as trusted proxies vouch for it. */
export interface ClientAddress {
  readonly ip: IpAddress;
  /**
   * False when a trusted proxy named a client that is not an address (`unknown`, `10.0.0.1:80`, garbage). `ip` is then
   * that proxy: right for counting failures and for the log, but no proof for an allow list.
   */
  readonly exact: boolean;
}

/** Tells the client of a request. `peer_unknown`: the socket is already gone, or is not an IP socket. */
export type ClientAddressReader = (
  peerAddress: string | undefined,
  headers: HeaderLines,
) => Result<ClientAddress, 'peer_unknown'>;

/** Trusted hops followed at most; real chains have a handful, and a longer one counts as unreadable. */
const MAX_HOPS = 32;

/** Compiles the reader for one set of options. */
export function compileClientAddress(options: ResolvedNetworkOptions): ClientAddressReader {
  const { trustedProxies, clientAddressHeader, trustPrivatePeers } = options;
  const trusts = (ip: IpAddress): boolean =>
    trustPrivatePeers ? isPrivate(ip) : trustedProxies.contains(ip);

  return (peerAddress, headers) => {
    const peer = parsePeer(peerAddress);
    if (peer === undefined) return fail('peer_unknown');
    if (clientAddressHeader === 'none' || !trusts(peer)) return ok({ ip: peer, exact: true });

    let ip = peer;
    let hops = 0;
    for (const text of hopsFromTheRight(headers.all(clientAddressHeader))) {
      const hop = parseIpAddress(text);
      // An unreadable hop counts as untrusted: the walk ends here, and what is left of it is a stranger's word.
      if (hop === undefined) return ok({ ip, exact: false });
      ip = hop;
      if (trustPrivatePeers || !trusts(hop)) return ok({ ip, exact: true });
      hops += 1;
      if (hops === MAX_HOPS) return ok({ ip, exact: false });
    }
    return ok({ ip, exact: true });
  };
}

/** The kernel adds a zone to link-local peers (`fe80::1%eth0`); it is this machine's own word, and not the address. */
function parsePeer(peerAddress: string | undefined): IpAddress | undefined {
  const [text] = (peerAddress ?? '').split('%', 1);
  return parseIpAddress(text ?? '');
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
