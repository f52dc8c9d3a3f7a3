// What every gate does with odd paths, with a source that fails, with large answers and slow readers, and at its end.
// Over real sockets. Time is the test's; nothing sleeps.

import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MetricsOptions } from '../../src/embedded/options.js';
import { summaryShape } from '../support/gates/summary-shape.js';
import { API_KEY, bearer, EXPOSITION, startGate, type StartGate } from '../support/gates/gate-scene.js';
import { SPELLINGS } from '../support/gates/spellings.js';
import { head, openRaw, parseAnswers } from '../support/raw-http.js';
import { TOKEN } from '../support/start-gateway.js';

const AUTHORIZED = `Authorization: Bearer ${TOKEN}`;
/** Larger than the buffers of a socket, and told apart from every other scrape by each of its lines. */
function largeExposition(scrape: number, series = 300): string {
  const lines = Array.from(
    { length: series },
    (_, at) => `requests{model="${'y'.repeat(16_000)}-${at}"} ${scrape}\n`,
  );
  return `# TYPE requests gauge\n${lines.join('')}`;
}

/** Nothing is looked for in the values, which are long. */
const REVEALED: MetricsOptions = { views: [{ name: 'default', reveal: ['model'] }] };

/** More than the kernel takes for a reader that does not read. */
const UNREAD = largeExposition(0, 1200);

