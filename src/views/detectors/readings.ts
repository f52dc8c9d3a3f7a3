// The ways in which one text can be read: as it is, with full-width and invisible characters folded, and
// percent-decoded (RFC 3986 section 2.1), at most twice, and as a name in Prometheus' escaping. Each reading costs
// time linear in the text.

import { decodeEscapedName } from '../label-name.js';

const PERCENT = 37;
const MAX_DECODINGS = 2;
/** An ellipsis becomes three dots; the ligature that becomes eighteen letters stays one. */
const MAX_FOLDED_LENGTH = 4;
const NOT_ASCII = /[^\0-\x7f]/gu;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Mark}]/u;
const DASH = /\p{Dash_Punctuation}/u;
/** Takes the place of a dot in names of hosts (UTS 46), as does its half-width form, which NFKC makes this one. */
const IDEOGRAPHIC_FULL_STOP = '\u3002';

/** The text and its other readings, each once. */
export function readingsOf(text: string): ReadonlySet<string> {
  const folded = foldToAscii(text);
  const readings = new Set([text, folded, decodeEscapedName(text)]);
  let decoded = folded;
  for (let round = 0; round < MAX_DECODINGS && decoded.includes('%'); round += 1) {
    decoded = foldToAscii(percentDecode(decoded));
    readings.add(decoded);
  }
  return readings;
}

/**
 * Characters that only look different become ASCII: compatibility forms (NFKC), dots, dashes; invisible ones go.
 * One character at a time, because normalising a long run of combining marks takes quadratic time.
 */
function foldToAscii(text: string): string {
  return text.replaceAll(NOT_ASCII, (character) => {
    if (INVISIBLE.test(character)) return '';
    if (DASH.test(character)) return '-';
    const folded = character.normalize('NFKC');
    if (folded.length > MAX_FOLDED_LENGTH) return character;
    return folded === IDEOGRAPHIC_FULL_STOP ? '.' : folded;
  });
}

/** Escapes that are none stay as they are; bytes that are no UTF-8 become U+FFFD. */
function percentDecode(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1, length += 1) {
    const high = bytes[at] === PERCENT ? hexValue(bytes[at + 1]) : -1;
    const low = high === -1 ? -1 : hexValue(bytes[at + 2]);
    if (low === -1) {
      bytes[length] = bytes[at] ?? 0;
    } else {
      bytes[length] = high * 16 + low;
      at += 2;
    }
  }
  return bytes.toString('utf8', 0, length);
}

/** The value of a hexadecimal digit; -1 for anything else. */
function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
