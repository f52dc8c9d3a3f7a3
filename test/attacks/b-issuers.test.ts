// Section b of the attack list: an identity provider that fails, lies or is attacked through the gate, on the assembled
// gate over real sockets. The clock is the test's; the network is real.

import { describe, expect, it } from 'vitest';
import { CLOCK_START_MS } from '../support/manual-clock.js';
import { exchangeRaw, head } from '../support/raw-http.js';
import { answerJson, issuerKey, KEYS, sign, startIssuer, unsigned } from '../support/test-issuer.js';
import { startTokenScene, type TokenScene } from '../support/token-scene.js';

const KEY = await issuerKey();
const NEXT = await issuerKey('two');
const FAR = { exp: CLOCK_START_MS / 1000 + 30 * 86_400 };
const REFRESH_MS = 540_000;
const COOLDOWN_MS = 30_000;
const HOUR_MS = 3_600_000;

function failures(scene: TokenScene): readonly (string | undefined)[] {
  return scene.events.flatMap((event) => (event.kind === 'issuer_failed' ? [event.reason] : []));
}

async function ownMetrics(scene: TokenScene & { readonly token: string }): Promise<string> {
  return (await scene.get('/-/metrics', { headers: { Authorization: `Bearer ${scene.token}` } })).text;
}

async function startProven(
  ...keys: readonly (typeof KEY)[]
): Promise<TokenScene & { readonly token: string }> {
  const scene = await startTokenScene(keys.length === 0 ? [KEY] : keys);
  const token = await sign(KEY, scene.issuer.claims(FAR));
  expect(await scene.present(token)).toBe(200);
  return { ...scene, token };
}

describe('b. whose keys', () => {
  it('B9: a token of another realm with the same keys', async () => {
    const scene = await startProven();
    const { issuer } = scene.issuer;
    for (const iss of [
      `${issuer}/`,
      issuer.toUpperCase(),
      `${issuer}/realms/b`,
      `${issuer} `,
      '',
      undefined,
    ]) {
      expect(await scene.present(await sign(KEY, scene.issuer.claims({ iss })))).toBe(401);
    }
    // Where the address of the keys is configured, the issuer is compared all the same.
    const pinned = await startTokenScene([KEY], (idp) => ({ jwksUri: `${idp.issuer}${KEYS}` }));
    expect(await pinned.present(await sign(KEY, pinned.issuer.claims()))).toBe(200);
    const foreign = pinned.issuer.claims({ iss: `${pinned.issuer.issuer}/realms/b` });
    expect(await pinned.present(await sign(KEY, foreign))).toBe(401);
    expect(pinned.issuer.questions.map(({ path }) => path)).toEqual([KEYS]);
  });

  it.each([
    ['a slash at its end', (issuer: string) => `${issuer}/`],
    ['another case', (issuer: string) => issuer.replace('http', 'HTTP')],
    ['another name', () => 'https://other.example.com'],
    ['no text', () => 7],
  ])('B9: a discovery document whose issuer has %s ends trust, loudly', async (_, other) => {
    const scene = await startTokenScene([KEY], (idp) => {
      idp.answer('discovery', (response, question) =>
        answerJson(200, { issuer: other(idp.issuer), jwks_uri: `${idp.issuer}${KEYS}` })(response, question),
      );
      return {};
    });
    await scene.until(() => failures(scene).includes('issuer_mismatch'));
    const token = await sign(KEY, scene.issuer.claims());
    expect(await scene.present(token)).toBe(401);
    expect(await scene.last(1)).toMatchObject({ reason: 'issuer_mismatch', status: 401 });
    expect(scene.issuer.count(KEYS)).toBe(0);
    // It comes right by itself once the document does.
    scene.issuer.answer('discovery', undefined);
    scene.clock.advance(COOLDOWN_MS);
    await scene.until(() => scene.events.some(({ kind }) => kind === 'issuer_recovered'));
    expect(await scene.present(token)).toBe(200);
  });

  it('B9: a document that leads to keys over plain HTTP elsewhere is not followed', async () => {
    const elsewhere = await startIssuer(KEY);
    const scene = await startTokenScene([KEY], (idp) => {
      const jwksUri = `${elsewhere.issuer}${KEYS}`.replace('127.0.0.1', 'idp.example.com');
      idp.answer('discovery', answerJson(200, { issuer: idp.issuer, jwks_uri: jwksUri }));
      return {};
    });
    await scene.until(() => failures(scene).includes('malformed'));
    const answer = await scene.ask(await sign(KEY, scene.issuer.claims()));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10']);
  });
});

