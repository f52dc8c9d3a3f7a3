// Addresses to listen on, as text: `0.0.0.0:9087`, `[::1]:9087`, `unix:/run/gate.sock`, `systemd`, `systemd:name`.
// Pure: names are not resolved here, and nothing is opened.

import type {
  ListenOptions,
  SystemdListenOptions,
  TcpListenOptions,
  UnixListenOptions,
} from '../gateway/options.js';
import { parseIpAddress } from '../network/ip-address.js';

/** What an address to listen on looks like, for the JSON Schema. */
export const LISTEN_PATTERN = '^(?:\\S+:[0-9]{1,5}|unix:/.+|systemd(?::\\S+)?)$';

/** The same, for messages. */
export const LISTEN_EXPECTED =
  'host:port, such as 0.0.0.0:9087 or "[::1]:9087"; unix:/path/of/socket; systemd; or systemd:name';

/** Owner and group may connect to a Unix socket. */
export const DEFAULT_SOCKET_MODE = 0o660;

/** The longest path that the systems of this world take for a Unix socket, in bytes. */
const MAX_SOCKET_PATH_BYTES = 103;
const UNIX_PREFIX = 'unix:';
/** Names of `FileDescriptorName=`; systemd itself calls unnamed sockets by their unit. */
const SYSTEMD = /^systemd(?::(?<name>[\x21-\x39\x3b-\x7e]{1,255}))?$/;

const MAX_PORT = 65_535;

/** A port from text: decimal digits alone, 0 to 65535 (0 takes a free one); undefined for anything else. */
export function parsePort(text: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,4})$/.test(text)) return undefined;
  const port = Number(text);
  return port <= MAX_PORT ? port : undefined;
}

/** An address of any kind; undefined for anything else. */
export function parseListenAddress(text: string): ListenOptions | undefined {
  return parseUnixAddress(text) ?? parseSystemdAddress(text) ?? parseTcpAddress(text);
}

/** `unix:` and an absolute path, with the default mode. */
export function parseUnixAddress(text: string): UnixListenOptions | undefined {
  if (!text.startsWith(`${UNIX_PREFIX}/`) || text.endsWith('/')) return undefined;
  const path = text.slice(UNIX_PREFIX.length);
  const isPlain = !/\p{Cc}/u.test(path);
  return isPlain && Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES
    ? { path, mode: DEFAULT_SOCKET_MODE }
    : undefined;
}

function parseSystemdAddress(text: string): SystemdListenOptions | undefined {
  const match = SYSTEMD.exec(text);
  const name = match?.groups?.['name'];
  return match === null ? undefined : { systemd: name === undefined ? {} : { name } };
}

/** Host and port of `host:port` or `[IPv6]:port`; undefined for anything else. The host comes without brackets. */
export function parseTcpAddress(text: string): TcpListenOptions | undefined {
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

/** The text of an address, as it is parsed. */
export function formatListenAddress(address: ListenOptions): string {
  if ('path' in address) return UNIX_PREFIX + address.path;
  if ('systemd' in address) {
    const { name } = address.systemd;
    return name === undefined ? 'systemd' : `systemd:${name}`;
  }
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${String(address.port)}`;
}

/** Whether `host` stands for every address of the machine. */
export function isWildcardHost(host: string): boolean {
  return parseIpAddress(host)?.bits === 0n;
}
