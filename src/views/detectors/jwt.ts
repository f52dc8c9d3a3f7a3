// JSON Web Tokens in compact form: JWS (RFC 7515 section 7.1) and JWE (RFC 7516 section 7.1).

import { isBase64Url, skipWhile } from './characters.js';

/** base64url of `{"`. */
const START = 'eyJ';
const SEGMENT_MINIMUM = 4;
const CLAIMS_MINIMUM = 12;

/** Whether `text` contains a JSON Web Token. Linear in its length. */
export function containsJwt(text: string): boolean {
  for (let at = text.indexOf(START); at !== -1; at = text.indexOf(START, at + 1)) {
    const headerEnd = skipWhile(text, at, isBase64Url);
    if (headerEnd - at >= SEGMENT_MINIMUM && text[headerEnd] === '.' && hasSecondPart(text, headerEnd + 1))
      return true;
    // Whatever begins inside this run ends where this one ended, so it cannot be a token either.
    at = headerEnd;
  }
  return false;
}

/**
 * The second part is empty where a JWE has no encrypted key, or a JWS is detached; then the third must be there.
 * Claims are claims even where the signature was cut off.
 */
function hasSecondPart(text: string, start: number): boolean {
  const end = skipWhile(text, start, isBase64Url);
  if (text[end] !== '.') return end - start >= CLAIMS_MINIMUM && text.startsWith(START, start);
  const [from, to] = end > start ? [start, end] : [end + 1, skipWhile(text, end + 1, isBase64Url)];
  return to - from >= SEGMENT_MINIMUM;
}
