// Passwords under scrypt (RFC 7914), written as PHC strings: $scrypt$ln=15,r=8,p=3$<salt>$<hash>, base64 unpadded.
// Costs are bounded on the way in: a mistyped or hostile one must neither fill the memory nor be worthless.
// Passwords are bytes: no Unicode normalisation, no trimming, nothing cut off.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

import { ScrapegateError } from '../errors.js';
import { fail, ok, type Result } from '../internal/result.js';

/** What one derivation costs: N = 2^ln, block size r, p passes one after another. */
export interface PasswordCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** A parsed password hash. */
export interface PasswordHash {
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** About a quarter of a second and 32 MiB: the OWASP recommendation for N = 2^15. */
const DEFAULT_COST: PasswordCost = { ln: 15, r: 8, p: 3 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MAX_SALT_BYTES = 64;
const MAX_PASSWORD_BYTES = 1024;

/** Below 2^12 · 8 a hash is broken in passing; a typing mistake gets one there easily. */
const MIN_WORK: number = 2 ** 15;
/** 2^22 is about two seconds of one core. */
const MAX_WORK: number = 2 ** 22;
const MAX_MEMORY_BYTES: number = 256 * 1024 * 1024;

const EXPECTED = 'expected $scrypt$ln=…,r=…,p=…$salt$hash as hash-password prints it';
const PHC = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** RFC 7617 forbids control characters in a user name and a password. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/;

/** Whether a text has characters that Basic authentication cannot carry. */
export function hasControlCharacters(text: string): boolean {
  return CONTROL.test(text);
}

/**
 * Hashes a password with a fresh salt.
 *
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_USAGE_INVALID` for a password that no client could present: empty, longer
 * than 1024 bytes or with control characters.
 */
export async function hashPassword(password: string, cost: PasswordCost = DEFAULT_COST): Promise<string> {
  const problem = passwordProblem(password) ?? costProblem(cost);
  if (problem !== undefined) throw new ScrapegateError('ERR_SCRAPEGATE_USAGE_INVALID', problem);
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Parses a password hash, or says what is wrong with it without repeating any of it. */
export function parsePasswordHash(text: string): Result<PasswordHash, string> {
  const match = PHC.exec(text);
  if (match === null) return fail(formatProblem(text));
  const [, ln, r, p, saltText = '', hashText = ''] = match;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const problem = costProblem(cost);
  if (problem !== undefined) return fail(problem);
  const salt = Buffer.from(saltText, 'base64');
  const hash = Buffer.from(hashText, 'base64');
  if (unpadded(salt) !== saltText || unpadded(hash) !== hashText) {
    return fail(`salt or hash is not canonical base64; ${EXPECTED}`);
  }
  if (salt.length < SALT_BYTES || salt.length > MAX_SALT_BYTES || hash.length !== HASH_BYTES) {
    return fail(`the salt has not 16 to 64 bytes, or the hash not 32; ${EXPECTED}`);
  }
  return ok({ cost, salt, hash });
}

/** Whether the password is the hashed one. Costs what the hash says, right or wrong; rejects when memory runs out. */
export async function verifyPassword(password: string, expected: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, expected.salt, expected.cost), expected.hash);
}

/** A hash of the cost that belongs to no password: for work that must look like a verification. */
export function dummyPasswordHash(cost: PasswordCost): PasswordHash {
  return { cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
}

function derive(password: string, salt: Uint8Array, { ln, r, p }: PasswordCost): Promise<Buffer> {
  const N = 2 ** ln;
  // OpenSSL counts 128·r·(N + p + 2) bytes; without the limit it refuses all above 32 MiB.
  const maxmem = 128 * r * (N + p + 4);
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { N, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function costProblem({ ln, r, p }: PasswordCost): string | undefined {
  const work = 2 ** ln * r * p;
  if (![ln, r, p].every((part) => Number.isInteger(part) && part >= 1) || work < MIN_WORK) {
    return 'the cost of the password hash is too low; expected at least ln=15,r=8,p=3';
  }
  if (work > MAX_WORK || 128 * 2 ** ln * r > MAX_MEMORY_BYTES) {
    return 'the cost of the password hash is too high; expected at most 256 MiB and ln=17,r=8,p=4';
  }
  return undefined;
}

function passwordProblem(password: string): string | undefined {
  if (password === '') return 'the password is empty; expected at least one character';
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return 'the password is longer than 1024 bytes';
  if (hasControlCharacters(password)) return 'the password has control characters, which no client can send';
  return undefined;
}

/** Names the kinds that people have in their htpasswd files, so that they know it is not a typing mistake. */
function formatProblem(text: string): string {
  if (/^\$2[abxy]\$/.test(text)) return `bcrypt is not supported; ${EXPECTED}`;
  if (/^(?:\{SHA\}|\$apr1\$|\$[156]\$)/.test(text))
    return `this kind of hash is not safe or not supported; ${EXPECTED}`;
  return `not a password hash; ${EXPECTED}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
