// What every gate does, wherever it runs: who gets in, what they see, and how it is answered on the wire.
// Over real sockets. Time is the test's; nothing sleeps.

import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/auth/password.js';
import { digestToken, formatTokenDigest } from '../../src/auth/digest.js';
import { basic } from '../support/credentials.js';
import { API_KEY, bearer, EXPOSITION, startGate, type StartGate } from '../support/gates/gate-scene.js';
import { head, type RawAnswer } from '../support/raw-http.js';
import { CHEAP_COST, OPENMETRICS_ACCEPT, TOKEN } from '../support/start-gateway.js';

const FORBIDDEN = '{"detail":"Forbidden"}';
const TENANT_TOKEN = 'Tn5Hq2Xw8Lb4Rz0Vk6Yc9Md1Fs3Jg7Pe_UaOi-QlKtRv';

/** On each answer of the gate, whatever it says. */
const PRIVATE_HEADERS = {
  'cache-control': 'no-store',
  vary: 'Authorization, Accept, Accept-Encoding',
  'x-content-type-options': 'nosniff',
};

/** Runs the suite of gates. */
export function describeGateContract(name: string, start: StartGate): void {
  describe(`gate contract: ${name}`, () => {
    describe('without a right credential', () => {
      it('answers nothing when nothing is configured, and the scrape never reaches the source', async () => {
        const scene = await startGate(start, { bearerToken: undefined });
        expect(await scene.get('/metrics', { headers: {} })).toMatchObject({ status: 401 });
        expect(await scene.get()).toMatchObject({ status: 401, text: 'Unauthorized\n' });
        expect(await scene.get('/v1/metrics')).toMatchObject({ status: 403, text: FORBIDDEN });
        expect(scene.reached).toEqual([]);
      });

      it.each([
        ['none', []],
        ['a wrong token', ['Bearer wrong']],
        ['a token that is nearly right', [`Bearer ${TOKEN}x`]],
        ['no token behind the scheme', ['Bearer']],
        ['two spaces and nothing', ['Bearer  ']],
        ['another scheme', [`Token ${TOKEN}`]],
        ['the token as a user', [basic(TOKEN, '')]],
        ['two credentials, both right', [`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]],
        ['a wrong one beside the right one', ['Bearer wrong', `Bearer ${TOKEN}`]],
      ])('is 401 with %s', async (_, lines) => {
        const scene = await startGate(start);
        const request = head(
          'GET /metrics HTTP/1.1',
          'Host: a',
          'Connection: close',
          ...lines.map(authorization),
        );
        const { answers } = await scene.send(request);
        expect(answers).toHaveLength(1);
        expect(answers[0]).toMatchObject({ status: 401, body: 'Unauthorized\n' });
        expect(headersOf(answers[0])).toMatchObject({
          ...PRIVATE_HEADERS,
          'www-authenticate': 'Bearer realm="scrapegate"',
          'content-type': 'text/plain; charset=utf-8',
        });
        expect(scene.reached).toEqual([]);
      });

      it('never looks for a token in the URL or in a cookie', async () => {
        const scene = await startGate(start);
        for (const query of [
          `?access_token=${TOKEN}`,
          `?token=${TOKEN}`,
          `?authorization=Bearer%20${TOKEN}`,
        ]) {
          expect((await scene.get(`/metrics${query}`, { headers: {} })).status).toBe(401);
        }
        expect((await scene.get('/metrics', { headers: { Cookie: `token=${TOKEN}` } })).status).toBe(401);
      });

      it('is locked out after too many failures, but for a strong token', async () => {
        const scene = await startGate(start, {
          limits: { failuresPerMinute: 3 },
          credentials: [{ name: 'weak', bearerToken: 'secret1' }],
        });
        for (let attempt = 0; attempt < 3; attempt += 1) {
          expect((await scene.get('/metrics', { headers: bearer('wrong') })).status).toBe(401);
        }
        const locked = await scene.get('/metrics', { headers: bearer('secret1') });
        expect(locked).toMatchObject({ status: 429, text: 'Too Many Requests\n' });
        expect(Number(locked.headers['retry-after'])).toBe(900);
        expect((await scene.get()).status).toBe(200);
        expect((await scene.get('/metrics', { headers: bearer('secret1'), from: '127.0.0.9' })).status).toBe(
          200,
        );
        scene.clock.advance(900_000);
        expect((await scene.get('/metrics', { headers: bearer('secret1') })).status).toBe(200);
      });

      it('is 403 from an address that may not ask, whatever it shows', async () => {
        const scene = await startGate(start, { network: { allowedIps: ['192.0.2.0/24'] } });
        expect(await scene.get()).toMatchObject({ status: 403, text: 'Forbidden\n' });
        const headers = { ...bearer(TOKEN), 'X-Forwarded-For': '192.0.2.7' };
        expect((await scene.get('/metrics', { headers })).status).toBe(200);
      });
    });

    describe('with a right credential', () => {
      let passwordHash = '';
      beforeAll(async () => {
        passwordHash = await hashPassword('correct horse', CHEAP_COST);
      });

      it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}`])('is 200 by %s', async (line) => {
        const scene = await startGate(start);
        const answer = await scene.get('/metrics', { headers: { Authorization: line } });
        expect(answer).toMatchObject({ status: 200, text: EXPOSITION });
        expect(answer.headers).toMatchObject({
          ...PRIVATE_HEADERS,
          'content-type': 'text/plain; version=0.0.4; charset=utf-8',
          'content-length': String(EXPOSITION.length),
        });
        expect(answer.headers).not.toHaveProperty('x-powered-by');
        expect(scene.reached).toEqual([]);
      });

      it('is 200 by digest, by password and by API key', async () => {
        const digest = formatTokenDigest(digestToken(TENANT_TOKEN));
        const scene = await startGate(start, {
          apiKey: API_KEY,
          credentials: [
            { name: 'digest', bearerTokenDigest: digest },
            { name: 'books', username: 'books', passwordHash },
          ],
        });
        for (const headers of [
          bearer(TENANT_TOKEN),
          { Authorization: basic('books', 'correct horse') },
          bearer(API_KEY),
        ]) {
          expect((await scene.get('/metrics', { headers })).status).toBe(200);
        }
        const wrong = { Authorization: basic('books', 'wrong') };
        expect((await scene.get('/metrics', { headers: wrong })).status).toBe(401);
      });

      it('holds between its dates alone', async () => {
        const scene = await startGate(start);
        const nowMs = scene.clock.nowMs();
        const timed = await startGate(start, {
          credentials: [
            {
              name: 'timed',
              bearerToken: TENANT_TOKEN,
              notBeforeMs: nowMs + 1_000,
              notAfterMs: nowMs + 2_000,
            },
          ],
        });
        const status = async (): Promise<number> =>
          (await timed.get('/metrics', { headers: bearer(TENANT_TOKEN) })).status;
        expect(await status()).toBe(401);
        timed.clock.advance(1_000);
        expect(await status()).toBe(200);
        timed.clock.advance(1_000);
        expect(await status()).toBe(401);
      });

      it('has a budget of its own', async () => {
        const scene = await startGate(start, { apiKey: API_KEY, limits: { requestsPerWindow: 2 } });
        expect((await scene.get()).status).toBe(200);
        expect((await scene.get()).status).toBe(200);
        const spent = await scene.get();
        expect(spent).toMatchObject({ status: 429, text: 'Too Many Requests\n' });
        expect(Number(spent.headers['retry-after'])).toBeGreaterThan(0);
        expect((await scene.get('/metrics', { headers: bearer(API_KEY) })).status).toBe(200);
      });

      it('is told of without a secret', async () => {
        const scene = await startGate(start);
        await scene.get('/metrics?x=anna@acme.example', { headers: bearer('wrong') });
        await scene.get();
        expect(await scene.audit(2)).toMatchObject([
          {
            route: '/metrics',
            method: 'GET',
            status: 401,
            decision: 'denied',
            reason: 'token_unknown',
            client: '127.0.0.1',
          },
          {
            route: '/metrics',
            status: 200,
            decision: 'allowed',
            credential: 'bearer-token',
            view: 'default',
            seriesIn: 2,
            seriesOut: 2,
          },
        ]);
        expect(JSON.stringify(scene.events)).not.toMatch(/anna|wrong|q7Zk2/);
      });
    });

    describe('views', () => {
      const PERSONAL =
        '# TYPE spend_total counter\nspend_total{client_ip="192.0.2.1",team="acme",user_email="anna@acme.example"} 2\n' +
        'spend_total{client_ip="192.0.2.2",team="acme",user_email="anna@acme.example"} 3\n' +
        'spend_total{client_ip="192.0.2.3",team="globex",user_email="bob@globex.example"} 5\n';

      it('hide people, add up what became equal, and scope tenants', async () => {
        const scene = await startGate(start, {
          views: [
            { name: 'default' },
            { name: 'finance', reveal: ['user_email'] },
            { name: 'acme', only: { team: ['acme'] }, labels: [{ label: 'user_email', action: 'drop' }] },
          ],
          apiKey: API_KEY,
          credentials: [
            { name: 'acme', bearerToken: TENANT_TOKEN, view: 'acme' },
            { name: 'finance', bearerToken: `${TENANT_TOKEN}2`, view: 'finance' },
          ],
        });
        scene.answer = () => Promise.resolve(PERSONAL);
        const all = (await scene.get()).text;
        expect(all).toMatch(/^spend_total\{team="acme",user_email="p_[a-z2-7]{26}"\} 5$/m);
        expect(all).not.toMatch(/anna|bob|192\.0/);
        const acme = (await scene.get('/metrics', { headers: bearer(TENANT_TOKEN) })).text;
        expect(acme).toBe('# TYPE spend_total counter\nspend_total{team="acme"} 5\n');
        const finance = (await scene.get('/metrics', { headers: bearer(`${TENANT_TOKEN}2`) })).text;
        expect(finance).toContain('spend_total{team="globex",user_email="bob@globex.example"} 5\n');
        expect((await scene.get('/metrics', { headers: bearer(API_KEY) })).text).toBe(all);
      });

      it('are chosen by no query and no header', async () => {
        const scene = await startGate(start, {
          views: [{ name: 'default', only: { team: ['acme'] } }, { name: 'all' }],
        });
        const plain = (await scene.get()).text;
        const headers = { ...bearer(TOKEN), 'X-Scope-OrgID': 'globex', 'X-View': 'all' };
        expect((await scene.get('/metrics?view=all&team=globex&name[]=x', { headers })).text).toBe(plain);
        expect(plain).not.toContain('globex');
      });
    });

    describe('formats', () => {
      const OPENMETRICS = '# TYPE requests counter\nrequests_total{model="m"} 3\n# EOF\n';

      it('are that of the source, as far as the reader takes it', async () => {
        const scene = await startGate(start);
        scene.answer = () => Promise.resolve(OPENMETRICS);
        const answer = await scene.get('/metrics', {
          headers: { ...bearer(TOKEN), Accept: OPENMETRICS_ACCEPT },
        });
        expect(answer).toMatchObject({ status: 200, text: OPENMETRICS });
        expect(answer.headers['content-type']).toBe(
          'application/openmetrics-text; version=1.0.0; charset=utf-8',
        );
      });

      it('come with gzip where it is accepted, and the same as without', async () => {
        const scene = await startGate(start);
        const long = `# TYPE up gauge\n${Array.from({ length: 200 }, (_, at) => `up{model="m${at}"} 1\n`).join('')}`;
        scene.answer = () => Promise.resolve(long);
        const plain = await scene.get();
        expect(plain.headers).not.toHaveProperty('content-encoding');
        const packed = await scene.get('/metrics', {
          headers: { ...bearer(TOKEN), 'Accept-Encoding': 'gzip' },
        });
        expect(packed.headers['content-encoding']).toBe('gzip');
        expect(Number(packed.headers['content-length'])).toBe(packed.body.length);
        expect(gunzipSync(packed.body).toString()).toBe(plain.text);
        expect(plain.text).toHaveLength(long.length);
        const refused = { ...bearer(TOKEN), 'Accept-Encoding': 'gzip;q=0, identity' };
        expect((await scene.get('/metrics', { headers: refused })).body.toString()).toBe(plain.text);
      });
    });

    describe('methods', () => {
      it('HEAD has the head of GET and no body', async () => {
        const scene = await startGate(start);
        const whole = await scene.get();
        const headOnly = await scene.get('/metrics', { method: 'HEAD' });
        expect(headOnly).toMatchObject({ status: 200, text: '' });
        expect(headOnly.headers['content-length']).toBe(whole.headers['content-length']);
        expect((await scene.get('/metrics', { method: 'HEAD', headers: {} })).status).toBe(401);
      });

      it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'TRACE'])(
        '%s is 405, and 401 for strangers',
        async (method) => {
          const scene = await startGate(start);
          const lines = ['Host: a', 'Connection: close', 'Content-Length: 0'];
          const asked = head(`${method} /metrics HTTP/1.1`, ...lines, authorization(`Bearer ${TOKEN}`));
          const { answers } = await scene.send(asked);
          expect(answers[0]).toMatchObject({ status: 405 });
          expect(headersOf(answers[0])).toMatchObject({
            ...PRIVATE_HEADERS,
            allow: 'GET, HEAD',
            connection: 'close',
          });
          const strange = await scene.send(head(`${method} /metrics HTTP/1.1`, ...lines));
          expect(strange.answers[0]?.status).toBe(401);
          expect(scene.reached).toEqual([]);
        },
      );

      it('a body of GET is refused unread, and ends the connection', async () => {
        const scene = await startGate(start);
        const smuggled = head('GET /metrics HTTP/1.1', 'Host: a', authorization(`Bearer ${TOKEN}`));
        const request = `${head('GET /metrics HTTP/1.1', 'Host: a', `Content-Length: ${smuggled.length}`)}${smuggled}`;
        const { answers, closed } = await scene.send(request);
        expect(answers.map(({ status }) => status)).toEqual([400]);
        expect(closed).toBe(true);
      });
    });
  });
}

function authorization(value: string): string {
  return `Authorization: ${value}`;
}

function headersOf(answer: RawAnswer | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(answer?.headers ?? []);
}
