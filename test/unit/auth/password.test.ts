import { scryptSync } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import {
  dummyPasswordHash,
  hashPassword,
  parsePasswordHash,
  verifyPassword,
  type PasswordHash,
} from '../../../src/auth/password.js';
import type { ScryptHash } from '../../../src/auth/scrypt-password.js';
import { CHEAP_COST } from '../../support/credentials.js';

const SALT = Buffer.alloc(16, 1).toString('base64').replace(/=+$/, '');
/** Salt and hash of a bcrypt hash, with the sign before them. */
const BCRYPT = '$1DpfPeqF9HzHJt.EWswy1exHluGfbhnn3yXhR7Xes6m3WJqFg0Wby';
const HASH = Buffer.alloc(32, 2).toString('base64').replace(/=+$/, '');

function parsedScrypt(text: string): ScryptHash {
  const hash = parsed(text);
  if ('text' in hash) throw new Error('bcrypt');
  return hash;
}

function parsed(text: string): PasswordHash {
  const result = parsePasswordHash(text);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('parsePasswordHash', () => {
  test.each([
    ['', 'not a password hash'],
    ['hunter2', 'not a password hash'],
    ['{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', '{SHA} is not accepted; expected what "scrapegate hash-password"'],
    ['{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', '{SSHA} is not accepted'],
    ['$apr1$abcdefgh$abcdefghijklmnopqrstu.', '$apr1$ (MD5) is not accepted'],
    ['$1$abcdefgh$abcdefghijklmnopqrstu.', '$1$ (MD5) is not accepted'],
    ['$6$salt$hash', '(SHA-crypt) is not accepted'],
    ['rqXexS6ZhobKA', 'crypt is not accepted'],
    [`$2x$10${BCRYPT}`, 'not a whole bcrypt hash'],
    [`$2$10${BCRYPT}`, 'not a whole bcrypt hash'],
    [`$2y$1${BCRYPT}`, 'not a whole bcrypt hash'],
    [`$2y$+4${BCRYPT}`, 'not a whole bcrypt hash'],
    [`$2y$10${BCRYPT}\n`, 'not a whole bcrypt hash'],
    [`$2y$10${BCRYPT.slice(0, -1)}`, 'not a whole bcrypt hash'],
    // Bits that belong to nothing, at the end of the salt and at the end of the hash.
    [`$2y$10${BCRYPT.slice(0, 22)}f${BCRYPT.slice(23)}`, 'not a whole bcrypt hash'],
    [`$2y$10${BCRYPT.slice(0, -1)}z`, 'not a whole bcrypt hash'],
    [`$2y$03${BCRYPT}`, 'expected 4 to 14'],
    [`$2y$15${BCRYPT}`, 'expected 4 to 14'],
    [`$2y$31${BCRYPT}`, 'expected 4 to 14'],
    [`$scrypt$ln=15,r=8,p=3$${SALT}`, 'not a password hash'],
    [`$scrypt$r=8,ln=15,p=3$${SALT}$${HASH}`, 'not a password hash'],
    [`$scrypt$ln=015,r=8,p=3$${SALT}$${HASH}`, 'not a password hash'],
    [`$scrypt$ln=0,r=8,p=3$${SALT}$${HASH}`, 'not a password hash'],
    [`$scrypt$ln=-1,r=8,p=3$${SALT}$${HASH}`, 'not a password hash'],
    [`$scrypt$ln=1e1,r=8,p=3$${SALT}$${HASH}`, 'not a password hash'],
    [`$scrypt$ln=15,r=8,p=3$${SALT}$${HASH}\n`, 'not a password hash'],
    [` $scrypt$ln=15,r=8,p=3$${SALT}$${HASH}`, 'not a password hash'],
    [`$scrypt$ln=999,r=8,p=3$${SALT}$${HASH}`, 'not a password hash'],
    [`$scrypt$ln=99,r=8,p=1$${SALT}$${HASH}`, 'too high'],
    [`$scrypt$ln=19,r=8,p=1$${SALT}$${HASH}`, 'too high'],
    [`$scrypt$ln=15,r=99,p=1$${SALT}$${HASH}`, 'too high'],
    [`$scrypt$ln=15,r=8,p=99$${SALT}$${HASH}`, 'too high'],
    [`$scrypt$ln=22,r=1,p=1$${SALT}$${HASH}`, 'too high'],
    [`$scrypt$ln=5,r=8,p=3$${SALT}$${HASH}`, 'too low'],
    [`$scrypt$ln=11,r=8,p=1$${SALT}$${HASH}`, 'too low'],
    [`$scrypt$ln=15,r=8,p=3$${SALT}=$${HASH}`, 'not a password hash'],
    [`$scrypt$ln=15,r=8,p=3$${SALT.slice(0, -1)}B$${HASH}`, 'not canonical base64'],
    [`$scrypt$ln=15,r=8,p=3$AAAA$${HASH}`, '16 to 64 bytes'],
    [`$scrypt$ln=15,r=8,p=3$${'AAAA'.repeat(22)}$${HASH}`, '16 to 64 bytes'],
    [`$scrypt$ln=15,r=8,p=3$${SALT}$AAAA`, '16 to 64 bytes'],
  ])('refuses %j', (text, problem) => {
    expect(parsePasswordHash(text)).toEqual({ ok: false, error: expect.stringContaining(problem) });
  });

  test('does not repeat what it refuses', () => {
    const refused = parsePasswordHash(`$scrypt$ln=99,r=8,p=1$${SALT}$hunter2`);
    expect(JSON.stringify(refused)).not.toMatch(/hunter2|AQEB/);
  });

  test.each([
    [15, 8, 3],
    [17, 8, 1],
    [17, 8, 4],
    [18, 8, 2],
    [12, 8, 1],
  ])('reads ln=%i, r=%i, p=%i', (ln, r, p) => {
    expect(parsed(`$scrypt$ln=${ln},r=${r},p=${p}$${SALT}$${HASH}`)).toEqual({
      cost: { ln, r, p },
      salt: Buffer.alloc(16, 1),
      hash: Buffer.alloc(32, 2),
    });
  });
});

describe('bcrypt', () => {
  test.each(['2a', '2b', '2y'])('reads $%s$', (mark) => {
    const text = `$${mark}$12${BCRYPT}`;
    expect(parsed(text)).toEqual({ cost: { rounds: 12 }, text });
  });

  // Published with the reference implementation, and from htpasswd -nbB.
  test.each([
    ['U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
    ['p\u00E4ssword', '$2y$04$xV5DwY54MlpPKA9WHh/a6OuY9YiVQvHwaX2jvZUjLycX.1bZkVMMu'],
  ])('proves %j by the hash that others made', async (password, text) => {
    const hash = parsed(text);
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(`${password} `, hash)).toBe(false);
    expect(await verifyPassword(password.slice(0, -1), hash)).toBe(false);
  });

  test('A14: sees 72 bytes, and refuses what is longer instead of cutting it', async () => {
    const password = `${'x'.repeat(70)}\u00E4`;
    const hash = parsed(await hashPassword(password, { rounds: 4 }));
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(`${password}x`, hash)).toBe(false);
    expect(await verifyPassword(`${password}\0`, hash)).toBe(false);
    expect(await verifyPassword('x'.repeat(1024), hash)).toBe(false);
    // 71 bytes and a character of two that begins at the last byte that counts.
    await expect(hashPassword(`${'x'.repeat(71)}\u00E4`, { rounds: 4 })).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_USAGE_INVALID',
      message: expect.stringContaining('72 bytes') as unknown,
    });
  });

  test('A14: a NUL ends no password', async () => {
    const hash = parsed(`$2b$04$${'.'.repeat(21)}.${'.'.repeat(31)}`);
    expect(await verifyPassword('\0', hash)).toBe(false);
    const known = parsed(await hashPassword('abc', { rounds: 4 }));
    expect(await verifyPassword('abc\0def', known)).toBe(false);
    expect(await verifyPassword('abc\0', known)).toBe(false);
  });

  test('A2: a dummy is read like any hash, has its cost, and is another one each time', () => {
    const dummies = Array.from({ length: 50 }, () => dummyPasswordHash({ rounds: 10 }));
    for (const dummy of dummies) {
      expect(parsePasswordHash('text' in dummy ? dummy.text : '')).toEqual({ ok: true, value: dummy });
    }
    expect(new Set(dummies.map((dummy) => JSON.stringify(dummy))).size).toBe(50);
  });

  test.each([3, 15, 10.5])('refuses to hash at the cost %d', async (rounds) => {
    await expect(hashPassword('password', { rounds })).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_USAGE_INVALID',
    });
  });
});

