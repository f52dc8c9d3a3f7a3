// E-mail addresses anywhere in a value (RFC 5321, loosely): something before `@`, a domain with a dot after it, or an
// address in brackets. `claude-3-5-sonnet@20240620` is a model: behind a dot two letters must come.

import { isAlphanumeric, isAsciiLetter, isWordCharacter, skipWhile } from './characters.js';

const LOCAL_PART_PUNCTUATION = '.!#$%&\'*+/=?^_`{|}~-")';

/** Whether `text` contains an e-mail address. Linear in its length. */
export function containsEmail(text: string): boolean {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (!endsLocalPart(text, at)) continue;
    if (startsDomain(text, at + 1) || startsAddressLiteral(text, at + 1)) return true;
  }
  return false;
}

function endsLocalPart(text: string, end: number): boolean {
  if (end === 0) return false;
  return isWordCharacter(text.charCodeAt(end - 1)) || LOCAL_PART_PUNCTUATION.includes(text.charAt(end - 1));
}

/** Any label but the first may be the top level: what follows it can be the end of a sentence or a number. */
function startsDomain(text: string, start: number): boolean {
  let hasName = false;
  for (let at = start; ;) {
    if (hasName && isLetter(text.charCodeAt(at)) && isLetter(text.charCodeAt(at + 1))) return true;
    const end = skipWhile(text, at, isDomainLabel);
    if (text[end] !== '.') return false;
    hasName ||= end > at;
    at = end + 1;
  }
}

/** `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321 section 4.1.3). */
function startsAddressLiteral(text: string, start: number): boolean {
  if (text[start] !== '[') return false;
  const end = skipWhile(text, start + 1, (code) => isAlphanumeric(code) || code === 46 || code === 58);
  return text[end] === ']' && /[.:]/.test(text.slice(start + 1, end));
}

function isDomainLabel(code: number): boolean {
  return isWordCharacter(code) || code === 45 || code === 95;
}

function isLetter(code: number): boolean {
  return isAsciiLetter(code) || code > 127;
}
