// Which addresses of an identity provider are asked at all: https, and plain http on loopback alone.
// A token or a key set that somebody on the way can change is none. Pure. RFC 8414 section 2, OpenID Connect Discovery 1.0.

import { leadsToLoopback } from '../../network/host-list.js';

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const PARTS = /^https?:\/\/([^/?#]+)/i;
const MAX_LENGTH = 2048;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/**
 * What is wrong with a URL of an identity provider; undefined when it can be asked. `bare`: it is an issuer, which has
 * neither a query nor a fragment. The message does not repeat it.
 */
export function providerUrlProblem(
  text: unknown,
  { bare = false }: { readonly bare?: boolean } = {},
): string | undefined {
  if (typeof text !== 'string' || text === '') return 'is missing; expected an https: URL';
  // The WHATWG parser repairs white space, backslashes and foreign alphabets; what is asked must be what was written.
  if (text.length > MAX_LENGTH || !VISIBLE_ASCII.test(text) || text.includes('\\')) {
    return 'has characters that a URL cannot have; expected visible ASCII without backslashes';
  }
  const authority = PARTS.exec(text)?.[1];
  if (authority === undefined || !URL.canParse(text)) return 'is not an absolute https: URL';
  const url = new URL(text);
  if (authority.includes('@')) return 'has user information in it; expected none';
  if (text.includes('#')) return 'has a fragment; expected none';
  if (bare && text.includes('?')) return 'has a query; expected none';
  // 2130706433, 0x7f.1 and 0177.0.0.1 are all loopback to the parser, and none looks like it to a reader.
  if (IPV4.test(url.hostname) && !authority.startsWith(url.hostname)) {
    return 'has an address in an unusual notation; expected four decimal numbers';
  }
  if (url.protocol === 'http:' && !leadsToLoopback(url)) {
    return 'is plain http:, where everybody on the way can put in keys of their own; expected https:';
  }
  return undefined;
}

/** Whether the URL is asked in plain http, which `providerUrlProblem` allows on loopback alone. */
export function isPlainHttp(url: string): boolean {
  return url.slice(0, 5).toLowerCase() === 'http:';
}
