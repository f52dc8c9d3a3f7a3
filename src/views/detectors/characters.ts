// Character classes for the detectors, by UTF-16 code unit. No regular expressions: a label value of a megabyte
// must cost a megabyte's worth of work and no more.

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** Letters and digits of ASCII, and everything beyond ASCII. */
export function isWordCharacter(code: number): boolean {
  return isDigit(code) || isAsciiLetter(code) || code > 127;
}

/** The alphabet of base64url (RFC 4648 section 5). */
export function isBase64Url(code: number): boolean {
  return isDigit(code) || isAsciiLetter(code) || code === 45 || code === 95;
}

/** The index of the first character at or after `from` for which `accept` is false. */
export function skipWhile(text: string, from: number, accept: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && accept(text.charCodeAt(at))) at += 1;
  return at;
}
