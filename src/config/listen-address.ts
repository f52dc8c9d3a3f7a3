// Addresses to listen on, as text: `0.0.0.0:9087`, `localhost:9087`, `[::1]:9087`.
// Pure: names are not resolved here.

import type { ListenOptions } from '../gateway/options.js';
import { isLoopback, parseIpAddress } from '../network/ip-address.js';

/** What an address to listen on looks like, for the JSON Schema. */
export const LISTEN_PATTERN = '^\\S+:[0-9]{1,5}$';

const MAX_PORT = 65_535;

/** A port from text: decimal digits alone, 0 to 65535 (0 takes a free one); undefined for anything else. */
export function parsePort(text: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,4})$/.test(text)) return undefined;
  const port = Number(text);
  return port <= MAX_PORT ? port : undefined;
}

/** Host and port of `host:port` or `[IPv6]:port`; undefined for anything else. The host comes without brackets. */
export function parseListenAddress(text: string): ListenOptions | undefined {
  const match =
    /^(?:\[(?<ipv6>[0-9A-Fa-f:.]{2,45})\]|(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)):(?<port>\d+)$/.exec(
      text,
    );
  const port = parsePort(match?.groups?.['port'] ?? '');
  const ipv6 = match?.groups?.['ipv6'];
  const host = ipv6 ?? match?.groups?.['host'];
  if (host === undefined || port === undefined) return undefined;
  // What looks like an address must be one: `256.0.0.1` and `127.1` are no names.
  const looksLikeAddress = ipv6 !== undefined || /^[\d.]+$/.test(host);
  if (looksLikeAddress && parseIpAddress(host) === undefined) return undefined;
  return { host, port };
}

/** `host:port` with brackets around IPv6. */
export function formatListenAddress(address: ListenOptions): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${String(address.port)}`;
}

/** Whether only this machine can reach `host`. */
export function isLoopbackHost(host: string): boolean {
  const address = parseIpAddress(host);
  return address === undefined ? host.toLowerCase() === 'localhost' : isLoopback(address);
}

/** Whether `host` stands for every address of the machine. */
export function isWildcardHost(host: string): boolean {
  return parseIpAddress(host)?.bits === 0n;
}
