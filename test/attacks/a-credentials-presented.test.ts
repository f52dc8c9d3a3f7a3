// Section a of the attack list: how a credential is configured and presented, on the assembled gate over real sockets.

import { beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/auth/password.js';
import { loadConfiguration } from '../../src/config/load.js';
import { createGateway } from '../../src/gateway/gateway.js';
import { ManualClock } from '../support/manual-clock.js';
import { exchangeRaw, head } from '../support/raw-http.js';
import {
  BEARER,
  CHEAP_COST,
  TOKEN,
  basic,
  basicProof,
  bearerProof,
  gatewayOptions,
  startGateway,
  type GatewayScene,
} from '../support/start-gateway.js';

const PASSWORD = 'correct horse battery staple';
let hash = '';
/** No lockout gets between an attack and what it attacks. */
const PATIENT = { limits: { failuresPerMinute: 10_000, requestsPerWindow: 1_000_000 } };

beforeAll(async () => {
  hash = await hashPassword(PASSWORD, CHEAP_COST);
});

async function statusOf(scene: GatewayScene, authorization: string): Promise<number> {
  return (await scene.get('/metrics', { headers: { Authorization: authorization } })).status;
}

/** The status of a request whose lines are on the wire exactly as given. */
async function rawStatus(scene: GatewayScene, ...lines: readonly string[]): Promise<number | undefined> {
  const request = head('GET /metrics HTTP/1.1', 'Host: gate.example', 'Connection: close', ...lines);
  return (await exchangeRaw(scene.port, request)).answers[0]?.status;
}

describe('a. credentials as configured and presented', () => {
  it.each([
    ['a blank line', '\n'],
    ['nothing', ''],
    ['spaces', '   '],
    ['a byte order mark alone', '\uFEFF'],
    ['two lines', `${TOKEN}\n\n${TOKEN}x\n`],
    ['a token with a space in it', 'abc def'],
  ])('A10: a token file with %s is refused at start', async (_, content) => {
    await expect(
      loadConfiguration({
        env: { SCRAPEGATE_TARGET: 'http://127.0.0.1:1/metrics', METRICS_BEARER_TOKEN_FILE: '/run/token' },
        nodeVersion: '22.23.2',
        readFile: () => Buffer.from(content),
      }),
    ).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_CONFIG_INVALID' });
  });

  it.each(['', '\n', '\r\n'])('A10: a token file that ends with %j holds the token alone', async (ending) => {
    const { options } = await loadConfiguration({
      env: { SCRAPEGATE_TARGET: 'http://127.0.0.1:1/metrics', METRICS_BEARER_TOKEN_FILE: '/run/token' },
      nodeVersion: '22.23.2',
      readFile: () => Buffer.from(`${TOKEN}${ending}`),
    });
    const scene = await startGateway({
      guard: PATIENT,
      credentials: (options.guard.credentials ?? []).map(({ name, proofs }) => ({ name, proofs })),
    });
    expect(await statusOf(scene, BEARER)).toBe(200);
    expect(await statusOf(scene, 'Bearer x')).toBe(401);
  });

  it.each([
    ['no token', ['Authorization: Bearer ']],
    ['the scheme alone', ['Authorization: Bearer']],
    ['nothing', ['Authorization:']],
    ['a space', ['Authorization:  ']],
    ['the header twice', [`Authorization: ${BEARER}`, `Authorization: ${BEARER}`]],
    ['the header twice, one empty', [`Authorization: ${BEARER}`, 'Authorization:']],
    ['a tab for the space', [`Authorization: Bearer\t${TOKEN}`]],
    ['a no-break space for the space', [`Authorization: Bearer\u00A0${TOKEN}`]],
    ['a quoted token', [`Authorization: Bearer "${TOKEN}"`]],
    ['two tokens', [`Authorization: Bearer ${TOKEN}, Bearer ${TOKEN}`]],
    ['the token without a scheme', [`Authorization: ${TOKEN}`]],
    ['another scheme', [`Authorization: Token ${TOKEN}`]],
    ['another header', [`X-Authorization: ${BEARER}`]],
    ['Proxy-Authorization', [`Proxy-Authorization: ${BEARER}`]],
  ])('A10: a request with %s is refused', async (_, lines) => {
    const scene = await startGateway({ guard: PATIENT });
    expect(await rawStatus(scene, ...lines)).toBe(401);
    expect(await rawStatus(scene, `Authorization: ${BEARER}`)).toBe(200);
  });

  it.each([
    ['METRICS_BEARER_TOKEN', ''],
    ['METRICS_BEARER_TOKEN', ' '],
    ['METRICS_API_KEY', ''],
    ['METRICS_ALLOWED_IPS', ','],
    ['METRICS_ALLOWED_IPS', ''],
    ['METRICS_BASIC_AUTH_PASSWORD', ' '],
    ['METRICS_BASIC_AUTH_USER', ''],
    ['TRUST_PROXY', ''],
    ['SCRAPEGATE_TARGET', ''],
  ])('A11: %s set but empty (%j) is refused at start, never open', async (name, value) => {
    const env = {
      SCRAPEGATE_TARGET: 'http://127.0.0.1:1/metrics',
      METRICS_BASIC_AUTH_USER: 'alice',
      METRICS_BASIC_AUTH_PASSWORD: 'secret-enough',
      [name]: value,
    };
    await expect(loadConfiguration({ env, nodeVersion: '22.23.2' })).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_CONFIG_INVALID',
      problems: expect.arrayContaining([expect.objectContaining({ path: expect.stringContaining(name) })]),
    });
  });

  it('A11: without any credential the gate is closed', async () => {
    const scene = await startGateway({ credentials: [] });
    for (const authorization of ['', BEARER, basic('admin', 'admin')])
      expect(await statusOf(scene, authorization)).toBe(401);
    expect((await scene.get('/metrics', { headers: {} })).status).toBe(401);
    expect((await scene.get('/-/metrics', { headers: {} })).status).toBe(401);
    expect((await scene.get('/v1/metrics', { headers: {} })).status).toBe(403);
  });

  it('A12: a wrong credential is in no answer, no event and no metric', async () => {
    const secret = 'wrong-5ecret-9f8e7d6c5b4a';
    const scene = await startGateway({
      credentials: [
        { name: 'prometheus', proofs: [bearerProof(TOKEN)], self: true },
        { name: 'alice', proofs: [basicProof('alice', hash)] },
      ],
      guard: PATIENT,
    });
    const answers = [
      await scene.get('/metrics', { headers: { Authorization: `Bearer ${secret}` } }),
      await scene.get('/v1/metrics', { headers: { Authorization: `Bearer ${secret}` } }),
      await scene.get('/metrics', { headers: { Authorization: basic(secret, 'x') } }),
      await scene.get('/metrics', { headers: { Authorization: basic('alice', secret) } }),
      await scene.get(`/metrics/${secret}`, { headers: { Authorization: secret } }),
      await scene.get(`/metrics?token=${secret}`, { headers: { Cookie: `token=${secret}` } }),
      await scene.get('/metrics', { headers: { Authorization: BEARER, 'User-Agent': secret } }),
      await scene.get('/metrics', { method: 'POST', headers: { Authorization: BEARER, 'X-Token': secret } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 401, 401, 401, 401, 200, 405]);
    const own = await scene.ownMetrics();
    await scene.audit(9);
    const seen = [
      ...answers.map(({ rawHeaders, text }) => JSON.stringify([rawHeaders, text])),
      JSON.stringify(scene.events),
      own,
    ].join('\n');
    expect(seen).toContain('token_unknown');
    for (const trace of [secret, Buffer.from(`alice:${secret}`).toString('base64'), TOKEN, hash])
      expect(seen).not.toContain(trace);
  });

  it.each([
    [`bearer ${TOKEN}`, 200],
    [`BEARER ${TOKEN}`, 200],
    [`bEaReR ${TOKEN}`, 200],
    // RFC 9110 section 11.4 has one or more spaces between scheme and credential.
    [`Bearer  ${TOKEN}`, 200],
    ['bearer x', 401],
    ['BEARER x', 401],
    ['Bearer  x', 401],
    [`Bearer${TOKEN}`, 401],
    [`Bearerx ${TOKEN}`, 401],
  ])('A13: %s is answered with %i', async (authorization, status) => {
    const scene = await startGateway();
    expect(await statusOf(scene, authorization)).toBe(status);
  });

  it.each([
    'pa=ss',
    'a:b:c',
    'with,comma',
    '$scrypt$x',
    'p\u00E4ss w\u00F6rd \u{1f511}',
    'x'.repeat(73),
    'y'.repeat(1024),
    ' leading and trailing ',
  ])('A14: the password %j works whole, and nothing shorter or trimmed does', async (password) => {
    const scene = await startGateway({
      credentials: [
        { name: 'alice', proofs: [basicProof('alice', await hashPassword(password, CHEAP_COST))] },
      ],
      guard: PATIENT,
    });
    expect(await statusOf(scene, basic('alice', password.slice(0, -1)))).toBe(401);
    expect(await statusOf(scene, basic('alice', password.slice(0, 72)))).toBe(
      password.length <= 72 ? 200 : 401,
    );
    expect(await statusOf(scene, basic('alice', `${password} `))).toBe(401);
    expect(await statusOf(scene, basic('alice', password))).toBe(200);
  });

  it.each(['pa=ss', '$2y$04$x', 'p\u00E4ss w\u00F6rd', 'x'.repeat(72)])(
    'A14: under bcrypt, too, %j works whole, and what is longer is refused and not cut',
    async (password) => {
      const proof = basicProof('alice', await hashPassword(password, { rounds: 4 }));
      const scene = await startGateway({ credentials: [{ name: 'alice', proofs: [proof] }], guard: PATIENT });
      for (const wrong of [password.slice(0, -1), `${password} `, `${password}x`, password.padEnd(1024, 'x')])
        expect(await statusOf(scene, basic('alice', wrong))).toBe(401);
      expect(await statusOf(scene, basic('alice', `${password}\0`))).toBe(401);
      expect(await statusOf(scene, basic('alice', password))).toBe(200);
    },
  );

  it('A14: a password that bcrypt would cut is refused when its hash is made', async () => {
    await expect(hashPassword('x'.repeat(73), { rounds: 4 })).rejects.toThrow('72 bytes');
  });

  it.each(['user:name', 'tab\tname', ''])('A14: the user name %j is refused at start', (username) => {
    const options = gatewayOptions('http://127.0.0.1:1/metrics', {
      credentials: [{ name: 'alice', proofs: [basicProof(username, hash)] }],
    });
    expect(() => createGateway(options, { clock: new ManualClock(), onEvent: () => undefined })).toThrow(
      /username/,
    );
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'A15: %s is 401 without a credential and 405 with one',
    async (method) => {
      const scene = await startGateway();
      expect((await scene.get('/metrics', { method, headers: {} })).status).toBe(401);
      expect((await scene.get('/metrics', { method, headers: { Authorization: 'Bearer x' } })).status).toBe(
        401,
      );
      const fetches = scene.upstream.requests.length;
      const refused = await scene.get('/metrics', { method });
      expect(refused.status).toBe(405);
      expect(refused.headers.allow).toBe('GET, HEAD');
      expect(scene.upstream.requests).toHaveLength(fetches);
    },
  );

  it('A15: HEAD is decided like GET, and no header makes another method of a request', async () => {
    const scene = await startGateway();
    for (const headers of [{}, { Authorization: 'Bearer x' }, { Authorization: BEARER }]) {
      const get = await scene.get('/metrics', { headers });
      const headOnly = await scene.get('/metrics', { method: 'HEAD', headers });
      expect([headOnly.status, headOnly.headers['content-length'], headOnly.text]).toEqual([
        get.status,
        get.headers['content-length'],
        '',
      ]);
    }
    const override = { Authorization: BEARER, 'X-HTTP-Method-Override': 'GET', 'X-Method-Override': 'GET' };
    expect((await scene.get('/metrics', { method: 'POST', headers: override })).status).toBe(405);
  });

  it('A16: a credential in the URL is ignored and nowhere in the log', async () => {
    const scene = await startGateway();
    for (const name of ['authKey', 'token', 'access_token', 'api_key', 'apikey', 'key']) {
      expect((await scene.get(`/metrics?${name}=${TOKEN}`, { headers: {} })).status).toBe(401);
    }
    const { answers } = await exchangeRaw(
      scene.port,
      head(
        `GET http://prometheus:${TOKEN}@127.0.0.1/metrics HTTP/1.1`,
        'Host: 127.0.0.1',
        'Connection: close',
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([400]);
    await scene.audit(7);
    const log = JSON.stringify(scene.events);
    expect(log).toContain('credential_missing');
    expect(log).not.toContain(TOKEN);
  });

  it('A17: where requests without a credential are let in, a wrong one is refused all the same', async () => {
    const scene = await startGateway({ guard: { anonymous: { view: 'all', target: 'upstream' } } });
    for (const wrong of ['Bearer x', 'Bearer', '', 'Basic', basic('a', 'b'), 'Negotiate abc'])
      expect(await statusOf(scene, wrong)).toBe(401);
    expect((await scene.get('/metrics', { headers: {} })).status).toBe(200);
    expect((await scene.get('/-/metrics', { headers: {} })).status).toBe(401);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    'A18: the name %s is a stranger like any other',
    async (name) => {
      const scene = await startGateway({
        credentials: [{ name: 'alice', proofs: [basicProof('alice', hash)] }],
        guard: PATIENT,
      });
      for (const password of ['', 'x', 'undefined', '[object Object]'])
        expect(await statusOf(scene, basic(name, password))).toBe(401);
      expect((await scene.get(`/metrics/${name}`, { headers: {} })).status).toBe(401);
      const known = { Authorization: basic('alice', PASSWORD) };
      expect((await scene.get(`/metrics/${name}`, { headers: known })).status).toBe(404);
      expect((await scene.get('/metrics', { headers: { [name]: 'x' } })).status).toBe(401);
      expect((await scene.get('/metrics', { headers: { ...known, 'X-Any': name } })).status).toBe(200);
    },
  );

  it('A18: a header called __proto__ changes nothing', async () => {
    const scene = await startGateway();
    expect(await rawStatus(scene, '__proto__: x', `__proto__: ${BEARER}`)).toBe(401);
    expect(await rawStatus(scene, '__proto__: x', `Authorization: ${BEARER}`)).toBe(200);
  });
});
