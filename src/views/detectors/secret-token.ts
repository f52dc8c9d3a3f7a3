// Secrets by their shape: JSON Web Tokens, `Bearer …`, API keys with a known prefix, user information in URLs.
// A bare hash or UUID is no secret by its shape (model and team identifiers look the same): label rules hide those.

import { isAsciiLetter, isBase64Url, isDigit, isWordCharacter, skipWhile } from './characters.js';

/** Prefixes of API keys, and how many characters must follow. `sk-1234` is a real, and popular, master key. */
const API_KEY_PREFIXES: readonly (readonly [prefix: string, minimum: number])[] = [
  ['sk-', 4],
  ['sk_', 12],
  ['pk-', 12],
  ['pk_', 12],
  ['rk_', 12],
  ['gsk_', 12],
  ['hf_', 12],
  ['r8_', 12],
  ['xai-', 12],
  ['pplx-', 12],
  ['vk-', 12],
  ['ghp_', 16],
  ['gho_', 16],
  ['ghs_', 16],
  ['ghu_', 16],
  ['github_pat_', 16],
  ['glpat-', 12],
  ['xoxb-', 10],
  ['xoxp-', 10],
  ['xoxa-', 10],
  ['AKIA', 16],
  ['ASIA', 16],
  ['AIza', 30],
  ['ya29.', 16],
];

const BEARER = 'bearer ';
const BEARER_MINIMUM = 8;
const JWT_START = 'eyJ';
const JWT_SEGMENT_MINIMUM = 4;

/** Whether `text` contains a JSON Web Token or JWE (RFC 7519, compact form). Linear in its length. */
export function containsJwt(text: string): boolean {
  for (let at = text.indexOf(JWT_START); at !== -1; at = text.indexOf(JWT_START, at + 1)) {
    const headerEnd = skipWhile(text, at, isBase64Url);
    const payloadEnd = skipWhile(text, headerEnd + 1, isBase64Url);
    const long = headerEnd - at >= JWT_SEGMENT_MINIMUM && payloadEnd - headerEnd > JWT_SEGMENT_MINIMUM;
    if (text[headerEnd] === '.' && text[payloadEnd] === '.' && long) return true;
    // Whatever begins inside this run ends where this one ended, so it cannot be a token either.
    at = headerEnd;
  }
  return false;
}

/** Whether `text` contains an API key with a known prefix, or the word "Bearer" with a token. Linear in its length. */
export function containsApiKey(text: string): boolean {
  for (const [prefix, minimum] of API_KEY_PREFIXES) {
    for (let at = text.indexOf(prefix); at !== -1;) {
      const end = skipWhile(text, at + prefix.length, isBase64Url);
      if (startsWord(text, at) && end - at - prefix.length >= minimum) return true;
      at = text.indexOf(prefix, Math.max(end, at + 1));
    }
  }
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(BEARER); at !== -1; at = lower.indexOf(BEARER, at + BEARER.length)) {
    const start = skipWhile(lower, at + BEARER.length, (code) => code === 32);
    const end = skipWhile(
      lower,
      start,
      (code) => isBase64Url(code) || code === 46 || code === 126 || code === 43,
    );
    if (startsWord(lower, at) && end - start >= BEARER_MINIMUM) return true;
  }
  return false;
}

/** Whether `text` contains a URL with user information (`scheme://user:password@host`). Linear in its length. */
export function containsUrlUserinfo(text: string): boolean {
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const end = skipWhile(text, at + 3, isAuthority);
    if (at > 0 && isSchemeEnd(text.charCodeAt(at - 1)) && text.slice(at + 3, end).includes('@')) return true;
    at = end - 3;
  }
  return false;
}

/** Anything up to white space, a path, a query or a fragment (RFC 3986 section 3.2). */
function isAuthority(code: number): boolean {
  return code > 32 && code !== 47 && code !== 63 && code !== 35;
}

function isSchemeEnd(code: number): boolean {
  return isAsciiLetter(code) || isDigit(code) || code === 43 || code === 45 || code === 46;
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || !isWordCharacter(text.charCodeAt(at - 1));
}
