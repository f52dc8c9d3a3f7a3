// How many bits a token can have at most, judged by its looks: characters used, length, repetition.
// An upper bound: a phrase of words scores too well, random text never scores below what it has by more than chance.
// It decides which tokens may be tried by a locked-out client, and which are worth a warning. Pure.

/** A credential of at least this many bits cannot be guessed, so that no lockout has to protect it. */
export const STRONG_TOKEN_BITS = 128;

/**
 * Alphabets that tokens are made of, smallest first: the first one that holds every character is assumed. Each is so
 * much larger than the one before that random text hardly ever looks like the smaller one; base32 has no row for that.
 */
const ALPHABETS: readonly (readonly [pattern: RegExp, size: number])[] = [
  [/^[0-9]*$/, 10],
  [/^[0-9a-f]*$/, 16],
  [/^[0-9A-F]*$/, 16],
  [/^[0-9a-z]*$/, 36],
  [/^[0-9A-Z]*$/, 36],
  [/^[0-9A-Za-z]*$/, 62],
  [/^[0-9A-Za-z_-]*$/, 64],
  [/^[0-9A-Za-z+/]*=*$/, 64],
];

/** Printable ASCII; what lies beyond is not counted as more. */
const LARGEST_ALPHABET = 95;

/** Enough to tell a strong token; the time that looking for repetition takes grows with the square. */
const MAX_JUDGED_LENGTH = 256;

/** A version 4 UUID has 122 random bits; other versions have fewer. */
const UUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;
const UUID_BITS = 122;

/**
 * Of the distinct characters that random text of a length would show, this share must be there. Random tokens of 128
 * bits fall below it less than once in a million; `abababab…` and `aaaaaaa1` do so always.
 */
const DISTINCT_SHARE = 0.55;

/**
 * An upper bound of the token's entropy in bits: length times bits a character of the smallest alphabet that fits
 * (4 for hexadecimal, 6 for base64url). Text with few distinct characters counts by those, and repeated text once.
 */
export function tokenBits(token: string): number {
  if (UUID.test(token)) return UUID_BITS;
  const unit = repeatedUnit(token.slice(0, MAX_JUDGED_LENGTH)).replace(/=+$/, '');
  const size = ALPHABETS.find(([pattern]) => pattern.test(unit))?.[1] ?? LARGEST_ALPHABET;
  const distinct = new Set(unit).size;
  const expected = size * (1 - (1 - 1 / size) ** unit.length);
  const effective = distinct < expected * DISTINCT_SHARE ? distinct : size;
  return Math.floor(unit.length * Math.log2(Math.max(effective, 1)));
}

/** `abcabcabc` is `abc`: a rotation that equals the text shows its period. */
function repeatedUnit(token: string): string {
  const period = (token + token).indexOf(token, 1);
  return period > 0 ? token.slice(0, period) : token;
}
