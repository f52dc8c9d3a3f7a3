// No string that an identity provider did not sign authenticates, and none makes anything throw.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createAuthenticator } from '../../src/auth/authenticator.js';
import type { AuthDecision } from '../../src/auth/decision.js';
import { claimsProblem, hasScopes } from '../../src/auth/oidc/check-claims.js';
import { parseKeySet } from '../../src/auth/oidc/key-set.js';
import { providerUrlProblem } from '../../src/auth/oidc/provider-url.js';
import { readToken } from '../../src/auth/oidc/read-token.js';
import { presenting } from '../support/credentials.js';
import { ManualClock } from '../support/manual-clock.js';
import { CLIENT, issuerKey, sign, startIssuer, unsigned } from '../support/test-issuer.js';

const base64url = fc.string({ unit: fc.constantFrom(...Array.from('eyJhbGciOi0_-AZ9')), maxLength: 60 });
const header = fc.oneof(
  fc.json(),
  fc.record({
    alg: fc.constantFrom('ES256', 'RS256', 'none', 'HS256', 'EdDSA', '__proto__'),
    kid: fc.constantFrom('one', 'two', '', '__proto__'),
    typ: fc.constantFrom('at+jwt', 'JWT'),
  }),
);

describe('a token', () => {
  test('that nobody signed never authenticates, whatever it looks like', async () => {
    const key = await issuerKey();
    const issuer = await startIssuer(key);
    const authenticator = createAuthenticator(
      [{ name: 'idp', proofs: [issuer.proof({ introspection: CLIENT })] }],
      { clock: new ManualClock() },
    );
    const decide = (token: string): Promise<AuthDecision> =>
      authenticator.authenticate({
        headers: presenting(`Bearer ${token}`),
        clientPrefix: '192.0.2.1',
        effort: 'full',
      });
    const good = await sign(key, issuer.claims());
    expect((await decide(good)).kind).toBe('authenticated');

    const claims = fc.oneof(
      fc.json(),
      fc
        .dictionary(fc.constantFrom('exp', 'nbf', 'aud', 'cnf', 'typ'), fc.jsonValue())
        .map((more) => issuer.claims(more)),
      fc.constant(issuer.claims()),
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.array(base64url, { maxLength: 7 }).map((parts) => parts.join('.')),
      fc.tuple(header, claims, base64url).map((parts) => unsigned(...parts)),
      fc
        .tuple(fc.nat({ max: good.length - 1 }), fc.constantFrom('A', 'B', '.', ' ', '=', '\0', ''))
        .map(([at, character]) => good.slice(0, at) + character + good.slice(at + 1)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (token) => {
        const { kind } = await decide(token);
        expect(kind === 'rejected' || token === good).toBe(true);
      }),
      { numRuns: 500 },
    );
    authenticator.close();
  });

  test('is read as a JWT only in three parts of base64url', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.tuple(fc.json(), fc.json()).map((parts) => unsigned(...parts)),
        ),
        (token) => {
          const shape = readToken(token);
          expect(shape.kind !== 'jwt' || /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)).toBe(true);
        },
      ),
    );
  });
});

describe('claims', () => {
  test('of any type never throw, and none but the right ones hold', () => {
    const names = fc.constantFrom(
      'iss',
      'aud',
      'exp',
      'nbf',
      'iat',
      'cnf',
      'typ',
      'scope',
      'scp',
      '__proto__',
    );
    const rules = {
      issuer: 'https://idp.example.com',
      audience: ['gate'],
      clockToleranceMs: 0,
      requiredScopes: ['a'],
    };
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), (claims) => {
        const context = { nowMs: 0, certificate: undefined, origin: 'jwt' as const };
        const holds = claimsProblem(claims, rules, context) === undefined;
        expect(holds && claims['iss'] !== rules.issuer).toBe(false);
        expect(typeof hasScopes(claims, rules.requiredScopes)).toBe('boolean');
      }),
    );
  });
});

describe('what an identity provider sends', () => {
  test('of any shape is a key set or a reason', () => {
    const member = fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use', 'key_ops', 'd');
    const jwk = fc.dictionary(
      member,
      fc.oneof(fc.jsonValue(), fc.constantFrom('RSA', 'EC', 'OKP', 'P-256', 'sig')),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(jwk).map((keys) => JSON.stringify({ keys })),
        ),
        (text) => {
          const read = parseKeySet(text);
          expect(read.ok ? read.value.length > 0 : read.error.reason.length > 0).toBe(true);
        },
      ),
    );
  });

  test('is asked for over TLS or on loopback alone', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl({ withFragments: true, withQueryParameters: true })),
        (text) => {
          if (providerUrlProblem(text) !== undefined) return;
          const { protocol, hostname } = new URL(text);
          expect(
            protocol === 'https:' ||
              hostname === 'localhost' ||
              hostname === '[::1]' ||
              hostname.startsWith('127.'),
          ).toBe(true);
        },
      ),
    );
  });
});
