// Character classes for the detectors, by UTF-16 code unit, and where words begin. No regular expressions: a label
// value of a megabyte must cost a megabyte's worth of work and no more.

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isUpperCase(code: number): boolean {
  return code >= 65 && code <= 90;
}

export function isLowerCase(code: number): boolean {
  return code >= 97 && code <= 122;
}

export function isAsciiLetter(code: number): boolean {
  return isLowerCase(code) || isUpperCase(code);
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** Letters and digits of ASCII. */
export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isAsciiLetter(code);
}

/** Letters and digits of ASCII, and everything beyond ASCII. */
export function isWordCharacter(code: number): boolean {
  return isAlphanumeric(code) || code > 127;
}

/** The alphabet of base64url (RFC 4648 section 5). */
export function isBase64Url(code: number): boolean {
  return isAlphanumeric(code) || code === 45 || code === 95;
}

/** The alphabet of base64 (RFC 4648 section 4), without padding. */
export function isBase64(code: number): boolean {
  return isAlphanumeric(code) || code === 43 || code === 47;
}

/** ASCII white space and control characters. */
export function isBlank(code: number): boolean {
  return code <= 32;
}

/** What stands around the separator of a parameter, a header or a member of JSON. */
export function isBlankOrQuote(code: number): boolean {
  return isBlank(code) || code === 34 || code === 39;
}

/** The index of the first character at or after `from` for which `accept` is false, or `limit`. */
export function skipWhile(
  text: string,
  from: number,
  accept: (code: number) => boolean,
  limit: number = text.length,
): number {
  const end = Math.min(limit, text.length);
  let at = from;
  while (at < end && accept(text.charCodeAt(at))) at += 1;
  return at;
}

/** Whether no ASCII letter or digit stands before `at`. */
export function startsWord(text: string, at: number): boolean {
  return at === 0 || !isAlphanumeric(text.charCodeAt(at - 1));
}

/**
 * The end of a lower-case ASCII `word` that stands at `at`, whatever its case; -1 where it does not.
 * `_` in the word is `_`, `-` or nothing in the text, so that `api_key` is also `api-key` and `apiKey`.
 */
export function matchWord(text: string, at: number, word: string): number {
  let end = at;
  for (let index = 0; index < word.length; index += 1) {
    const wanted = word.charCodeAt(index);
    const code = text.charCodeAt(end);
    if (wanted === 95) {
      if (code === 95 || code === 45) end += 1;
    } else if (isAsciiLetter(code) && (code | 32) === wanted) {
      end += 1;
    } else {
      return -1;
    }
  }
  return end;
}
