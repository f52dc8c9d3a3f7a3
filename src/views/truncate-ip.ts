// Cuts an address to its network: /24 for IPv4, /48 for IPv6 (RFC 4291 text, RFC 5952 output).
// An IPv4-mapped address is the IPv4 address that it carries.

const IPV6_GROUPS = 8;

/** The network of an address in CIDR notation; undefined when the text is not exactly one address. */
export function truncateIp(text: string): string | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return `${ipv4.slice(0, 3).join('.')}.0/24`;
  const groups = parseIpv6(text);
  if (groups === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = groups;
  if (a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff) {
    return `${g >> 8}.${g & 0xff}.${(groups[7] ?? 0) >> 8}.0/24`;
  }
  const network = [a, b, c].map((group) => group.toString(16));
  while (network.at(-1) === '0') network.pop();
  return network.length === 0 ? '::/48' : `${network.join(':')}::/48`;
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  if (tail.includes('.')) {
    const bytes = parseIpv4(tail);
    if (bytes === undefined) return undefined;
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    const low = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    return parseIpv6(text.slice(0, lastColon + 1) + low);
  }
  const halves = text.split('::', 3);
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], rest = []] = groups;
  if (halves.length > 2 || ![...head, ...rest].every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)))
    return undefined;
  const missing = IPV6_GROUPS - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0 || head.length !== IPV6_GROUPS) return undefined;
  return [...head, ...Array<string>(missing).fill('0'), ...rest].map((group) => Number.parseInt(group, 16));
}
