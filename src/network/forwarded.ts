// The `for` of one element of a Forwarded header (RFC 7239 sections 4 and 6). Strict: what could be read in two ways,
// or names no address, is unreadable, and whoever asks treats it as written by a stranger. Pure. No I/O.
//
// Elements are cut at every comma. A quoted comma would make that ambiguous, so that no quoted text may hold one: the
// halves of such an element have a quote without its partner, and are unreadable both.

import { parseIpAddress, type IpAddress } from './ip-address.js';

/** `token` of RFC 9110 section 5.6.2. */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** Text in quotes that needs no escape and holds no delimiter; RFC 7239 needs no other for addresses. */
const QUOTED = '"[\\t !#-+\\-./0-:<-\\[\\]-~]*"';
const PAIR = new RegExp(`^[ \\t]*(${TOKEN})=(?:(${TOKEN})|(${QUOTED}))[ \\t]*$`);
/** A port, or an obfuscated one (section 6.3). */
const PORT = '(?::(?:[0-9]{1,5}|_[A-Za-z0-9._-]+))?';
const IPV4_NODE = new RegExp(`^([0-9.]+)${PORT}$`);
const IPV6_NODE = new RegExp(`^\\[([0-9A-Fa-f:.]+)\\]${PORT}$`);

/** The address that an element names; undefined where it names none, or cannot be read in exactly one way. */
export function parseForwardedElement(element: string): IpAddress | undefined {
  const seen = new Set<string>();
  let node: string | undefined;
  for (const text of element.split(';')) {
    const [, name, token, quoted] = PAIR.exec(text) ?? [];
    if (name === undefined) return undefined;
    const key = name.toLowerCase();
    // Section 4: no parameter twice. Whoever stands in front may have read the other one.
    if (seen.has(key)) return undefined;
    seen.add(key);
    if (key === 'for') node = token ?? quoted?.slice(1, -1);
  }
  return node === undefined ? undefined : parseNode(node);
}

/** Section 6: IPv6 in brackets, IPv4 without; `unknown` and obfuscated names are no addresses. */
function parseNode(node: string): IpAddress | undefined {
  const ipv4 = IPV4_NODE.exec(node)?.[1];
  if (ipv4 !== undefined) return parseIpAddress(ipv4);
  const ipv6 = IPV6_NODE.exec(node)?.[1];
  return ipv6?.includes(':') === true ? parseIpAddress(ipv6) : undefined;
}