describe('b. an identity provider in trouble', () => {
  it.each<readonly [string, string, Parameters<TokenScene['issuer']['answer']>[1]]>([
    ['is gone', 'unreachable', (response) => response.destroy()],
    ['answers 500', 'status', answerJson(500, { keys: [] })],
    ['answers a page', 'malformed', answerJson(200, '<html>')],
    ['answers without end', 'too_large', answerJson(200, `{"keys":[${' '.repeat(10_000_000)}]}`)],
    ['empties its key set', 'keys_empty', answerJson(200, { keys: [] })],
    ['has symmetric keys alone', 'keys_empty', answerJson(200, { keys: [{ kty: 'oct', k: 'AAAA' }] })],
    ['has no key set', 'malformed', answerJson(200, { keys: {} })],
    [
      'redirects',
      'redirected',
      (response) => response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['compresses', 'encoded', (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x')],
  ])('B10: while it %s the last keys are good for a day, and no longer', async (_, reason, how) => {
    const scene = await startProven();
    scene.issuer.answer(KEYS, how);
    scene.clock.advance(REFRESH_MS);
    await scene.until(() => failures(scene).includes(reason));
    expect(await scene.present(scene.token)).toBe(200);
    scene.clock.advance(15 * 60_000);
    expect(await scene.present(scene.token)).toBe(200);
    // A token that was never seen before is verified with them, too.
    expect(await scene.present(await sign(KEY, scene.issuer.claims({ ...FAR, jti: 'new' })))).toBe(200);
    scene.clock.advance(23 * HOUR_MS);
    expect(await scene.present(scene.token)).toBe(200);
    expect(await ownMetrics(scene)).toMatch(
      new RegExp(`^scrapegate_issuer_keys_age_seconds{issuer="${scene.issuer.issuer}"} 84[0-9]{3}$`, 'm'),
    );
    scene.clock.advance(HOUR_MS);
    const answer = await scene.ask(scene.token);
    expect([answer.status, answer.text, answer.headers['retry-after']]).toEqual([
      503,
      'Service Unavailable\n',
      '10',
    ]);
    scene.issuer.answer(KEYS, undefined);
    scene.clock.advance(COOLDOWN_MS);
    await scene.until(() => scene.events.some(({ kind }) => kind === 'issuer_recovered'));
    expect(await scene.present(scene.token)).toBe(200);
  });

  it('B10: while it says nothing at all, no scrape waits for it', async () => {
    const scene = await startProven();
    const asked = scene.issuer.count(KEYS);
    scene.issuer.answer(KEYS, () => undefined);
    scene.clock.advance(REFRESH_MS);
    await scene.issuer.asked(KEYS, asked + 1);
    expect(await scene.present(scene.token)).toBe(200);
    scene.clock.advance(5_000);
    await scene.until(() => failures(scene).includes('timeout'));
    expect(await scene.present(scene.token)).toBe(200);
  });

  it('B10: down from the beginning it delays no start, and opens nothing', async () => {
    const scene = await startTokenScene([KEY], (idp) => {
      idp.answer('discovery', (response) => response.destroy());
      return {};
    });
    const token = await sign(KEY, scene.issuer.claims());
    for (const path of ['/metrics', '/v1/metrics', '/-/metrics', '/no/such/path']) {
      const answer = await scene.get(path, { headers: { Authorization: `Bearer ${token}` } });
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '10']);
    }
    expect(await scene.present('opaque')).toBe(401);
    scene.issuer.answer('discovery', undefined);
    scene.clock.advance(COOLDOWN_MS);
    expect(await scene.present(token)).toBe(200);
  });

  it('B11: random key names make the gate ask once in thirty seconds, healthy or down', async () => {
    const scene = await startProven();
    const flood = async (): Promise<ReadonlySet<number>> => {
      const statuses = await Promise.all(
        Array.from({ length: 250 }, async (_, index) => {
          const header = { alg: 'ES256', kid: `${index} ${scene.clock.nowMs()}`, typ: 'at+jwt' };
          return scene.present(unsigned(header, scene.issuer.claims(), 'A'.repeat(86)));
        }),
      );
      return new Set(statuses);
    };
    expect([await flood(), scene.issuer.count(KEYS)]).toEqual([new Set([401]), 1]);
    scene.clock.advance(COOLDOWN_MS);
    expect([await flood(), scene.issuer.count(KEYS)]).toEqual([new Set([401]), 2]);
    expect([await flood(), scene.issuer.count(KEYS)]).toEqual([new Set([401]), 2]);
    scene.issuer.answer(KEYS, (response) => response.destroy());
    scene.clock.advance(COOLDOWN_MS);
    // Nobody can say now whether such a key exists.
    expect([await flood(), scene.issuer.count(KEYS)]).toEqual([new Set([503]), 3]);
    expect([await flood(), scene.issuer.count(KEYS)]).toEqual([new Set([503]), 3]);
    expect(await scene.present(scene.token)).toBe(200);
  });

  it('B12: several credentials at once while the keys cannot be had', async () => {
    const scene = await startTokenScene([KEY], (idp) => {
      idp.answer(KEYS, (response) => response.destroy());
      return {};
    });
    const token = await sign(KEY, scene.issuer.claims());
    const raw = async (...lines: readonly string[]): Promise<number | undefined> => {
      const request = head('GET /metrics HTTP/1.1', 'Host: gate.example', 'Connection: close', ...lines);
      return (await exchangeRaw(scene.port, request)).answers[0]?.status;
    };
    const line = `Authorization: Bearer ${token}`;
    const statuses = await Promise.all([
      raw(line, line),
      raw(line, 'Authorization: Bearer x'),
      raw(`${line}, Bearer ${token}`),
      raw(`${line},${token}`),
      raw(line),
    ]);
    expect(statuses).toEqual([401, 401, 401, 401, 503]);
    scene.issuer.answer(KEYS, undefined);
    scene.clock.advance(COOLDOWN_MS);
    expect(await scene.present(token)).toBe(200);
  });

  it('B15: a new key is found by the first token that it signed; a removed key ends what it signed', async () => {
    const scene = await startProven();
    scene.clock.advance(COOLDOWN_MS);
    scene.issuer.keys = [NEXT.jwk];
    const renewed = await sign(NEXT, scene.issuer.claims(FAR));
    const statuses = await Promise.all(Array.from({ length: 20 }, () => scene.present(renewed)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(scene.issuer.count(KEYS)).toBe(2);
    // Verified before, remembered, and refused all the same.
    expect(await scene.present(scene.token)).toBe(401);
    // With nobody asking, a removed key ends with the next fetch.
    scene.issuer.keys = [KEY.jwk];
    expect(await scene.present(renewed)).toBe(200);
    scene.clock.advance(REFRESH_MS);
    await scene.issuer.asked(KEYS, 3);
    await scene.untilAccepted(scene.token);
    expect(await scene.present(renewed)).toBe(401);
  });
});
