import { scryptSync } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import {
  dummyPasswordHash,
  hashPassword,
  parsePasswordHash,
  verifyPassword,
  type PasswordHash,
} from '../../../src/auth/password.js';
import { CHEAP_COST } from '../../support/credentials.js';

const SALT = Buffer.alloc(16, 1).toString('base64').replace(/=+$/, '');
const HASH = Buffer.alloc(32, 2).toString('base64').replace(/=+$/, '');

function parsed(text: string): PasswordHash {
  const result = parsePasswordHash(text);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('parsePasswordHash', () => {
  test.each([
    ['', 'not a password hash'],
    ['hunter2', 'not a password hash'],
    ['$2y$12$1DpfPeqF9HzHJt.EWswy1exHluGfbhnn3yXhR7Xes6m3WJqFg0Wby', 'bcrypt is not supported'],
    ['{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', 'not safe or not supported'],
    ['$apr1$abcdefgh$abcdefghijklmnopqrstu.', 'not safe or not supported'],
    ['$6$salt$hash', 'not safe or not supported'],
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

describe('hashPassword', () => {
  test('writes scrypt of the password under a fresh salt, at the recommended cost', async () => {
    const text = await hashPassword('correct horse');
    expect(text).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    const { salt, hash } = parsed(text);
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
