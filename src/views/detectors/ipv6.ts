// IPv6 addresses (RFC 4291 section 2.2) anywhere in a value: words and ports may be glued to them with a colon.
// An embedded IPv4 tail is found as IPv4. `Foo::Bar` and `us-east-1::foundation-model` are no addresses.

import { isAlphanumeric, isHexDigit, skipWhile } from './characters.js';

const GROUPS = 8;
/** A word that happens to be hexadecimal before the address, and a port after it. */
const GLUED_GROUPS = 2;
const MAX_GROUP_DIGITS = 4;
/** `fe80::` is a network; `a::` and `1::` are not. */
const MIN_PREFIX_DIGITS = 3;

/** Whether `text` contains an IPv6 address. Linear in its length. */
export function containsIpv6(text: string): boolean {
  let end = 0;
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', end)) {
    const start = startOfWord(text, colon, end);
    end = skipWhile(text, colon, (code) => isAlphanumeric(code) || code === 58);
    if (hasAddress(text.slice(start, end).split(':'))) return true;
  }
  return false;
}

function startOfWord(text: string, colon: number, limit: number): number {
  let start = colon;
  while (start > limit && isAlphanumeric(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

/** `pieces` are the words between colons; an empty one in the middle is a `::`. */
function hasAddress(pieces: readonly string[]): boolean {
  let groups = 0;
  for (let index = 0; index < pieces.length; index += 1) {
    const piece = pieces[index] ?? '';
    if (isGroup(piece)) {
      groups += 1;
      continue;
    }
    if (piece === '' && isCompressed(pieces, index, groups)) return true;
    if (isWhole(groups)) return true;
    groups = 0;
  }
  return isWhole(groups);
}

/** More than that are the bytes of a fingerprint. */
function isWhole(groups: number): boolean {
  return groups >= GROUPS && groups <= GROUPS + GLUED_GROUPS;
}

/**
 * Whether the empty piece at `index` is a `::` with groups on both sides, or on one side and nothing on the other.
 * One more colon may glue a word to it (`src:::ffff:abcd`); with one group behind it, that is `arn:aws:s3:::a`.
 */
function isCompressed(pieces: readonly string[], index: number, groupsBefore: number): boolean {
  const before = pieces[index - 1];
  const after = pieces[index + 1];
  if (before === undefined || after === undefined) return false;
  if (isGroup(after))
    return groupsBefore > 0 || (before === '' && (index === 1 || isGroup(pieces[index + 2] ?? '')));
  const endsHere = after === '' && (pieces[index + 2] ?? '') === '' && pieces.length <= index + 3;
  return endsHere && (groupsBefore > 1 || (groupsBefore === 1 && before.length >= MIN_PREFIX_DIGITS));
}

function isGroup(piece: string): boolean {
  return piece !== '' && piece.length <= MAX_GROUP_DIGITS && skipWhile(piece, 0, isHexDigit) === piece.length;
}
