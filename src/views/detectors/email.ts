// E-mail addresses anywhere in a value: something before `@` (or its URL form `%40`), a domain with a dot after it.
// `claude-3-5-sonnet@20240620` is a model, not an address: the last part of the domain must be letters.

import { isAsciiLetter, isWordCharacter, skipWhile } from './characters.js';

const LOCAL_PART_PUNCTUATION = '.!#$%&\'*+/=?^_`{|}~-"';

/** Whether `text` contains an e-mail address. Linear in its length. */
export function containsEmail(text: string): boolean {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (endsLocalPart(text, at) && startsDomain(text, at + 1)) return true;
  }
  for (let at = text.indexOf('%40'); at !== -1; at = text.indexOf('%40', at + 3)) {
    if (endsLocalPart(text, at) && startsDomain(text, at + 3)) return true;
  }
  return false;
}

function endsLocalPart(text: string, end: number): boolean {
  if (end === 0) return false;
  const last = text.charCodeAt(end - 1);
  return isWordCharacter(last) || LOCAL_PART_PUNCTUATION.includes(text.charAt(end - 1));
}

function startsDomain(text: string, start: number): boolean {
  const end = skipWhile(text, start, (code) => isWordCharacter(code) || code === 45 || code === 46);
  let lastDot = -1;
  for (let at = start; at < end; at += 1) if (text[at] === '.' && at + 1 < end) lastDot = at;
  if (lastDot <= start) return false;
  const topLevelEnd = skipWhile(
    text,
    lastDot + 1,
    (code) => isAsciiLetter(code) || code > 127 || code === 45,
  );
  return topLevelEnd - lastDot - 1 >= 2 && isLetter(text.charCodeAt(lastDot + 1));
}

function isLetter(code: number): boolean {
  return isAsciiLetter(code) || code > 127;
}
