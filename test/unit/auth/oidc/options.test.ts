import { describe, expect, test } from 'vitest';

import { resolveCredentials } from '../../../../src/auth/resolve-credentials.js';
import { resolveOidcProof, TOKEN_ALGORITHMS } from '../../../../src/auth/oidc/options.js';
import { Secret } from '../../../../src/internal/secret.js';
import { callUntyped } from '../../../support/untyped.js';

const PROOF = {
  kind: 'oidc',
  issuer: 'https://idp.example.com/realms/main',
  audience: ['scrapegate'],
} as const;
const INTROSPECTION = { clientId: 'gate', clientSecret: new Secret('s3cret') };

/** Paths and messages of what is wrong with the proof. */
function problems(members: Readonly<Record<string, unknown>>): readonly string[] {
  const resolved = resolveOidcProof({ ...PROOF, ...members });
  return resolved.ok ? [] : resolved.error.map(({ path, message }) => `${path}: ${message}`);
}

describe('resolveOidcProof', () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['no issuer', { issuer: undefined }, ['issuer: is missing']],
    ['an issuer over plain HTTP', { issuer: 'http://idp.example.com' }, ['issuer: is plain http:']],
    [
      'a name that begins like loopback',
      { issuer: 'http://127.0.0.1.example.com' },
      ['issuer: is plain http:'],
    ],
    [
      'loopback in another notation',
      { issuer: 'http://2130706433' },
      ['issuer: has an address in an unusual'],
    ],
    ['an issuer with a query', { issuer: 'https://idp.example.com/?a' }, ['issuer: has a query']],
    ['an issuer with a fragment', { issuer: 'https://idp.example.com/#a' }, ['issuer: has a fragment']],
    ['user information', { issuer: 'https://a:b@idp.example.com' }, ['issuer: has user information']],
    ['another scheme', { issuer: 'ftp://idp.example.com' }, ['issuer: is not an absolute']],
    ['white space', { issuer: ' https://idp.example.com' }, ['issuer: has characters']],
    ['keys over plain HTTP', { jwksUri: 'http://idp.example.com/jwks' }, ['jwksUri: is plain http:']],
    ['no audience', { audience: undefined }, ['audience: expected a list']],
    ['an empty list of audiences', { audience: [] }, ['audience: is empty']],
    ['an empty audience', { audience: ['scrapegate', ''] }, ['audience[1]: is empty']],
    ['an audience of white space', { audience: [' '] }, ['audience[0]: is empty']],
    ['an audience that is no list', { audience: 'scrapegate' }, ['audience: expected a list']],
    ['two scopes in one', { requiredScopes: ['a b'] }, ['requiredScopes[0]: is empty, or has']],
    ['no algorithm', { algorithms: ['none'] }, ['algorithms[0]: is not usable']],
    ['a symmetric algorithm', { algorithms: ['RS256', 'HS256'] }, ['algorithms[1]: is not usable']],
    ['an empty list of algorithms', { algorithms: [] }, ['algorithms: expected a list']],
    ['too much tolerance', { clockToleranceMs: 300_001 }, ['clockToleranceMs: is out of range']],
    ['a fraction', { clockToleranceMs: 0.5 }, ['clockToleranceMs: is out of range']],
    ['keys that never grow old', { jwksMaxStaleMs: Number.POSITIVE_INFINITY }, ['jwksMaxStaleMs: is out']],
    ['a text for a choice', { requireAccessTokenType: 'false' }, ['requireAccessTokenType: not true']],
    ['no certificates', { caPem: 'PEM' }, ['caPem: is not a list']],
    [
      'introspection without a client',
      { introspection: {} },
      ['introspection.clientId', 'introspection.clientSecret'],
    ],
    [
      'a secret that is no Secret',
      { introspection: { clientId: 'gate', clientSecret: 's3cret' } },
      ['introspection.clientSecret: expected'],
    ],
    [
      'an endpoint that nothing tells',
      { jwksUri: 'https://idp.example.com/jwks', introspection: INTROSPECTION },
      ['introspection.endpoint: is missing'],
    ],
    [
      'a misspelt member',
      { introspection: { ...INTROSPECTION, endpiont: 'https://idp.example.com' } },
      ['introspection.endpiont: unknown option'],
    ],
  ])('refuses %s', (_, members, expected) => {
    const found = problems(members);
    expect(found).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(found[index]?.startsWith(start)).toBe(true);
  });

  test('reports everything at once, and repeats nothing that was written', () => {
    const found = problems({
      issuer: 'http://idp.example.com/hidden',
      audience: [],
      introspection: {
        endpoint: 'http://hidden.example',
        clientId: 'hidden\n',
        clientSecret: new Secret(''),
      },
    });
    expect(found).toHaveLength(5);
    expect(found.join()).not.toContain('hidden');
  });

  test('has a fixed list of algorithms, all of them asymmetric', () => {
    const resolved = resolveOidcProof(PROOF);
    expect(resolved).toMatchObject({
      ok: true,
      value: {
        algorithms: TOKEN_ALGORITHMS,
        requiredScopes: [],
        clockToleranceMs: 30_000,
        jwksMaxStaleMs: 86_400_000,
        requireAccessTokenType: false,
      },
    });
    expect(TOKEN_ALGORITHMS.join()).not.toMatch(/HS|none/);
  });

  test.each([
    'http://127.0.0.1:8080',
    'http://[::1]:8080/realms/a',
    'http://localhost',
    'https://idp.example.com/',
  ])('takes the issuer %s', (issuer) => expect(resolveOidcProof({ ...PROOF, issuer }).ok).toBe(true));
});

describe('resolveCredentials', () => {
  const refused = (proofs: readonly unknown[]): readonly string[] => {
    const credentials = proofs.map((proof, index) => ({ name: `c${index}`, proofs: [proof] }));
    const resolved = callUntyped(resolveCredentials, credentials);
    return resolved.ok ? [] : resolved.error.map(({ path }) => path);
  };

  test('lets several credentials take tokens of one issuer, and of several', () => {
    const other = { ...PROOF, issuer: 'https://other.example.com' };
    expect(refused([PROOF, { ...PROOF, audience: ['b'] }, other])).toEqual([]);
  });

  test('refuses to ask one issuer in two ways', () => {
    const changed = { ...PROOF, introspection: { ...INTROSPECTION, clientSecret: new Secret('other') } };
    expect(refused([{ ...PROOF, introspection: INTROSPECTION }, changed])).toEqual(['[1].proofs[0]']);
  });

  test('refuses to show opaque tokens to two issuers', () => {
    const other = { ...PROOF, issuer: 'https://other.example.com', introspection: INTROSPECTION };
    expect(refused([{ ...PROOF, introspection: INTROSPECTION }, other])).toEqual([
      '[1].proofs[0].introspection',
    ]);
  });

  test('refuses a misspelt member', () => {
    expect(refused([{ ...PROOF, notAfter: 1 }])).toEqual(['[0].proofs[0].notAfter']);
  });
});
