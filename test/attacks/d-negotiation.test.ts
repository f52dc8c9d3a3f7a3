// Section d of the attack list: content negotiation and caches between scraper and gate.

import { describe, expect, it } from 'vitest';
import { exchangeRaw, head } from '../support/raw-http.js';
import { BEARER, TOKEN, bearerProof, httpGet, portOf, startGateway } from '../support/start-gateway.js';
import { get } from '../support/raw-scrape.js';

const AUTHORIZED = `Authorization: ${BEARER}`;

describe('d. negotiation and caches', () => {
  const BIG = `# TYPE x gauge\n${Array.from({ length: 200 }, (_, index) => `x{n="${index}"} 1\n`).join('')}`;

  it.each([
    ['br;q=9, gzip;q=0', undefined],
    ['identity;q=0', undefined],
    ['gzip;q=0', undefined],
    ['br, zstd, deflate', undefined],
    ['', undefined],
    ['gzip;q=nonsense', undefined],
    ['gzip', 'gzip'],
    ['deflate, GZIP;q=0.5', 'gzip'],
    ['*', 'gzip'],
    ['*;q=0', undefined],
  ])('D17: Accept-Encoding %j gets the coding %s', async (accepted, coding) => {
    const scene = await startGateway({ upstream: BIG });
    const headers = { Authorization: BEARER, 'Accept-Encoding': accepted };
    const answer = await scene.get('/metrics', { headers });
    expect([answer.status, answer.headers['content-encoding'], answer.text]).toEqual([200, coding, BIG]);
  });

  it.each([
    ['*/*;q=0', 'text/plain; version=0.0.4; charset=utf-8'],
    ['application/vnd.google.protobuf', 'text/plain; version=0.0.4; charset=utf-8'],
    ['nonsense', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text/html', 'text/plain; version=0.0.4; charset=utf-8'],
  ])('D17: Accept %s is answered in text 0.0.4', async (accept, type) => {
    const scene = await startGateway();
    const answer = await scene.get('/metrics', { headers: { Authorization: BEARER, Accept: accept } });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
  });

  it('D17: ranges, conditions and unknown expectations get the whole answer', async () => {
    const scene = await startGateway();
    const whole = (await scene.get()).text;
    for (const extra of [
      { Range: 'bytes=0-3' },
      { 'If-None-Match': '*' },
      { 'If-Modified-Since': new Date(scene.clock.nowMs()).toUTCString() },
      { 'Cache-Control': 'only-if-cached' },
    ]) {
      const answer = await scene.get('/metrics', { headers: { Authorization: BEARER, ...extra } });
      expect([answer.status, answer.text]).toEqual([200, whole]);
    }
    const expecting = await exchangeRaw(scene.port, get('/metrics', AUTHORIZED, 'Expect: 100-continue'));
    expect(expecting.answers[0]?.status).toBe(200);
    const odd = await exchangeRaw(scene.port, get('/metrics', AUTHORIZED, 'Expect: a-pony'));
    expect(odd.answers[0]?.status).toBe(200);
  });

  it('D18: no answer may be kept by a cache, and the scrapers are told apart', async () => {
    const scene = await startGateway({
      credentials: [
        { name: 'prometheus', proofs: [bearerProof(TOKEN)], self: true },
        {
          name: 'other',
          proofs: [bearerProof('another-token-0123456789abcdefghijklmnopqrs')],
          target: 'upstream',
        },
      ],
    });
    const paths = [
      '/metrics',
      '/-/metrics',
      '/health',
      '/ready',
      '/v1/metrics',
      '/nowhere',
      '/metrics/upstream',
    ];
    for (const path of paths) {
      for (const headers of [{}, { Authorization: BEARER }, { Authorization: 'Bearer x' }]) {
        for (const method of ['GET', 'HEAD', 'POST']) {
          const answer = await scene.get(path, { headers, method });
          expect([answer.headers['cache-control'], answer.headers.vary]).toEqual([
            'no-store',
            'Authorization, Accept, Accept-Encoding',
          ]);
          expect(answer.headers.etag).toBeUndefined();
        }
      }
    }
  });

  it('D18: a listener that failed a request goes on to serve others on the same connection', async () => {
    const scene = await startGateway();
    const wrong = head('GET /metrics HTTP/1.1', 'Host: x', 'Authorization: Bearer wrong');
    const right = head('GET /metrics HTTP/1.1', 'Host: x', AUTHORIZED);
    const { answers } = await exchangeRaw(scene.port, wrong + right + wrong, { answers: 3 });
    expect(answers.map(({ status }) => status)).toEqual([401, 200, 401]);
    expect((await httpGet('/health', { port: portOf(scene.gateway) })).status).toBe(200);
  });
});
