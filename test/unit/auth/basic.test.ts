import { describe, expect, test } from 'vitest';

import {
  compilePasswordCheck,
  parseBasicCredentials,
  usernameProblem,
  type BasicUser,
} from '../../../src/auth/basic.js';
import {
  costName,
  dummyPasswordHash,
  type PasswordCost,
  type PasswordHash,
} from '../../../src/auth/password.js';

function encode(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

describe('parseBasicCredentials', () => {
  test.each([
    ['nothing', ''],
    ['no colon', encode('alice')],
    ['no base64', '!!!!'],
    ['base64url', encode('ä>?:pass').replaceAll('+', '-').replaceAll('/', '_').concat('-')],
    ['missing padding', encode('user:pa').replace(/=+$/, '')],
    ['too much padding', `${encode('user:p')}=`],
    ['stray bits', 'dTpwCh=='],
    ['space', `${encode('user:pass')} `],
    ['invalid UTF-8', encode(Buffer.from([0x75, 0x3a, 0xff]))],
    ['overlong UTF-8', encode(Buffer.from([0x75, 0xc0, 0xba, 0x3a]))],
    ['a control character in the name', encode('us\ner:pass')],
    ['a control character in the password', encode('user:pa\0ss')],
    ['DEL', encode('user:pass\x7f')],
    ['a user name of more than 256 bytes', encode(`${'u'.repeat(257)}:p`)],
    ['a password of more than 1024 bytes', encode(`u:${'p'.repeat(1025)}`)],
  ])('refuses %s', (_title, text) => {
    expect(parseBasicCredentials(text)).toEqual({ ok: false, error: 'credential_malformed' });
  });

  test.each([
    ['user:pass', 'user', 'pass'],
    ['user:pa:ss', 'user', 'pa:ss'],
    ['user:', 'user', ''],
    [':pass', '', 'pass'],
    [':', '', ''],
    ['__proto__:pass', '__proto__', 'pass'],
    ['müller:grüße \u{1F511}', 'müller', 'grüße \u{1F511}'],
    ['user:a=b,c$d', 'user', 'a=b,c$d'],
    ['\ufeffuser:pass', '\ufeffuser', 'pass'],
  ])('A14: reads %j', (text, username, password) => {
    expect(parseBasicCredentials(encode(text))).toEqual({ ok: true, value: { username, password } });
  });
});

describe('usernameProblem', () => {
  test.each([
    ['', 'empty'],
    ['a:b', 'colon'],
    ['a\tb', 'control'],
    ['ä'.repeat(129), '256 bytes'],
  ])('refuses %j', (username, problem) => {
    expect(usernameProblem(username)).toContain(problem);
  });

  test.each(['alice', '__proto__', 'a b', 'müller'])('takes %j', (username) => {
    expect(usernameProblem(username)).toBeUndefined();
  });
});

describe('compilePasswordCheck', () => {
  const LOW: PasswordCost = { ln: 12, r: 8, p: 1 };
  const HIGH: PasswordCost = { ln: 13, r: 8, p: 1 };

  function user(username: string, cost: PasswordCost): BasicUser {
    const hash = dummyPasswordHash(cost);
    return {
      credential: `of-${username}`,
      username,
      hash,
      proofId: `${username}-${costName(cost)}`,
      validity: {},
    };
  }

  /** A check that only counts: which costs were paid; `proven` hashes match. */
  function counting(users: readonly BasicUser[], proven: readonly BasicUser[] = []) {
    const paid: string[] = [];
    const verify = (_password: string, hash: PasswordHash): Promise<boolean> => {
      paid.push(costName(hash.cost));
      return Promise.resolve(proven.some((known) => known.hash === hash));
    };
    return { paid, check: compilePasswordCheck(users, verify) };
  }

  const NAMES = ['low', 'high', 'rotating', 'unknown', '', '__proto__', 'constructor', 'toString'];

  test('A3, A18: pays the same for every user name, known or not, with every cost in the configuration', async () => {
    const users = [user('low', LOW), user('high', HIGH), user('rotating', LOW), user('rotating', LOW)];
    for (const username of NAMES) {
      const { paid, check } = counting(users);
      expect(await check({ username, password: 'x' })).toEqual([]);
      expect(paid.toSorted()).toEqual(['scrypt 12,8,1', 'scrypt 12,8,1', 'scrypt 13,8,1']);
    }
  });

  test('A3: pays every cost of both algorithms for every user name, and for every length of the password', async () => {
    const users = [user('low', LOW), user('web', { rounds: 10 }), user('web', { rounds: 12 })];
    for (const username of [...NAMES, 'web']) {
      for (const password of ['', 'x', 'x'.repeat(73), 'x'.repeat(1024)]) {
        const { paid, check } = counting(users);
        expect(await check({ username, password })).toEqual([]);
        expect(paid.toSorted()).toEqual(['bcrypt 10', 'bcrypt 12', 'scrypt 12,8,1']);
      }
    }
  });

  test('A3: pays the same when the password is right', async () => {
    const users = [user('low', LOW), user('high', HIGH)];
    for (const known of users) {
      const { paid, check } = counting(users, [known]);
      expect(await check({ username: known.username, password: 'x' })).toEqual([known]);
      expect(paid).toHaveLength(2);
    }
  });

  test('A2: a dummy that matched would prove nothing', async () => {
    const check = compilePasswordCheck([user('low', LOW)], () => Promise.resolve(true));
    expect(await check({ username: 'unknown', password: 'x' })).toEqual([]);
    expect(await check({ username: '__proto__', password: 'x' })).toEqual([]);
  });

  test('finds every hash of a user that the password proves', async () => {
    const [first, second] = [user('rotating', LOW), user('rotating', LOW)];
    const { check } = counting([first, second], [first, second]);
    expect(await check({ username: 'rotating', password: 'x' })).toEqual([first, second]);
  });

  test('pays nothing where there are no users', async () => {
    const { paid, check } = counting([]);
    expect(await check({ username: 'low', password: 'x' })).toEqual([]);
    expect(paid).toEqual([]);
  });
});
