import { describe, expect, test } from 'vitest';

import { createAuthenticator } from '../../../../src/auth/authenticator.js';
import type { ClientCertificate } from '../../../../src/auth/client-certificate.js';
import type { AuthDecision, Authenticator } from '../../../../src/auth/decision.js';
import { createIssuerRegistry, type IssuerRegistry } from '../../../../src/auth/oidc/issuer-registry.js';
import type { CredentialOptions, ProofOptions } from '../../../../src/auth/options.js';
import { bearerProof, presenting, STRONG_TOKEN } from '../../../support/credentials.js';
import { CLOCK_START_MS, ManualClock } from '../../../support/manual-clock.js';
import {
  answerJson,
  AUDIENCE,
  CLIENT,
  INTROSPECT,
  issuerKey,
  KEYS,
  sign,
  startIssuer,
  unsigned,
} from '../../../support/test-issuer.js';

const KEY = await issuerKey();
const OTHER = await issuerKey('two');
const NOW = CLOCK_START_MS / 1000;
const ACTIVE = { active: true, aud: AUDIENCE, sub: 'a' };

interface Scene {
  readonly clock: ManualClock;
  readonly authenticator: Authenticator;
  readonly present: (
    token: string,
    more?: {
      readonly effort?: 'full' | 'cheap';
      readonly certificate?: ClientCertificate;
      readonly clientPrefix?: string;
    },
  ) => Promise<AuthDecision>;
}

function scene(
  credentials: Readonly<Record<string, readonly ProofOptions[]>>,
  clock = new ManualClock(),
  issuers: IssuerRegistry = createIssuerRegistry(),
): Scene {
  const list: readonly CredentialOptions[] = Object.entries(credentials).map(([name, proofs]) => ({
    name,
    proofs,
  }));
  const authenticator = createAuthenticator(list, { clock, issuers });
  return {
    clock,
    authenticator,
    present: (token, { effort = 'full', certificate, clientPrefix = '192.0.2.1' } = {}) =>
      authenticator.authenticate({
        headers: presenting(`Bearer ${token}`),
        clientPrefix,
        effort,
        ...(certificate !== undefined && { certificate }),
      }),
  };
}

function rejected(reason: string, credential?: string): object {
  return { kind: 'rejected', reason, ...(credential !== undefined && { credential }) };
}

