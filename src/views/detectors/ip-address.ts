// IPv4 and IPv6 addresses anywhere in a value, bare or inside a URL, with or without port and brackets.
// Four-part version numbers look the same and count as addresses: hiding one costs less than showing one.

import { isDigit, isHexDigit, isWordCharacter, skipWhile } from './characters.js';

const IPV6_GROUPS = 8;

/** Whether `text` contains an IPv4 or IPv6 address. Linear in its length. */
export function containsIpAddress(text: string): boolean {
  return containsIpv4(text) || containsIpv6(text);
}

function containsIpv4(text: string): boolean {
  let at = 0;
  while (at < text.length) {
    if (!isDigit(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const end = skipWhile(text, at, (code) => isDigit(code) || code === 46);
    if (isBoundary(text, at - 1) && isBoundary(text, end) && isIpv4(text.slice(at, end))) return true;
    at = end;
  }
  return false;
}

/** Dotted decimal of four parts up to 255; a dot that ends a sentence may follow. */
function isIpv4(run: string): boolean {
  const parts = (run.endsWith('.') ? run.slice(0, -1) : run).split('.', 5);
  return parts.length === 4 && parts.every((part) => part !== '' && part.length <= 3 && Number(part) <= 255);
}

function containsIpv6(text: string): boolean {
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (!isHexDigit(code) && code !== 58) {
      at += 1;
      continue;
    }
    const end = skipWhile(text, at, (inner) => isHexDigit(inner) || inner === 58);
    if (isBoundary(text, at - 1) && isIpv6(text.slice(at, end))) return true;
    at = end;
  }
  return false;
}

/** Hexadecimal groups with one `::` at most. An embedded IPv4 tail has been found as IPv4 already. */
function isIpv6(run: string): boolean {
  if (run.length < 3 || run.length > 39) return false;
  const halves = run.split('::', 3);
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (groups.some((group) => group === '' || group.length > 4)) return false;
  return halves.length === 2
    ? groups.length >= 1 && groups.length < IPV6_GROUPS
    : groups.length === IPV6_GROUPS;
}

function isBoundary(text: string, at: number): boolean {
  if (at < 0 || at >= text.length) return true;
  const code = text.charCodeAt(at);
  return !isWordCharacter(code) && code !== 95;
}
