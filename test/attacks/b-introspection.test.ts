// Section b of the attack list: opaque tokens, which their identity provider alone can read, on the assembled gate over
// real sockets. The clock is the test's; the network is real.

import { describe, expect, it } from 'vitest';
import { CLOCK_START_MS } from '../support/manual-clock.js';
import { startGateway } from '../support/start-gateway.js';
import {
  answerJson,
  AUDIENCE,
  CLIENT,
  INTROSPECT,
  issuerKey,
  sign,
  startIssuer,
  unsigned,
} from '../support/test-issuer.js';
import { startTokenScene, type TokenScene } from '../support/token-scene.js';

const KEY = await issuerKey();
const NOW = CLOCK_START_MS / 1000;
const OPAQUE = 'mF_9.B5f-4.1JqM-a-token-of-the-issuer';
const ACTIVE = { active: true, aud: AUDIENCE, scope: 'metrics:read', token_type: 'Bearer' };

async function start(): Promise<TokenScene> {
  const scene = await startTokenScene([KEY], () => ({
    introspection: CLIENT,
    requiredScopes: ['metrics:read'],
  }));
  scene.issuer.tokens.set(OPAQUE, { ...ACTIVE, exp: NOW + 3600 });
  return scene;
}

describe('b. introspection', () => {
  it('B16: only an answer that is whole and says true opens anything', async () => {
    const scene = await start();
    expect(await scene.present(OPAQUE)).toBe(200);
    const refused: readonly (readonly [unknown, number])[] = [
      [{ ...ACTIVE, active: false }, 401],
      [{ ...ACTIVE, active: 'true' }, 503],
      [{ ...ACTIVE, active: 1 }, 503],
      [{ ...ACTIVE, active: null }, 503],
      [{ aud: AUDIENCE, scope: 'metrics:read' }, 503],
      [[ACTIVE], 503],
      ['{"active":true', 503],
      ['<html>', 503],
      ['', 503],
      [{ ...ACTIVE, aud: undefined }, 401],
      [{ ...ACTIVE, aud: 'other' }, 401],
      [{ ...ACTIVE, iss: 'https://other.example.com' }, 401],
      [{ ...ACTIVE, iss: null }, 401],
      [{ ...ACTIVE, exp: NOW - 60 }, 401],
      [{ ...ACTIVE, exp: String(NOW + 60) }, 401],
      [{ ...ACTIVE, nbf: NOW + 60 }, 401],
      [{ ...ACTIVE, token_type: 'DPoP' }, 401],
      [{ ...ACTIVE, token_type: 7 }, 401],
      [{ ...ACTIVE, token_use: 'refresh_token' }, 401],
      [{ ...ACTIVE, cnf: { 'x5t#S256': 'A'.repeat(43) } }, 401],
      [{ ...ACTIVE, cnf: { jkt: 'x' } }, 401],
      [{ ...ACTIVE, scope: 'metrics:readx' }, 403],
      [{ ...ACTIVE, padding: 'x'.repeat(20_000) }, 503],
    ];
    for (const [index, [said, status]] of refused.entries()) {
      scene.issuer.answer(INTROSPECT, answerJson(200, said));
      expect([said, await scene.present(`token-${index}`)]).toEqual([said, status]);
      scene.clock.advance(1_000);
    }
  });

  it.each<readonly [string, Parameters<TokenScene['issuer']['answer']>[1]]>([
    ['is gone', (response) => response.destroy()],
    ['answers 500', answerJson(500, ACTIVE)],
    ['knows no such client', answerJson(401, { error: 'invalid_client' })],
    ['redirects', (response) => response.writeHead(307, { Location: 'http://127.0.0.1:1/' }).end()],
    ['answers 204', (response) => response.writeHead(204).end()],
  ])('B16: while it %s, what is remembered holds for a minute, and nothing else opens', async (_, how) => {
    const scene = await start();
    expect(await scene.present(OPAQUE)).toBe(200);
    scene.issuer.answer(INTROSPECT, how);
    const answer = await scene.ask('another');
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10']);
    scene.clock.advance(59_999);
    expect(await scene.present(OPAQUE)).toBe(200);
    scene.clock.advance(1);
    expect(await scene.present(OPAQUE)).toBe(503);
    scene.issuer.answer(INTROSPECT, undefined);
    scene.clock.advance(5_000);
    expect(await scene.present(OPAQUE)).toBe(200);
  });

  it('B16: an endpoint that never answers is given up', async () => {
    const scene = await start();
    expect(await scene.present('unknown')).toBe(401);
    scene.issuer.answer(INTROSPECT, () => undefined);
    const asked = scene.issuer.count(INTROSPECT);
    const waiting = scene.present(OPAQUE);
    await scene.issuer.asked(INTROSPECT, asked + 1);
    scene.clock.advance(5_000);
    expect(await waiting).toBe(503);
    expect(scene.events).toContainEqual(
      expect.objectContaining({ kind: 'issuer_failed', purpose: 'introspection', reason: 'timeout' }),
    );
  });

  it('B16: nothing is remembered beyond the end of a token', async () => {
    const scene = await start();
    scene.issuer.tokens.set(OPAQUE, { ...ACTIVE, exp: NOW + 10 });
    expect(await scene.present(OPAQUE)).toBe(200);
    scene.issuer.tokens.delete(OPAQUE);
    scene.clock.advance(9_999);
    expect(await scene.present(OPAQUE)).toBe(200);
    scene.clock.advance(1);
    expect(await scene.present(OPAQUE)).toBe(401);
  });

  it('B16: a revoked token ends within a minute, and sooner where it is used', async () => {
    const scene = await start();
    expect(await scene.present(OPAQUE)).toBe(200);
    scene.issuer.tokens.delete(OPAQUE);
    scene.clock.advance(30_000);
    // This scrape does not wait for the answer that it causes; the next one knows it.
    expect(await scene.present(OPAQUE)).toBe(200);
    await scene.issuer.asked(INTROSPECT, 2);
    scene.clock.advance(30_000);
    expect(await scene.present(OPAQUE)).toBe(401);
  });

  it('B16: a token cannot become another field, and the client is who it says', async () => {
    const scene = await start();
    const hostile = 'x&client_id=admin&token=y%26z+w#%00';
    expect(await scene.present(hostile)).toBe(401);
    const question = scene.issuer.questions.find(({ path }) => path === INTROSPECT);
    expect(new Map(new URLSearchParams(question?.body))).toEqual(
      new Map([
        ['token', hostile],
        ['token_type_hint', 'access_token'],
      ]),
    );
    expect(question?.body.split('&')).toHaveLength(2);
    expect(question?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
    const basic = Buffer.from(
      question?.headers.authorization?.slice('Basic '.length) ?? '',
      'base64',
    ).toString();
    const [id, secret] = basic.split(':').map((half) => new URLSearchParams(`v=${half}`).get('v'));
    expect([id, secret]).toEqual([CLIENT.clientId, CLIENT.clientSecret.reveal()]);
  });

  it('B16: each token gets its own answer, however many are asked about at once', async () => {
    const scene = await start();
    const tokens = Array.from({ length: 12 }, (_, index) => `token-${index}`);
    for (const [index, token] of tokens.entries()) {
      if (index % 3 === 0) scene.issuer.tokens.set(token, { ...ACTIVE, exp: NOW + 60 });
    }
    const statuses = await Promise.all(tokens.map((token) => scene.present(token)));
    expect(statuses).toEqual(tokens.map((_, index) => (index % 3 === 0 ? 200 : 401)));
  });

  it('B16: a flood of random tokens neither reaches the identity provider nor stops a scraper', async () => {
    const scene = await start();
    expect(await scene.present(OPAQUE)).toBe(200);
    const before = scene.issuer.count(INTROSPECT);
    const flood = Promise.all(
      Array.from({ length: 400 }, (_, index) => scene.present(`random-${index}`, '127.0.0.9')),
    );
    // A scraper's next token is not known, but the scraper is.
    scene.issuer.tokens.set('renewed', { ...ACTIVE, exp: NOW + 3600 });
    expect(await scene.present('renewed')).toBe(200);
    expect(await scene.present(OPAQUE)).toBe(200);
    expect(new Set(await flood)).toEqual(new Set([401, 429]));
    expect(scene.issuer.count(INTROSPECT) - before).toBeLessThanOrEqual(50 + 1);
  });

  it('B16: whoever has a token for another service floods no better than a stranger', async () => {
    const scene = await start();
    expect(await scene.present(OPAQUE)).toBe(200);
    scene.issuer.tokens.set('of-another-service', { ...ACTIVE, aud: 'other' });
    expect(await scene.present('of-another-service', '127.0.0.9')).toBe(401);
    scene.clock.advance(1_000);
    const before = scene.issuer.count(INTROSPECT);
    for (let index = 0; index < 120; index += 1) await scene.present(`random-${index}`, '127.0.0.9');
    expect(scene.issuer.count(INTROSPECT) - before).toBe(50);
    scene.issuer.tokens.set('renewed', { ...ACTIVE, exp: NOW + 3600 });
    expect(await scene.present('renewed')).toBe(200);
  });

  it('B16: the same token many times at once is one question', async () => {
    const scene = await start();
    const statuses = await Promise.all(Array.from({ length: 50 }, () => scene.present(OPAQUE)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(scene.issuer.count(INTROSPECT)).toBe(1);
    await Promise.all(Array.from({ length: 50 }, () => scene.present('wrong')));
    expect(scene.issuer.count(INTROSPECT)).toBe(2);
  });

  it.each([
    ['a long token', OPAQUE],
    ['a token that could be guessed', 'ak-3f9a7c1e5b'],
  ])(
    'B16: %s that was good before opens the gate through a lockout, scraped once a minute',
    async (_, token) => {
      const issuer = await startIssuer(KEY);
      const scene = await startGateway({
        guard: { limits: { failuresPerMinute: 3, lockoutMs: 15 * 60_000 } },
        credentials: [{ name: 'idp', proofs: [issuer.proof({ introspection: CLIENT })] }],
      });
      const present = async (text: string): Promise<number> =>
        (await scene.get('/metrics', { headers: { Authorization: `Bearer ${text}` } })).status;
      issuer.tokens.set(token, { ...ACTIVE, exp: NOW + 3600 });
      expect(await present(token)).toBe(200);
      const guesses = ['one', 'two', 'three', 'four'];
      for (const guess of guesses) await present(guess);
      for (let minute = 0; minute < 5; minute += 1) {
        expect([await present(token), await present(`guess-${minute}`)]).toEqual([200, 429]);
        scene.clock.advance(60_000);
      }
      issuer.tokens.delete(token);
      expect([await present(token), await present(token)]).toEqual([429, 429]);
      expect(issuer.count(INTROSPECT)).toBe(1 + 3 + 4 + 1);
    },
  );

  it('B16: what the gate can read itself is shown to nobody', async () => {
    const scene = await start();
    const good = await sign(KEY, scene.issuer.claims({ scope: 'metrics:read' }));
    expect(await scene.present(good)).toBe(200);
    const [header, claims] = good.split('.');
    for (const token of [
      `${header}.${claims}.${'A'.repeat(86)}`,
      unsigned({ alg: 'none' }, scene.issuer.claims(), ''),
      unsigned(
        { alg: 'ES256', kid: KEY.kid },
        { ...scene.issuer.claims(), iss: 'https://other.example.com' },
      ),
      unsigned({ alg: 'RSA-OAEP' }, 'x', 'x.y.z'),
    ]) {
      expect(await scene.present(token)).toBe(401);
    }
    expect(scene.issuer.count(INTROSPECT)).toBe(0);
  });
});