describe('a token of an identity provider', () => {
  test('authenticates with its claims', async () => {
    const issuer = await startIssuer(KEY);
    const { present } = scene({ idp: [issuer.proof()] });
    const claims = issuer.claims({ team: 'a', groups: ['x'] });
    const token = await sign(KEY, claims);
    expect(await present(token)).toEqual({ kind: 'authenticated', credential: 'idp', claims });
    expect(await present(token)).toEqual({ kind: 'authenticated', credential: 'idp', claims });
  });

  test.each([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ])('may be signed by %s', async (alg) => {
    const key = await issuerKey('k', alg);
    const issuer = await startIssuer(key);
    const { present } = scene({ idp: [issuer.proof()] });
    expect((await present(await sign(key, issuer.claims()))).kind).toBe('authenticated');
    const [header, claims, signature = ''] = (await sign(key, issuer.claims())).split('.');
    const broken = `${header}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await present(broken)).toEqual(rejected('token_signature_wrong'));
  });

  test('is looked for among the static ones first', async () => {
    const issuer = await startIssuer(KEY);
    const token = await sign(KEY, issuer.claims());
    const { present } = scene({
      fixed: [bearerProof(token), bearerProof(STRONG_TOKEN)],
      idp: [issuer.proof()],
    });
    expect(await present(token)).toEqual({ kind: 'authenticated', credential: 'fixed' });
    expect(issuer.questions).toEqual([]);
  });

  test('is as unknown as any other where it looks like no configured issuer', async () => {
    const issuer = await startIssuer(KEY);
    const { present } = scene({ idp: [issuer.proof()] });
    for (const token of [
      'opaque',
      'a.b.c',
      await sign(KEY, issuer.claims({ iss: 'https://other.example.com' })),
      unsigned({ alg: 'ES256' }, {}),
    ]) {
      expect(await present(token)).toEqual(rejected('token_unknown'));
    }
    expect(issuer.questions).toEqual([]);
  });

  test('is verified by its own issuer among several, and by no other', async () => {
    const [one, two] = [await startIssuer(KEY), await startIssuer(OTHER)];
    const { present } = scene({ one: [one.proof()], two: [two.proof()] });
    expect(await present(await sign(KEY, one.claims()))).toMatchObject({ credential: 'one' });
    expect(await present(await sign(OTHER, two.claims()))).toMatchObject({ credential: 'two' });
    expect(await present(await sign(KEY, two.claims()))).toEqual(rejected('token_key_unknown'));
    expect(await present(await sign({ ...KEY, kid: 'two' }, two.claims()))).toEqual(
      rejected('token_signature_wrong'),
    );
  });

  test('proves the first credential that it satisfies, and its keys are fetched once for all of them', async () => {
    const issuer = await startIssuer(KEY);
    const { present } = scene({
      admin: [issuer.proof({ requiredScopes: ['admin'] })],
      reader: [issuer.proof({ requiredScopes: ['read'], notAfterMs: CLOCK_START_MS + 1000 })],
      billing: [issuer.proof({ audience: ['billing'] })],
    });
    const by = async (claims: Readonly<Record<string, unknown>>): Promise<AuthDecision> =>
      present(await sign(KEY, issuer.claims(claims)));
    expect(await by({ scope: 'admin read' })).toMatchObject({ credential: 'admin' });
    expect(await by({ scope: 'read' })).toMatchObject({ credential: 'reader' });
    expect(await by({ aud: 'billing' })).toMatchObject({ credential: 'billing' });
    expect(await by({ aud: 'nobody' })).toEqual(rejected('token_audience_wrong'));
    expect(await by({ scope: 'write' })).toEqual(rejected('token_scope_missing', 'admin'));
    expect(await by({ exp: NOW - 60 })).toEqual(rejected('token_expired'));
    expect(issuer.count(KEYS)).toBe(1);
  });

  test('does not outlive the proof that allows it', async () => {
    const issuer = await startIssuer(KEY);
    const { present, clock } = scene({ idp: [issuer.proof({ notAfterMs: CLOCK_START_MS + 1000 })] });
    const token = await sign(KEY, issuer.claims());
    expect((await present(token)).kind).toBe('authenticated');
    clock.advance(1000);
    expect(await present(token)).toEqual(rejected('credential_expired', 'idp'));
  });

  test('that could not be accepted anyway makes nobody fetch a key', async () => {
    const issuer = await startIssuer(KEY);
    const { present } = scene({ idp: [issuer.proof()] });
    expect(await present(await sign(KEY, issuer.claims({ aud: 'x' })))).toEqual(
      rejected('token_audience_wrong'),
    );
    expect(await present(await sign(KEY, issuer.claims(), { typ: 'x' }))).toEqual(
      rejected('token_type_refused'),
    );
    expect(await present(unsigned({ alg: 'none' }, issuer.claims()))).toEqual(
      rejected('token_algorithm_refused'),
    );
    expect(await present(`${'a'.repeat(4000)}.b.c.d.e`)).toEqual(rejected('token_malformed'));
    expect(issuer.questions).toEqual([]);
  });

  test('B14: bound to a certificate it is accepted with that, each time, verified before or not', async () => {
    const issuer = await startIssuer(KEY);
    const { present, clock } = scene({ idp: [issuer.proof()] });
    const certificate = {
      trusted: true,
      thumbprint: 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2',
      notBeforeMs: CLOCK_START_MS,
      notAfterMs: CLOCK_START_MS + 1000,
      names: [],
    };
    const token = await sign(KEY, issuer.claims({ cnf: { 'x5t#S256': certificate.thumbprint } }));
    expect(await present(token)).toEqual(rejected('token_binding_unproven'));
    expect((await present(token, { certificate })).kind).toBe('authenticated');
    expect(await present(token)).toEqual(rejected('token_binding_unproven'));
    const other = { ...certificate, thumbprint: certificate.thumbprint.replace('b', 'c') };
    expect(await present(token, { certificate: other })).toEqual(rejected('token_binding_unproven'));
    clock.advance(1001);
    expect(await present(token, { certificate })).toEqual(rejected('token_binding_unproven'));
  });

  test('that was verified before ends with its key', async () => {
    const issuer = await startIssuer(KEY);
    const { present, clock } = scene({ idp: [issuer.proof()] });
    const token = await sign(KEY, issuer.claims());
    expect((await present(token)).kind).toBe('authenticated');
    issuer.keys = [OTHER.jwk];
    clock.advance(30_000);
    expect((await present(await sign(OTHER, issuer.claims()))).kind).toBe('authenticated');
    expect(await present(token)).toEqual(rejected('token_key_unknown'));
  });

  test('is examined also from a locked-out client when it is signed; an opaque one only where one was good before', async () => {
    const issuer = await startIssuer(KEY);
    const { present, clock } = scene({ idp: [issuer.proof({ introspection: CLIENT })] });
    issuer.tokens.set('opaque', ACTIVE);
    const effort = 'cheap';
    expect((await present(await sign(KEY, issuer.claims()), { effort })).kind).toBe('authenticated');
    expect(await present('opaque', { effort })).toEqual({ kind: 'unexamined' });
    expect(issuer.count(INTROSPECT)).toBe(0);
    const strong = 'zX9wVu7tSr5qPo3nMl1kJi9hGf7eDc5bA3_-opaque';
    issuer.tokens.set(strong, ACTIVE);
    expect(await present(strong, { effort })).toEqual({ kind: 'unexamined' });
    expect(issuer.count(INTROSPECT)).toBe(0);
    expect((await present(strong)).kind).toBe('authenticated');
    expect((await present(strong, { effort })).kind).toBe('authenticated');
    expect(issuer.count(INTROSPECT)).toBe(1);
    const next = 'bN8vC7xZ6lK5jH4gF3dS2aP1oI0uY9tR8e_-opaque';
    issuer.tokens.set(next, ACTIVE);
    expect((await present(next, { effort })).kind).toBe('authenticated');
    expect(issuer.count(INTROSPECT)).toBe(2);
    // What can be guessed is not.
    expect(await present('opaque', { effort })).toEqual({ kind: 'unexamined' });
    expect(issuer.count(INTROSPECT)).toBe(2);
    clock.advance(60_000);
    expect((await present(strong, { effort })).kind).toBe('authenticated');
    expect(issuer.count(INTROSPECT)).toBe(3);
  });

  test('of few bits counts from a locked-out client where it was good from there', async () => {
    const issuer = await startIssuer(KEY);
    const { present } = scene({ idp: [issuer.proof({ introspection: CLIENT })] });
    issuer.tokens.set('opaque', ACTIVE);
    const effort = 'cheap';
    expect((await present('opaque')).kind).toBe('authenticated');
    expect((await present('opaque', { effort })).kind).toBe('authenticated');
    expect(await present('opaque', { effort, clientPrefix: '192.0.2.99' })).toEqual({ kind: 'unexamined' });
    expect(issuer.count(INTROSPECT)).toBe(1);
  });

  test('with claims of an introspection is held to the same rules', async () => {
    const issuer = await startIssuer(KEY);
    const { present } = scene({
      one: [issuer.proof({ introspection: CLIENT, audience: ['one'] })],
      two: [issuer.proof({ introspection: CLIENT, requiredScopes: ['read'] })],
    });
    issuer.tokens.set('token', { ...ACTIVE, scope: 'read', team: 'a' });
    expect(await present('token')).toEqual({
      kind: 'authenticated',
      credential: 'two',
      claims: { aud: AUDIENCE, sub: 'a', scope: 'read', team: 'a' },
    });
    issuer.tokens.set('unscoped', ACTIVE);
    expect(await present('unscoped')).toEqual(rejected('token_scope_missing', 'two'));
    expect(issuer.count(INTROSPECT)).toBe(2);
  });

  test('is introspected where the issuer has no keys, also when it looks like a JWT', async () => {
    const issuer = await startIssuer();
    issuer.answer(
      'discovery',
      answerJson(200, { issuer: issuer.issuer, introspection_endpoint: `${issuer.issuer}${INTROSPECT}` }),
    );
    const { present } = scene({ idp: [issuer.proof({ introspection: CLIENT })] });
    const token = await sign(KEY, issuer.claims());
    expect(await present(token)).toEqual(rejected('token_inactive'));
    const active = await sign(KEY, issuer.claims({ jti: 'active' }));
    issuer.tokens.set(active, ACTIVE);
    expect((await present(active)).kind).toBe('authenticated');
  });
});

describe('what is known of issuers', () => {
  test('outlives the authenticator that a reload replaces, and ends with the last that uses it', async () => {
    const issuer = await startIssuer(KEY);
    const clock = new ManualClock();
    const issuers = createIssuerRegistry();
    const before = scene({ idp: [issuer.proof()] }, clock, issuers);
    const token = await sign(KEY, issuer.claims());
    expect((await before.present(token)).kind).toBe('authenticated');
    const after = scene({ idp: [issuer.proof({ audience: [AUDIENCE, 'x'] })] }, clock, issuers);
    before.authenticator.close();
    before.authenticator.close();
    expect((await after.present(token)).kind).toBe('authenticated');
    expect(issuer.count(KEYS)).toBe(1);
    expect(issuers.keyAges()).toEqual([{ issuer: issuer.issuer, ageMs: 0 }]);
    expect(clock.pendingTimers).toBe(1);
    after.authenticator.close();
    expect([issuers.keyAges(), clock.pendingTimers]).toEqual([[], 0]);
  });

  test('is not shared between settings that differ', async () => {
    const issuer = await startIssuer(KEY);
    const clock = new ManualClock();
    const issuers = createIssuerRegistry();
    const before = scene({ idp: [issuer.proof()] }, clock, issuers);
    const after = scene({ idp: [issuer.proof({ jwksUri: `${issuer.issuer}${KEYS}` })] }, clock, issuers);
    const token = await sign(KEY, issuer.claims());
    await before.present(token);
    await after.present(token);
    expect(issuer.count(KEYS)).toBe(2);
    expect(issuers.keyAges()).toHaveLength(2);
  });

  test('is fetched ahead by begin, which waits for nothing, and otherwise not before a token comes', async () => {
    const issuer = await startIssuer(KEY);
    const { authenticator, present } = scene({ idp: [issuer.proof()] });
    expect(issuer.questions).toEqual([]);
    authenticator.begin();
    await issuer.asked(KEYS, 1);
    expect((await present(await sign(KEY, issuer.claims()))).kind).toBe('authenticated');
    expect(issuer.count(KEYS)).toBe(1);
  });
});
