import { describe, expect, test } from 'vitest';

import { parseKeySet } from '../../../../src/auth/oidc/key-set.js';
import { issuerKey } from '../../../support/test-issuer.js';

const EC = (await issuerKey()).jwk;
const RSA = (await issuerKey('rsa', 'RS256')).jwk;
const ED = (await issuerKey('ed', 'Ed25519')).jwk;

function read(...keys: readonly unknown[]): ReturnType<typeof parseKeySet> {
  return parseKeySet(JSON.stringify({ keys }));
}

function algorithms(jwk: unknown): readonly (readonly string[])[] {
  const parsed = read(jwk);
  return parsed.ok ? parsed.value.map((key) => key.algorithms) : [];
}

describe('parseKeySet', () => {
  test.each([
    ['no JSON', '{', 'keys'],
    ['no object', '[]', 'keys'],
    ['no list', '{"keys":{}}', 'keys'],
    ['a key that stands alone', JSON.stringify(EC), 'keys'],
  ])('refuses %s', (_, text, detail) => {
    expect(parseKeySet(text)).toEqual({ ok: false, error: { reason: 'malformed', detail } });
  });

  test('refuses more keys than anybody has', () => {
    expect(read(...Array.from({ length: 101 }, () => EC))).toEqual({
      ok: false,
      error: { reason: 'too_large' },
    });
  });

  test.each<readonly [string, unknown]>([
    ['a shared secret', { kty: 'oct', k: 'c2VjcmV0', kid: 'one' }],
    ['a private key', { ...EC, d: 'AAAA' }],
    ['a key for encryption', { ...EC, use: 'enc' }],
    ['a key that may not verify', { ...EC, key_ops: ['encrypt'] }],
    ['a key for another algorithm', { ...EC, alg: 'RSA-OAEP' }],
    ['an elliptic key that says it is for RSA', { ...EC, alg: 'RS256' }],
    ['a curve of the wrong type', { ...EC, kty: 'OKP' }],
    ['an unknown curve', { ...EC, crv: 'secp256k1' }],
    ['half a point', { ...EC, y: undefined }],
    ['a small modulus', { ...RSA, n: 'A'.repeat(171) }],
    ['a modulus that takes a second', { ...RSA, n: 'A'.repeat(1400) }],
    ['a large exponent', { ...RSA, e: 'A'.repeat(12) }],
    ['a number for a name', { ...EC, kid: 7 }],
    ['a name without end', { ...EC, kid: 'k'.repeat(257) }],
    ['text that is no base64url', { ...EC, x: '+/==' }],
    ['no object', 'key'],
    ['nothing', null],
  ])('passes over %s, and says so when nothing is left', (_, jwk) => {
    expect(read(jwk)).toEqual({ ok: false, error: { reason: 'keys_empty' } });
    const beside = read(jwk, ED);
    expect(beside.ok && beside.value.map(({ kid }) => kid)).toEqual(['ed']);
  });

  test('knows what each kind of key verifies, and takes the word of a key that says less', () => {
    const { alg: _, ...rsa } = RSA;
    expect(algorithms(rsa)).toEqual([['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']]);
    expect(algorithms(RSA)).toEqual([['RS256']]);
    expect(algorithms(EC)).toEqual([['ES256']]);
    expect(algorithms(ED)).toEqual([['EdDSA', 'Ed25519']]);
    expect(algorithms({ ...ED, alg: 'EdDSA' })).toEqual([['EdDSA', 'Ed25519']]);
  });

  test('gives on the public members alone', () => {
    const parsed = read({ ...RSA, x5c: ['AAAA'], extra: 'x' });
    expect(parsed.ok && parsed.value[0]?.jwk).toEqual({ kty: 'RSA', n: RSA.n, e: RSA.e });
  });

  test('gives equal keys one id, and others another', () => {
    const { kid: _, ...nameless } = EC;
    const parsed = read(EC, { ...EC, x5t: 'x' }, nameless, { ...EC, kid: 'two' });
    const ids = parsed.ok ? parsed.value.map(({ id }) => id) : [];
    expect([ids.length, new Set(ids).size]).toEqual([4, 3]);
  });
});
