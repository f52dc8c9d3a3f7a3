import { describe, expect, test } from 'vitest';

import type { ClientCertificate } from '../../../../src/auth/client-certificate.js';
import { claimsProblem, hasScopes, type ClaimsContext } from '../../../../src/auth/oidc/check-claims.js';

const RULES = {
  issuer: 'https://idp.example.com',
  audience: ['gate', 'other'],
  clockToleranceMs: 30_000,
  requiredScopes: [],
};
const NOW = 1_800_000_000;
const THUMBPRINT = 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0';
const CERTIFICATE: ClientCertificate = {
  trusted: true,
  thumbprint: THUMBPRINT,
  notBeforeMs: NOW * 1000 - 1,
  notAfterMs: NOW * 1000 + 1,
  names: [],
};
const CLAIMS = { iss: RULES.issuer, aud: 'gate', exp: NOW + 60 };

function problem(
  more: Readonly<Record<string, unknown>>,
  context: Partial<ClaimsContext> = {},
): string | undefined {
  return claimsProblem({ ...CLAIMS, ...more }, RULES, {
    nowMs: NOW * 1000,
    certificate: undefined,
    origin: 'jwt',
    ...context,
  });
}

describe('claimsProblem', () => {
  test('lets through what holds', () => {
    expect(problem({})).toBeUndefined();
    expect(problem({ aud: ['x', 'other'], nbf: NOW, iat: NOW, typ: 'Bearer' })).toBeUndefined();
  });

  test.each<readonly [Readonly<Record<string, unknown>>, string]>([
    [{ iss: undefined }, 'token_issuer_wrong'],
    [{ iss: 'https://idp.example.com/' }, 'token_issuer_wrong'],
    [{ aud: undefined }, 'token_audience_wrong'],
    [{ aud: [] }, 'token_audience_wrong'],
    [{ aud: ['gate', null] }, 'token_audience_wrong'],
    [{ exp: undefined }, 'token_times_malformed'],
    [{ exp: NOW + 0.5 }, 'token_times_malformed'],
    [{ exp: 253_402_300_800 }, 'token_times_malformed'],
    [{ nbf: null }, 'token_times_malformed'],
    [{ iat: '1' }, 'token_times_malformed'],
    [{ exp: NOW - 30 }, 'token_expired'],
    [{ nbf: NOW + 31 }, 'token_not_yet_valid'],
    [{ iat: NOW + 31 }, 'token_not_yet_valid'],
    [{ typ: 'Refresh' }, 'token_type_refused'],
    [{ typ: 7 }, 'token_type_refused'],
    [{ at_hash: undefined }, 'token_type_refused'],
  ])('refuses %j as %s', (claims, expected) => {
    expect(problem(claims)).toBe(expected);
  });

  test('an introspection need not name its issuer nor an end, but what it names must be right', () => {
    const origin = 'introspection';
    expect(problem({ iss: undefined, exp: undefined, token_type: 'bearer' }, { origin })).toBeUndefined();
    expect(problem({ aud: undefined }, { origin })).toBe('token_audience_wrong');
    expect(problem({ iss: '' }, { origin })).toBe('token_issuer_wrong');
    expect(problem({ exp: NOW - 31 }, { origin })).toBe('token_expired');
    expect(problem({ token_type: 'N_A' }, { origin })).toBe('token_type_refused');
    expect(problem({ token_use: 'refresh_token' }, { origin })).toBe('token_type_refused');
  });

  describe('B14: a bound token', () => {
    const bound = { cnf: { 'x5t#S256': THUMBPRINT } };

    test('is proven by its certificate', () => {
      expect(problem(bound, { certificate: CERTIFICATE })).toBeUndefined();
      expect(problem(bound, { certificate: CERTIFICATE, origin: 'introspection' })).toBeUndefined();
    });

    test.each<readonly [string, ClientCertificate | undefined]>([
      ['no certificate', undefined],
      ['another certificate', { ...CERTIFICATE, thumbprint: THUMBPRINT.toLowerCase() }],
      ['a certificate of a stranger', { ...CERTIFICATE, trusted: false }],
      ['a certificate that has expired since', { ...CERTIFICATE, notAfterMs: NOW * 1000 - 1 }],
      ['a certificate of tomorrow', { ...CERTIFICATE, notBeforeMs: NOW * 1000 + 1 }],
    ])('is refused with %s', (_, certificate) => {
      expect(problem(bound, { certificate })).toBe('token_binding_unproven');
    });

    test.each([
      { cnf: { 'x5t#S256': THUMBPRINT, jkt: 'x' } },
      { cnf: { jkt: 'x' } },
      { cnf: { 'x5t#S256': [THUMBPRINT] } },
      { cnf: {} },
      { cnf: null },
      { cnf: undefined },
      { cnf: THUMBPRINT },
    ])('is refused with a binding that cannot be proven: %j', (claims) => {
      expect(problem(claims, { certificate: CERTIFICATE })).toBe('token_binding_unproven');
    });
  });
});

describe('hasScopes', () => {
  test.each<readonly [Readonly<Record<string, unknown>>, boolean]>([
    [{ scope: 'a b' }, true],
    [{ scope: 'b x a' }, true],
    [{ scp: ['a', 'b'] }, true],
    [{ scope: null, scp: 'a b' }, true],
    [{ scope: 'a  b' }, true],
    [{ scope: 'a' }, false],
    [{ scope: 'ab' }, false],
    [{ scope: 'a\tb' }, false],
    [{ scope: ['a b'] }, false],
    [{ scope: ['a', 'b', 7] }, false],
    [{ scope: 'a', scp: 'b' }, false],
    [{ scope: { a: true, b: true } }, false],
    [{}, false],
  ])('%j', (claims, expected) => {
    expect(hasScopes(claims, ['a', 'b'])).toBe(expected);
    expect(hasScopes(claims, [])).toBe(true);
  });
});
