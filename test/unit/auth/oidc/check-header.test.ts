import { describe, expect, test } from 'vitest';

import { checkHeader } from '../../../../src/auth/oidc/check-header.js';

const PROOF = { algorithms: ['ES256', 'RS256'] as const, requireAccessTokenType: false };
const STRICT = { ...PROOF, requireAccessTokenType: true };
const HEADER = { alg: 'ES256', kid: 'one', typ: 'at+jwt' };

describe('checkHeader', () => {
  test.each([
    [{ alg: 'none' }, 'token_algorithm_refused'],
    [{ alg: 'ES384' }, 'token_algorithm_refused'],
    [{ alg: 'es256' }, 'token_algorithm_refused'],
    [{ alg: ['ES256'] }, 'token_algorithm_refused'],
    [{ alg: undefined }, 'token_algorithm_refused'],
    [{ crit: [] }, 'token_header_refused'],
    [{ crit: undefined }, 'token_header_refused'],
    [{ b64: true }, 'token_header_refused'],
    [{ b64: false }, 'token_header_refused'],
    [{ zip: 'DEF' }, 'token_header_refused'],
    [{ enc: 'A256GCM' }, 'token_header_refused'],
    [{ kid: '' }, 'token_header_refused'],
    [{ kid: 7 }, 'token_header_refused'],
    [{ kid: null }, 'token_header_refused'],
    [{ kid: 'k'.repeat(257) }, 'token_header_refused'],
    [{ cty: 'JWT' }, 'token_type_refused'],
    [{ cty: 'json' }, 'token_type_refused'],
    [{ typ: 'id+jwt' }, 'token_type_refused'],
    [{ typ: 'application/application/at+jwt' }, 'token_type_refused'],
    [{ typ: null }, 'token_type_refused'],
    [{ typ: ['at+jwt'] }, 'token_type_refused'],
  ])('refuses %j as %s', (more, reason) => {
    expect(checkHeader({ ...HEADER, ...more }, PROOF)).toBe(reason);
  });

  test('takes a plain type, or none, only where an access token need not say that it is one', () => {
    for (const typ of ['JWT', 'jwt', 'application/jwt', undefined]) {
      expect(checkHeader({ ...HEADER, typ }, PROOF)).toEqual({ algorithm: 'ES256', kid: 'one' });
      expect(checkHeader({ ...HEADER, typ }, STRICT)).toBe('token_type_refused');
    }
    for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt']) {
      expect(checkHeader({ ...HEADER, typ }, STRICT)).toEqual({ algorithm: 'ES256', kid: 'one' });
    }
  });

  test('a token need not name its key', () => {
    const { kid: _, ...nameless } = HEADER;
    expect(checkHeader(nameless, PROOF)).toEqual({ algorithm: 'ES256', kid: undefined });
  });

  test('gives on nothing of a key that the header brings', () => {
    const brought = { jwk: {}, jku: 'https://evil.example', x5u: 'https://evil.example', x5c: ['AAAA'] };
    expect(checkHeader({ ...HEADER, ...brought }, PROOF)).toEqual({ algorithm: 'ES256', kid: 'one' });
  });
});
