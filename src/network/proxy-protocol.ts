// The PROXY header that a proxy sends at the beginning of a connection, in versions 1 and 2.
// Strict and bounded: what is not a whole header as the specification (haproxy.org, proxy-protocol.txt) writes it is no
// header. Who may send one is decided elsewhere, before a byte is read. Pure. No I/O.

import { isIP } from 'node:net';
import { parseIpAddress } from './ip-address.js';

/** What the first bytes of a connection are. */
export type ProxyHeader =
  /** More bytes are needed. */
  | { readonly state: 'incomplete' }
  /** Something else, such as a request. */
  | { readonly state: 'missing' }
  /** The beginning of a header, and then no header. */
  | { readonly state: 'malformed' }
  /**
   * A header of `length` bytes. `client` is the address that it names, `''` where the proxy does not know it, and absent
   * where the proxy speaks for itself.
   */
  | { readonly state: 'whole'; readonly length: number; readonly client?: string };

const INCOMPLETE: ProxyHeader = { state: 'incomplete' };
const MISSING: ProxyHeader = { state: 'missing' };
const MALFORMED: ProxyHeader = { state: 'malformed' };
const UNKNOWN_CLIENT = '';

/** Section 2.1: the longest line with its end. */
const MAX_V1_BYTES = 107;
const V1_SIGNATURE = Buffer.from('PROXY ', 'latin1');
const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_HEAD_BYTES = 16;
/** Addresses take 216 bytes at most; certificates and the like may follow. The field itself could say 65,535. */
const MAX_V2_BODY_BYTES = 4096;
/** Section 2.2: the versions and commands LOCAL and PROXY. */
const V2_LOCAL = 0x20;
const V2_PROXY = 0x21;
/** Protocol byte → bytes of its addresses. Datagrams do not come over a stream. */
const V2_ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
  [0x00, 0],
  [0x11, 12],
  [0x21, 36],
  [0x31, 216],
]);

const PORT = '(0|[1-9][0-9]{0,4})';
const V1_LINE = new RegExp(`^PROXY TCP([46]) ([0-9A-Fa-f:.]{2,45}) ([0-9A-Fa-f:.]{2,45}) ${PORT} ${PORT}$`);
/** What stands behind UNKNOWN is to be ignored. */
const V1_UNKNOWN = /^PROXY UNKNOWN(?: [\x20-\x7e]*)?$/;

/** Reads the header at the beginning of `bytes`; what follows it belongs to the connection. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (bytes.length === 0) return INCOMPLETE;
  if (beginsAs(bytes, V2_SIGNATURE)) return parseV2(bytes);
  return beginsAs(bytes, V1_SIGNATURE) ? parseV1(bytes) : MISSING;
}

/** Whether `bytes` are the signature, its beginning, or begin with it. */
function beginsAs(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return bytes.compare(signature, 0, length, 0, length) === 0;
}

function parseV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, MAX_V1_BYTES).indexOf('\r\n');
  if (end === -1) return bytes.length < MAX_V1_BYTES ? INCOMPLETE : MALFORMED;
  const line = bytes.toString('latin1', 0, end);
  const length = end + 2;
  if (V1_UNKNOWN.test(line)) return { state: 'whole', length, client: UNKNOWN_CLIENT };
  const [, version, source = '', destination = '', ...ports] = V1_LINE.exec(line) ?? [];
  const isOfVersion = [source, destination].every((address) => String(isIP(address)) === version);
  const client = parseIpAddress(source);
  if (!isOfVersion || client === undefined || ports.some((port) => Number(port) > 65_535)) return MALFORMED;
  return { state: 'whole', length, client: source };
}

function parseV2(bytes: Buffer): ProxyHeader {
  const command = bytes[12];
  const protocol = bytes[13];
  // What is wrong already need not be waited for.
  if (command !== undefined && command !== V2_LOCAL && command !== V2_PROXY) return MALFORMED;
  const addressBytes = protocol === undefined ? 0 : V2_ADDRESS_BYTES.get(protocol);
  if (addressBytes === undefined && command !== V2_LOCAL) return MALFORMED;
  if (bytes.length < V2_HEAD_BYTES) return INCOMPLETE;
  const bodyBytes = bytes.readUInt16BE(14);
  if (bodyBytes > MAX_V2_BODY_BYTES) return MALFORMED;
  if (command === V2_PROXY && bodyBytes < (addressBytes ?? 0)) return MALFORMED;
  const length = V2_HEAD_BYTES + bodyBytes;
  if (bytes.length < length) return INCOMPLETE;
  if (command === V2_LOCAL) return { state: 'whole', length };
  return { state: 'whole', length, client: v2Client(bytes, protocol) };
}

/** The source address comes first; that of a Unix socket is no address of a client. */
function v2Client(bytes: Buffer, protocol: number | undefined): string {
  if (protocol === 0x11) return [...bytes.subarray(16, 20)].join('.');
  if (protocol !== 0x21) return UNKNOWN_CLIENT;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(16 + index * 2).toString(16));
  return groups.join(':');
}
