// User information in URLs (RFC 3986 section 3.2.1): `https://user:password@host`, also where a password has characters
// in it that should have been encoded, and in URLs without a scheme.

import { isAlphanumeric, isDigit, skipWhile } from './characters.js';

/** Whether `text` contains a URL with user information. Linear in its length. */
export function containsUrlUserinfo(text: string): boolean {
  if (!text.includes('@') || !text.includes('//')) return false;
  for (let at = 0; at < text.length;) {
    const start = skipWhile(text, at, (code) => !isInside(code));
    at = skipWhile(text, start, isInside);
    if (hasUserinfo(text.slice(start, at))) return true;
  }
  return false;
}

/** White space, quotes and angle brackets end a URL. */
function isInside(code: number): boolean {
  return code > 32 && code !== 34 && code !== 60 && code !== 62;
}

function hasUserinfo(text: string): boolean {
  const lastAt = text.lastIndexOf('@');
  for (let at = text.indexOf('//'); at !== -1 && at < lastAt; at = text.indexOf('//', at + 1)) {
    const end = skipWhile(text, at + 2, isAuthority);
    const authority = text.slice(at + 2, end);
    const hasScheme = text[at - 1] === ':' && isSchemeEnd(text.charCodeAt(at - 2));
    if (authority.includes('@') && (hasScheme || isUserAndPassword(authority))) return true;
    if (hasScheme && lastAt >= end && isBrokenOff(authority)) return true;
  }
  return false;
}

/** Anything up to a path, a query or a fragment (RFC 3986 section 3.2). */
function isAuthority(code: number): boolean {
  return code !== 47 && code !== 63 && code !== 35;
}

/** `//claude@20240620` is a path; `//user:password@host` is not. */
function isUserAndPassword(authority: string): boolean {
  const colon = authority.indexOf(':');
  return colon !== -1 && colon < authority.lastIndexOf('@');
}

/** `user:pa`, the rest of whose password begins with `/`, `?` or `#`; `host:8080` is no such thing, nor is `[::1]`. */
function isBrokenOff(authority: string): boolean {
  const colon = authority.indexOf(':');
  if (colon === -1 || authority.startsWith('[')) return false;
  return skipWhile(authority, colon + 1, isDigit) < authority.length;
}

function isSchemeEnd(code: number): boolean {
  return isAlphanumeric(code) || code === 43 || code === 45 || code === 46;
}