describe('hashPassword', () => {
  test('writes scrypt of the password under a fresh salt, at the recommended cost', async () => {
    const text = await hashPassword('correct horse');
    expect(text).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    const { salt, hash } = parsedScrypt(text);
    const expected = scryptSync('correct horse', salt, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 27 });
    expect(Buffer.from(hash).equals(expected)).toBe(true);
    expect(await hashPassword('correct horse', CHEAP_COST)).not.toBe(
      await hashPassword('correct horse', CHEAP_COST),
    );
  });

  test.each([
    ['an empty password', ''],
    ['control characters', 'pass\nword'],
    ['DEL', 'pass\x7fword'],
    ['more than 1024 bytes', 'ä'.repeat(513)],
  ])('refuses %s', async (_title, password) => {
    await expect(hashPassword(password)).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_USAGE_INVALID' });
  });

  test('refuses a cost out of bounds, before it is paid', async () => {
    await expect(hashPassword('password', { ln: 30, r: 8, p: 1 })).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_USAGE_INVALID',
    });
    await expect(hashPassword('password', { ln: 12.5, r: 8, p: 1 })).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_USAGE_INVALID',
    });
  });
});

describe('verifyPassword', () => {
  test.each([
    'password',
    'a=b:c,d$e',
    'grüße \u{1F511}',
    ' leading and trailing ',
    'x'.repeat(73),
    'x'.repeat(1024),
  ])('A14: tells %j from everything near it', async (password) => {
    const hash = parsed(await hashPassword(password, CHEAP_COST));
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(password.slice(0, -1), hash)).toBe(false);
    expect(await verifyPassword(`${password} `, hash)).toBe(false);
    expect(await verifyPassword(password.toUpperCase(), hash)).toBe(false);
  });

  test('needs no more memory than the parser allows', async () => {
    const hash = dummyPasswordHash({ ln: 12, r: 16, p: 2 });
    expect(await verifyPassword('password', hash)).toBe(false);
  });
});
