// Password hashes of both algorithms behind one face: scrypt, which is ours, and bcrypt, which others have written.
// Passwords are bytes: no Unicode normalisation, no trimming, nothing cut off.
// What is neither is refused with the way out, and never repeated.

import { ScrapegateError } from '../errors.js';
import { fail, type Result } from '../internal/result.js';
import {
  bcryptCostProblem,
  dummyBcryptHash,
  hashWithBcrypt,
  looksLikeBcrypt,
  MAX_BCRYPT_PASSWORD_BYTES,
  parseBcryptHash,
  verifyWithBcrypt,
  type BcryptCost,
  type BcryptHash,
} from './bcrypt-password.js';
import {
  dummyScryptHash,
  hashWithScrypt,
  parseScryptHash,
  scryptCostProblem,
  verifyWithScrypt,
  type ScryptCost,
  type ScryptHash,
} from './scrypt-password.js';

/** What one derivation costs, and by which algorithm. */
export type PasswordCost = ScryptCost | BcryptCost;

/** A parsed password hash. */
export type PasswordHash = ScryptHash | BcryptHash;

/** About a quarter of a second and 32 MiB: the OWASP recommendation for N = 2^15. */
const DEFAULT_COST: ScryptCost = { ln: 15, r: 8, p: 3 };

/** About a quarter of a second. */
export const DEFAULT_BCRYPT_COST: BcryptCost = { rounds: 12 };

const MAX_PASSWORD_BYTES = 1024;

/** Kinds that people have in their htpasswd files: they should know that it is no typing mistake. */
const OTHER_KINDS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^\{SHA\}/i, '{SHA}'],
  [/^\{SSHA\}/i, '{SSHA}'],
  [/^\$apr1\$/, '$apr1$ (MD5)'],
  [/^\$1\$/, '$1$ (MD5)'],
  [/^\$[56]\$/, '$5$ or $6$ (SHA-crypt)'],
  [/^[./0-9A-Za-z]{13}$/, 'crypt'],
];

const WAY_OUT = 'expected what "scrapegate hash-password" or "htpasswd -nB -C 12" prints';

/** RFC 7617 forbids control characters in a user name and a password. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/;

/** Whether a text has characters that Basic authentication cannot carry. */
export function hasControlCharacters(text: string): boolean {
  return CONTROL.test(text);
}

/** Equal for hashes that cost the same to check. */
export function costName(cost: PasswordCost): string {
  return 'rounds' in cost ? `bcrypt ${cost.rounds}` : `scrypt ${cost.ln},${cost.r},${cost.p}`;
}

/**
 * Hashes a password with a fresh salt.
 *
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_USAGE_INVALID` for a password that no client could present: empty, longer
 * than 1024 bytes (bcrypt: 72) or with control characters; and for a cost out of bounds.
 */
export async function hashPassword(password: string, cost: PasswordCost = DEFAULT_COST): Promise<string> {
  const problem = passwordProblem(password, cost) ?? costProblem(cost);
  if (problem !== undefined) throw new ScrapegateError('ERR_SCRAPEGATE_USAGE_INVALID', problem);
  return 'rounds' in cost ? hashWithBcrypt(password, cost) : hashWithScrypt(password, cost);
}

/** Parses a password hash, or says what is wrong with it without repeating any of it. */
export function parsePasswordHash(text: string): Result<PasswordHash, string> {
  if (looksLikeBcrypt(text)) return parseBcryptHash(text);
  if (text.startsWith('$scrypt$')) return parseScryptHash(text);
  const kind = OTHER_KINDS.find(([pattern]) => pattern.test(text))?.[1];
  return fail(`${kind === undefined ? 'not a password hash' : `${kind} is not accepted`}; ${WAY_OUT}`);
}

/** Whether the password is the hashed one. Costs what the hash says, right or wrong; rejects when memory runs out. */
export function verifyPassword(password: string, expected: PasswordHash): Promise<boolean> {
  return 'text' in expected ? verifyWithBcrypt(password, expected) : verifyWithScrypt(password, expected);
}

/** A hash of the cost that belongs to no password: for work that must look like a verification. */
export function dummyPasswordHash(cost: PasswordCost): PasswordHash {
  return 'rounds' in cost ? dummyBcryptHash(cost) : dummyScryptHash(cost);
}

function costProblem(cost: PasswordCost): string | undefined {
  return 'rounds' in cost ? bcryptCostProblem(cost) : scryptCostProblem(cost);
}

function passwordProblem(password: string, cost: PasswordCost): string | undefined {
  const bytes = Buffer.byteLength(password);
  if (password === '') return 'the password is empty; expected at least one character';
  if (bytes > MAX_PASSWORD_BYTES) return 'the password is longer than 1024 bytes';
  if ('rounds' in cost && bytes > MAX_BCRYPT_PASSWORD_BYTES) {
    return 'the password is longer than the 72 bytes that bcrypt sees; shorten it, or use scrypt';
  }
  if (hasControlCharacters(password)) return 'the password has control characters, which no client can send';
  return undefined;
}
