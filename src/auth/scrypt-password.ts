// Password hashes under scrypt (RFC 7914), written as PHC strings: $scrypt$ln=15,r=8,p=3$<salt>$<hash>, base64 unpadded.
// Costs are bounded on the way in: a mistyped or hostile one must neither fill the memory nor be worthless.

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

import { fail, ok, type Result } from '../internal/result.js';

/** What one derivation costs: N = 2^ln, block size r, p passes one after another. */
export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** A parsed hash. */
export interface ScryptHash {
  readonly cost: ScryptCost;
  readonly salt: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MAX_SALT_BYTES = 64;

/** Below 2^12 · 8 a hash is broken in passing; a typing mistake gets one there easily. */
const MIN_WORK: number = 2 ** 15;
/** 2^22 is about two seconds of one core. */
const MAX_WORK: number = 2 ** 22;
const MAX_MEMORY_BYTES: number = 256 * 1024 * 1024;

const EXPECTED = 'expected $scrypt$ln=…,r=…,p=…$salt$hash as hash-password prints it';
const PHC = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Parses a hash, or says what is wrong with it without repeating any of it. */
export function parseScryptHash(text: string): Result<ScryptHash, string> {
  const match = PHC.exec(text);
  if (match === null) return fail(`not a password hash; ${EXPECTED}`);
  const [, ln, r, p, saltText = '', hashText = ''] = match;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const problem = scryptCostProblem(cost);
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

/** Whether a cost is out of bounds, and which. */
export function scryptCostProblem({ ln, r, p }: ScryptCost): string | undefined {
  const work = 2 ** ln * r * p;
  if (![ln, r, p].every((part) => Number.isInteger(part) && part >= 1) || work < MIN_WORK) {
    return 'the cost of the password hash is too low; expected at least ln=15,r=8,p=3';
  }
  if (work > MAX_WORK || 128 * 2 ** ln * r > MAX_MEMORY_BYTES) {
    return 'the cost of the password hash is too high; expected at most 256 MiB and ln=17,r=8,p=4';
  }
  return undefined;
}

/** Hashes a password with a fresh salt. */
export async function hashWithScrypt(password: string, cost: ScryptCost): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether the password is the hashed one. Rejects when memory runs out. */
export async function verifyWithScrypt(password: string, expected: ScryptHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, expected.salt, expected.cost), expected.hash);
}

/** A hash of the cost that belongs to no password. */
export function dummyScryptHash(cost: ScryptCost): ScryptHash {
  return { cost, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
}

function derive(password: string, salt: Uint8Array, { ln, r, p }: ScryptCost): Promise<Buffer> {
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

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
