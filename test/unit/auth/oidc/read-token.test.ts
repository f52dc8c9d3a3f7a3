import { describe, expect, test } from 'vitest';

import { readToken } from '../../../../src/auth/oidc/read-token.js';
import { unsigned } from '../../../support/test-issuer.js';

const ISSUER = 'https://idp.example.com';
const CLAIMS = { iss: ISSUER, sub: 'ü' };
const TOKEN = unsigned({ alg: 'ES256' }, CLAIMS);

describe('readToken', () => {
  test('reads a JWT without believing it', () => {
    expect(readToken(TOKEN)).toEqual({
      kind: 'jwt',
      jwt: { text: TOKEN, header: { alg: 'ES256' }, claims: CLAIMS, issuer: ISSUER },
    });
    expect(readToken(unsigned({ alg: 'none' }, CLAIMS, '')).kind).toBe('jwt');
  });

  test.each([
    ['five parts', `${TOKEN}.AAAA.AAAA`],
    ['many parts', '.'.repeat(8000)],
    ['more than 8192 characters', 'a'.repeat(8193)],
    ['a signature with bits that say nothing', unsigned({ alg: 'ES256' }, CLAIMS, 'AB')],
    ['a signature of no whole byte', unsigned({ alg: 'ES256' }, CLAIMS, 'A')],
  ])('B5: calls %s malformed', (_, token) => {
    expect(readToken(token)).toEqual({ kind: 'malformed' });
  });

  test.each([
    ['one part', 'abc'],
    ['two parts', 'abc.def'],
    ['four parts', `${TOKEN}.AAAA`],
    ['other characters', TOKEN.replace('.', '+.')],
    ['a line end', `${TOKEN}\n`],
    ['padding', `${TOKEN}=`],
    ['no JSON', 'abc.def.ghi'],
    ['a list for a header', unsigned([], CLAIMS)],
    ['a text for claims', unsigned({}, '"claims"')],
    ['no issuer', unsigned({}, {})],
    ['a list of issuers', unsigned({}, { iss: [ISSUER] })],
    [
      'bytes that are no text',
      `${TOKEN.split('.')[0]}.${Buffer.from('{"iss":"\xff"}', 'latin1').toString('base64url')}.`,
    ],
  ])('calls %s opaque', (_, token) => {
    expect(readToken(token)).toEqual({ kind: 'opaque' });
  });
});
