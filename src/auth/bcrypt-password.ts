// Password hashes under bcrypt, as htpasswd -B and the web configuration of Prometheus have them: $2y$10$<salt><hash>.
// bcrypt looks at 72 bytes and no further: a longer password is refused, at the price of a check, and never cut (A14).
// The marks 2a, 2b and 2y name the same function; 2x names a broken one and is refused.

import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt';
import { randomBytes } from 'node:crypto';

import { fail, ok, type Result } from '../internal/result.js';

/** What one derivation costs: 2^rounds turns of the key schedule. */
export interface BcryptCost {
  readonly rounds: number;
}

/** A parsed hash. */
export interface BcryptHash {
  readonly cost: BcryptCost;
  /** The hash as it was written: 60 characters. */
  readonly text: string;
}

/** What bcrypt sees of a password. */
export const MAX_BCRYPT_PASSWORD_BYTES = 72;

/** Fewer rounds than these are broken in passing, and worth a warning. */
export const SOUND_BCRYPT_ROUNDS = 10;

const MIN_ROUNDS = 4;
/** About a second of one core. */
const MAX_ROUNDS = 14;

/**
 * 16 bytes are 22 digits of base64, 23 bytes are 31: the last digit of each has bits that belong to nothing, and have to
 * be zero. A library that finds them set may answer without working, so that the user would be known by the time taken.
 */
const BCRYPT = /^\$2[aby]\$(\d{2})\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;
const LOOKS_LIKE_BCRYPT = /^\$2[a-z]?\$/;

const SALT_BYTES = 16;
const HASH_BYTES = 23;
const STANDARD_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BCRYPT_DIGITS = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Whether a text means to be such a hash. */
export function looksLikeBcrypt(text: string): boolean {
  return LOOKS_LIKE_BCRYPT.test(text);
}

/** Parses a hash, or says what is wrong with it without repeating any of it. */
export function parseBcryptHash(text: string): Result<BcryptHash, string> {
  const match = BCRYPT.exec(text);
  if (match === null) {
    return fail('not a whole bcrypt hash; expected $2y$, $2b$ or $2a$, two digits, $ and 53 characters');
  }
  const cost = { rounds: Number(match[1]) };
  const problem = bcryptCostProblem(cost);
  return problem === undefined ? ok({ cost, text }) : fail(problem);
}

/** Whether a cost is out of bounds, and which. */
export function bcryptCostProblem({ rounds }: BcryptCost): string | undefined {
  if (Number.isInteger(rounds) && rounds >= MIN_ROUNDS && rounds <= MAX_ROUNDS) return undefined;
  return `the cost of the bcrypt hash is out of bounds; expected ${MIN_ROUNDS} to ${MAX_ROUNDS}`;
}

/** Hashes a password of at most 72 bytes with a fresh salt. */
export function hashWithBcrypt(password: string, { rounds }: BcryptCost): Promise<string> {
  return bcryptHash(password, { cost: rounds, version: '2y', rejectLongPasswords: true });
}

/** Whether the password is the hashed one. */
export async function verifyWithBcrypt(password: string, expected: BcryptHash): Promise<boolean> {
  const bytes = Buffer.from(password, 'utf8');
  const matches = await bcryptVerify(bytes, expected.text);
  return matches && bytes.length <= MAX_BCRYPT_PASSWORD_BYTES;
}

/** A hash of the cost that belongs to no password. */
export function dummyBcryptHash(cost: BcryptCost): BcryptHash {
  const rounds = String(cost.rounds).padStart(2, '0');
  return { cost, text: `$2b$${rounds}$${digitsOf(SALT_BYTES)}${digitsOf(HASH_BYTES)}` };
}

function digitsOf(byteLength: number): string {
  const standard = randomBytes(byteLength).toString('base64').replace(/=+$/, '');
  return standard.replaceAll(/./g, (digit) => BCRYPT_DIGITS.charAt(STANDARD_DIGITS.indexOf(digit)));
}