/** Runs the suite of gates on the wire. */
export function describeGateWireContract(name: string, start: StartGate): void {
  describe(`gate contract on the wire: ${name}`, () => {
    describe('a path that is spelt otherwise', () => {
      it("is the gate's, whoever asks", async () => {
        const scene = await startGate(start);
        const wrong: unknown[] = [];
        for (const { target, isUnreadable } of SPELLINGS) {
          for (const [lines, expected] of [
            [[], isUnreadable ? 400 : 401],
            [[AUTHORIZED], isUnreadable ? 400 : 404],
          ] as const) {
            const request = head(`GET ${target} HTTP/1.1`, 'Host: a', 'Connection: close', ...lines);
            const { answers } = await scene.send(request);
            if (answers[0]?.status !== expected) wrong.push([target, lines.length, answers[0]]);
          }
        }
        expect(wrong).toEqual([]);
        expect(scene.reached).toEqual([]);
      });

      it('answers by the path alone, whatever the query says', async () => {
        const scene = await startGate(start);
        expect((await scene.get('/metrics?x=/../../health')).status).toBe(200);
        expect((await scene.get('/metrics?')).text).toBe(EXPOSITION);
      });
    });

    describe('a source that', () => {
      it.each([
        ['fails', () => Promise.reject(new Error('anna@acme.example'))],
        ['gives no exposition', () => Promise.resolve('<html>anna@acme.example</html>\n')],
        ['gives half of one', () => Promise.resolve('# TYPE a counter\na_total 1\na_tot')],
        ['repeats a series', () => Promise.resolve('a 1\na 2\n')],
      ])('%s is 502, and says nothing', async (_, answer) => {
        const scene = await startGate(start);
        scene.answer = answer;
        expect(await scene.get()).toMatchObject({ status: 502, text: 'Bad Gateway\n' });
        scene.answer = () => Promise.resolve(EXPOSITION);
        expect((await scene.get()).status).toBe(200);
        expect(JSON.stringify(scene.events)).not.toContain('anna');
      });

      it.each(
        name === 'gateway'
          ? []
          : [
              ['', 'text/plain', '# no series of the target are in this view\n'],
              ['\n', 'text/plain', '# no series of the target are in this view\n'],
              [
                '# HELP a A.\n# TYPE a counter\n',
                'text/plain',
                '# no series of the target are in this view\n',
              ],
              ['# EOF\n', 'application/openmetrics-text', '# EOF\n'],
            ],
      )('has counted nothing yet is 200, for it is there: %j', async (exposition, type, text) => {
        const scene = await startGate(start, { apiKey: API_KEY });
        scene.answer = () => Promise.resolve(exposition);
        const headers = bearer(API_KEY);
        const answer = await scene.get('/metrics', { headers });
        expect(answer).toMatchObject({ status: 200, text });
        expect(answer.headers['content-type']).toMatch(new RegExp(`^${type};`));
        const summary = await scene.get('/v1/metrics', { headers });
        expect(summary.status).toBe(200);
        expect(JSON.parse(summary.text)).toMatchObject({ throughput: { total_requests: null } });
        const both = await scene.get('/v1/metrics?format=prometheus', { headers });
        expect(both.status).toBe(200);
      });

      it('is late is 504 after its time', async () => {
        const scene = await startGate(start, { timeoutMs: 5_000 });
        scene.answer = () => new Promise(() => undefined);
        const asked = scene.asked(1);
        const answer = scene.get();
        await asked;
        scene.clock.advance(5_000);
        expect(await answer).toMatchObject({ status: 504, text: 'Gateway Timeout\n' });
      });

      it('is later than the reader waits is 504, and is asked no more often than that', async () => {
        const scene = await startGate(start);
        scene.answer = () => new Promise(() => undefined);
        const asked = scene.asked(1);
        const headers = { ...bearer(TOKEN), 'X-Prometheus-Scrape-Timeout-Seconds': '2' };
        const answer = scene.get('/metrics', { headers });
        await asked;
        scene.clock.advance(1_800);
        expect((await answer).status).toBe(504);
      });

      it('gives more than is allowed is 502', async () => {
        const scene = await startGate(start, { maxBytes: EXPOSITION.length - 1 });
        expect((await scene.get()).status).toBe(502);
      });

      it('has malformed families is 502, or shown without them where that is wanted', async () => {
        const broken = '# TYPE good gauge\ngood 1\n# TYPE bad gauge\nbad{a="1} 1\n';
        const strict = await startGate(start);
        strict.answer = () => Promise.resolve(broken);
        expect((await strict.get()).status).toBe(502);
        const lenient = await startGate(start, { onMalformed: 'quarantine' });
        lenient.answer = () => Promise.resolve(broken);
        expect(await lenient.get()).toMatchObject({ status: 200, text: '# TYPE good gauge\ngood 1\n' });
      });
    });

    describe('the summary', () => {
      const COUNTED = '# TYPE http_requests_total counter\nhttp_requests_total{route="/chat"} 7\n';

      it('is 403 for everybody but an API key', async () => {
        const scene = await startGate(start, { apiKey: API_KEY });
        const closed = await startGate(start);
        for (const [gate, headers] of [
          [scene, {}],
          [scene, bearer('wrong')],
          [scene, bearer(TOKEN)],
          [closed, bearer(TOKEN)],
          [closed, bearer(API_KEY)],
        ] as const) {
          for (const query of ['', '?format=prometheus', '?format=xml']) {
            const answer = await gate.get(`/v1/metrics${query}`, { headers });
            expect(answer).toMatchObject({ status: 403, text: '{"detail":"Forbidden"}' });
            expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
          }
        }
      });

      it('has the numbers of the view, and null for what it does not have', async () => {
        const scene = await startGate(start, { apiKey: API_KEY });
        scene.answer = () => Promise.resolve(COUNTED);
        for (const query of ['', '?format=json', '?other=1']) {
          const answer = await scene.get(`/v1/metrics${query}`, { headers: bearer(API_KEY) });
          expect(answer.headers).toMatchObject({
            'content-type': 'application/json; charset=utf-8',
            'cache-control': 'no-store',
          });
          expect(summaryShape(answer.text)).toEqual(summaryShape());
          expect(JSON.parse(answer.text)).toMatchObject({
            throughput: { total_requests: 7 },
            latency: { p50: null },
          });
        }
        const headers = bearer(API_KEY);
        const empty = await scene.get('/v1/metrics', { method: 'HEAD', headers });
        expect(empty).toMatchObject({ status: 200, text: '' });
        expect((await scene.get('/v1/metrics', { method: 'POST', headers })).status).toBe(405);
      });

      it('comes behind the view as metrics', async () => {
        const scene = await startGate(start, { apiKey: API_KEY });
        scene.answer = () => Promise.resolve(COUNTED);
        const { text, headers } = await scene.get('/v1/metrics?format=prometheus', {
          headers: bearer(API_KEY),
        });
        expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
        expect(text.startsWith(COUNTED)).toBe(true);
        expect(text).toContain('\nrequests_total 7\n');
      });

      it.each(['?format=xml', '?format=', '?format=json&format=json', '?format=JSON'])(
        '%s is 400, and names what there is',
        async (query) => {
          const scene = await startGate(start, { apiKey: API_KEY });
          const answer = await scene.get(`/v1/metrics${query}`, { headers: bearer(API_KEY) });
          expect(answer.status).toBe(400);
          expect(answer.text).toMatch(/json.*prometheus/);
        },
      );

      it("is that of the credential's own view, and 403 where it opens none", async () => {
        const scene = await startGate(start, {
          views: [{ name: 'default' }, { name: 'acme', only: { team: ['acme'] } }],
          credentials: [
            { name: 'acme', bearerToken: `${TOKEN}a`, view: 'acme' },
            { name: 'plain', bearerToken: `${TOKEN}b`, summary: false },
          ],
        });
        scene.answer = () =>
          Promise.resolve(
            '# TYPE http_requests_total counter\nhttp_requests_total{team="acme"} 3\nhttp_requests_total{team="globex"} 4\n',
          );
        const acme = await scene.get('/v1/metrics', { headers: bearer(`${TOKEN}a`) });
        expect(JSON.parse(acme.text)).toMatchObject({ throughput: { total_requests: 3 } });
        expect((await scene.get('/v1/metrics', { headers: bearer(`${TOKEN}b`) })).status).toBe(403);
        expect((await scene.get('/metrics', { headers: bearer(`${TOKEN}b`) })).status).toBe(200);
      });
    });

    describe('the explicit opt-out', () => {
      it('opens both paths to requests without a credential, and to no wrong one', async () => {
        const scene = await startGate(start, { bearerToken: undefined, insecureAllowUnauthenticated: true });
        expect((await scene.get('/metrics', { headers: {} })).text).toBe(EXPOSITION);
        expect((await scene.get('/v1/metrics', { headers: {} })).status).toBe(200);
        expect((await scene.get('/metrics', { headers: bearer('wrong') })).status).toBe(401);
        expect((await scene.get('/METRICS', { headers: {} })).status).not.toBe(200);
      });
    });

    describe('a large answer', () => {
      it('reaches a slow reader whole while others get theirs, plain and with gzip', async () => {
        const scene = await startGate(start, REVEALED);
        for (const [at, coding] of ['identity', 'gzip'].entries()) {
          const own = largeExposition(at * 10);
          scene.answer = () => Promise.resolve(own);
          const slow = openRaw(scene.port);
          slow.write(
            head(
              'GET /metrics HTTP/1.1',
              'Host: a',
              AUTHORIZED,
              `Accept-Encoding: ${coding}`,
              'Connection: close',
            ),
          );
          await new Promise<void>((resolve) => {
            slow.once('readable', resolve);
          });
          for (let scrape = at * 10 + 1; scrape <= at * 10 + 2; scrape += 1) {
            scene.answer = () => Promise.resolve(largeExposition(scrape));
            expect((await scene.get()).body.toString()).toBe(largeExposition(scrape));
          }
          const received: Buffer[] = [];
          for await (const chunk of slow) received.push(Buffer.from(chunk));
          const bytes = Buffer.concat(received);
          const body =
            coding === 'gzip'
              ? gunzipSync(unchunked(bytes)).toString()
              : (parseAnswers(bytes)[0]?.body ?? '');
          expect(body.length).toBe(own.length);
          expect(body === own).toBe(true);
        }
      });

      it('is cut off where its reader takes longer than a minute, and that is told', async () => {
        const scene = await startGate(start, REVEALED);
        scene.answer = () => Promise.resolve(UNREAD);
        const stuck = openRaw(scene.port).on('error', () => undefined);
        stuck.write(head('GET /metrics HTTP/1.1', 'Host: a', AUTHORIZED));
        await once(stuck, 'readable');
        scene.clock.advance(59_999);
        expect(scene.events.filter(({ kind }) => kind !== 'warning')).toEqual([]);
        scene.clock.advance(1);
        const [event] = await scene.audit(1);
        expect(event?.bytesOut).toBeLessThan(UNREAD.length);
        expect(scene.events).toContainEqual({
          kind: 'connection_closed',
          reason: 'write_timeout',
          client: '127.0.0.1',
          count: 1,
        });
        stuck.destroy();
        scene.answer = () => Promise.resolve(EXPOSITION);
        expect((await scene.get()).status).toBe(200);
      });
    });

    describe('requests on one connection', () => {
      it('are answered in their order, however they are sent', async () => {
        const scene = await startGate(start);
        const one = head('GET /metrics HTTP/1.1', 'Host: a', AUTHORIZED);
        const two = head('GET /metrics HTTP/1.1', 'Host: a');
        const { answers } = await scene.send(one + two + one, { answers: 3 });
        expect(answers.map(({ status }) => status)).toEqual([200, 401, 200]);
      });

      it('that guess in one go see the failures before them', async () => {
        const scene = await startGate(start, { limits: { failuresPerMinute: 3 } });
        const guess = head('GET /metrics HTTP/1.1', 'Host: a', 'Authorization: Bearer guess');
        const { answers } = await scene.send(guess.repeat(6), { answers: 6 });
        expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429, 429]);
      });
    });
  });
}

/** The body of an answer in chunks (RFC 9112 section 7.1). */
function unchunked(answer: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let at = answer.indexOf('\r\n\r\n') + 4;
  for (;;) {
    const lineEnd = answer.indexOf('\r\n', at);
    const size = Number.parseInt(answer.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(pieces);
    pieces.push(answer.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
