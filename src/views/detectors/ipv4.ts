// IPv4 addresses anywhere in a value: bare, in a URL, glued to words and ports, and with dashes in names of hosts.
// Four-part version numbers look the same and count as addresses: hiding one costs less than showing one.

import { isAlphanumeric, isAsciiLetter, isDigit, skipWhile, startsWord } from './characters.js';

const DASH = '-';
const PARTS = 4;
const MAX_BYTE = 255;
const MAX_PORT = 65_535;
/** How clouds name the host of an address, before its first dash. */
const DASHED_HOST_PREFIXES: readonly string[] = ['ip-', 'ec2-'];

/** Whether `text` contains an IPv4 address. Linear in its length. */
export function containsIpv4(text: string): boolean {
  return (
    hasNumbers(text, '.', (parts, start) => isDotted(parts) && !isVersion(text, start)) ||
    hasNumbers(text, DASH, (parts, start, end) => isAddress(parts) && isHostName(text, start, end))
  );
}

/** Whether `accepts` takes any of the longest runs of numbers with single separators between them. */
function hasNumbers(
  text: string,
  separator: string,
  accepts: (parts: readonly string[], start: number, end: number) => boolean,
): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (!isDigit(text.charCodeAt(at))) continue;
    const start = at;
    at = skipWhile(text, at, isDigit);
    // In `ec2-203-0-113-7` the first number is part of a word.
    if (separator === DASH && !startsWord(text, start)) continue;
    while (text[at] === separator && isDigit(text.charCodeAt(at + 1))) at = skipWhile(text, at + 1, isDigit);
    if (accepts(text.slice(start, at).split(separator, PARTS + 2), start, at)) return true;
  }
  return false;
}

function isAddress(parts: readonly string[]): boolean {
  return parts.length === PARTS && parts.every((part) => part.length <= 3 && Number(part) <= MAX_BYTE);
}

/** An address, or one with a port behind a dot; with any other fifth part it is a version or an object identifier. */
function isDotted(parts: readonly string[]): boolean {
  const port = Number(parts[PARTS]);
  const hasPort = parts.length === PARTS + 1 && port > MAX_BYTE && port <= MAX_PORT;
  return isAddress(hasPort ? parts.slice(0, PARTS) : parts);
}

/** `v1.2.3.4`. */
function isVersion(text: string, start: number): boolean {
  return (text.charCodeAt(start - 1) | 32) === 118 && startsWord(text, start - 1);
}

/** Dashes are also in dates and versions, so more of a host's name must be there: `ip-…`, or a domain behind it. */
function isHostName(text: string, start: number, end: number): boolean {
  if (isAlphanumeric(text.charCodeAt(end))) return false;
  const before = text.slice(Math.max(0, start - 4), start).toLowerCase();
  const named = DASHED_HOST_PREFIXES.some(
    (prefix) => before.endsWith(prefix) && startsWord(text, start - prefix.length),
  );
  return named || hasDomain(text, end);
}

/** `.default.pod`: two labels that begin with a letter. */
function hasDomain(text: string, start: number): boolean {
  if (text[start] !== '.' || !isAsciiLetter(text.charCodeAt(start + 1))) return false;
  const end = skipWhile(text, start + 1, (code) => isAlphanumeric(code) || code === 45);
  return text[end] === '.' && isAsciiLetter(text.charCodeAt(end + 1));
}
