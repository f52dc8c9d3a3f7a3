// Section d of the attack list: headers and bytes on the wire, on the assembled gate over real sockets.

import * as diagnostics from 'node:diagnostics_channel';
import { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/internal/secret.js';
import { exchangeRaw, head, openRaw } from '../support/raw-http.js';
import { BEARER, TOKEN, answering, startGateway, startUpstream } from '../support/start-gateway.js';
import { get, sendRaw } from '../support/raw-scrape.js';

const AUTHORIZED = `Authorization: ${BEARER}`;

/** More than the kernel takes for a reader that does not read. */
const LARGE_BODY = `# TYPE x gauge\n${Array.from(
  { length: 1000 },
  (_, index) => `x{n="${index}",l="${'y'.repeat(20_000)}"} 1\n`,
).join('')}`;

describe('d. headers and bytes', () => {
  it.each([
    ['Authorization', [AUTHORIZED, 'Authorization: Bearer other'], 401],
    ['Authorization, equal', [AUTHORIZED, AUTHORIZED], 401],
    ['Host', ['Host: other.example', AUTHORIZED], 400],
    ['Content-Length', [AUTHORIZED, 'Content-Length: 0', 'Content-Length: 0'], 400],
  ])('D7: two lines of %s are refused', async (_, lines, status) => {
    const scene = await startGateway();
    expect((await sendRaw(scene, get('/metrics', ...lines))).status).toBe(status);
  });

  it('D7: a request without Host, or with an empty one beside another, is refused', async () => {
    const scene = await startGateway();
    const without = head('GET /metrics HTTP/1.1', AUTHORIZED);
    expect(await sendRaw(scene, without)).toEqual({ status: 400, closed: true });
    expect((await sendRaw(scene, get('/metrics', 'Host:', AUTHORIZED))).status).toBe(400);
  });

  it('D7: tenants and roles in headers, once or twice, select nothing', async () => {
    const scene = await startGateway({
      upstream: '# TYPE x gauge\nx{team="a"} 1\nx{team="b"} 2\n',
      views: [{ name: 'a', target: 'upstream', only: { team: ['a'] } }],
    });
    for (const name of ['X-Tenant', 'X-Scope-OrgID', 'X-Role', 'X-View', 'X-Scrapegate-View']) {
      for (const value of ['b', ['a', 'b'], 'a, b']) {
        const answer = await scene.get('/metrics', { headers: { Authorization: BEARER, [name]: value } });
        expect([answer.status, answer.text]).toEqual([200, '# TYPE x gauge\nx{team="a"} 1\n']);
      }
    }
  });

  it('D8: line breaks, escape sequences and text directions of a stranger are in no log line', async () => {
    const scene = await startGateway();
    const odd = '\u001b[31mred\u001b[0m\u202e\u0007';
    const text = Buffer.from('red\u202e', 'utf8').toString('latin1');
    await exchangeRaw(scene.port, get(`/metrics/${encodeURIComponent(odd)}`, `User-Agent: a${text}`));
    await exchangeRaw(
      scene.port,
      get('/metrics', `Authorization: Basic ${Buffer.from(`a\r\n${odd}:x`).toString('base64')}`),
    );
    await exchangeRaw(scene.port, get('/metrics', `X-Forwarded-For: ${text}`));
    await scene.get('/metrics', { method: 'PROPFIND' });
    const log = JSON.stringify(await scene.audit(4));
    for (const trace of ['mred', 'red\u202e', '\\u001b', '\u202e', '\\r', '\\n', 'PROPFIND', '%1B'])
      expect(log).not.toContain(trace);
    expect((await scene.audit(4)).at(-1)?.method).toBe('other');
  });

  it.each([
    ['both lengths', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['both lengths, the other way', ['Transfer-Encoding: chunked', 'Content-Length: 4'], '0\r\n\r\n'],
    ['two different lengths', ['Content-Length: 4', 'Content-Length: 5'], 'abcd'],
    ['a length that is none', ['Content-Length: +4'], 'abcd'],
    ['a length in a list', ['Content-Length: 4, 4'], 'abcd'],
    ['an unknown coding', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'],
    ['a coding before chunked', ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'],
    ['chunked in odd spelling', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['a folded header', ['X-Folded: a', ' b'], ''],
    ['a bare carriage return', ['X-Bare: a\rb'], ''],
    ['a NUL', ['X-Nul: a\0b'], ''],
    ['a header without a name', [': x'], ''],
    ['a header without a colon', ['Nonsense'], ''],
    ['a space in a header name', ['X Name: x'], ''],
    ['a body on GET', ['Content-Length: 4'], 'abcd'],
    ['a chunked body on GET', ['Transfer-Encoding: chunked'], '4\r\nabcd\r\n0\r\n\r\n'],
  ])('D9: %s is 400, and the connection ends with it', async (_, lines, body) => {
    const scene = await startGateway();
    const fetches = scene.upstream.requests.length;
    const smuggled = head('GET /metrics HTTP/1.1', 'Host: x', AUTHORIZED);
    const request = head('GET /metrics HTTP/1.1', 'Host: gate.example', AUTHORIZED, ...lines);
    const { answers, closed } = await exchangeRaw(scene.port, `${request}${body}${smuggled}`);
    expect([answers.map(({ status }) => status), closed]).toEqual([[400], true]);
    expect(scene.upstream.requests).toHaveLength(fetches);
  });

  it.each([
    ['a bare line feed at the end of lines', `GET /metrics HTTP/1.1\nHost: x\n${AUTHORIZED}\n\n`],
    ['an unknown method', head('BREW /metrics HTTP/1.1', 'Host: x', AUTHORIZED)],
    ['another protocol version', head('GET /metrics HTTP/3.0', 'Host: x', AUTHORIZED)],
    ['a TLS greeting', '\u0016\u0003\u0001\u0002\u0000\u0001'],
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('D9: %s is refused, and the connection ends', async (_, bytes) => {
    const scene = await startGateway();
    const { answers, closed } = await exchangeRaw(scene.port, bytes);
    expect(answers.map(({ status }) => status).filter((status) => status !== 400)).toEqual([]);
    expect(closed).toBe(true);
    expect((await scene.get('/health', { headers: {} })).status).toBe(200);
  });

  it('D9: the body of a refused POST is not read as a request', async () => {
    const scene = await startGateway();
    const inner = head('GET /metrics HTTP/1.1', 'Host: x', AUTHORIZED);
    const outer = head('POST /metrics HTTP/1.1', 'Host: x', AUTHORIZED, `Content-Length: ${inner.length}`);
    const { answers, closed } = await exchangeRaw(scene.port, outer + inner);
    expect([answers.map(({ status }) => status), closed]).toEqual([[405], true]);
  });

  it.each(['\0\0\0\r\n\r\n', 'BREW / HTTP/1.1\r\n\r\n'])(
    'D9: %j behind a request ends the connection with one answer',
    async (rubbish) => {
      const scene = await startGateway();
      const request = head('GET /metrics HTTP/1.1', 'Host: gate.example', AUTHORIZED);
      const { answers, closed } = await exchangeRaw(scene.port, request + rubbish);
      expect([answers.map(({ status }) => status), closed]).toEqual([[400], true]);
      expect((await scene.get()).status).toBe(200);
    },
  );

  it('D9: rubbish while an answer is being written cuts it off, and is not answered in its middle', async () => {
    const scene = await startGateway({ upstream: LARGE_BODY });
    const socket = openRaw(scene.port);
    socket.write(head('GET /metrics HTTP/1.1', 'Host: gate.example', AUTHORIZED));
    await new Promise<void>((resolve) => {
      socket.once('readable', () => resolve());
    });
    socket.write('\0\r\n\r\n');
    socket.resume();
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.once('error', () => undefined);
    });
    expect(text.startsWith('HTTP/1.1 200')).toBe(true);
    expect(text.length).toBeLessThan(LARGE_BODY.length);
    expect(text).not.toContain('400 Bad Request');
  });

  it('D11: slow headers, slow requests and idle sockets have an end', async () => {
    const servers = new Set<Server>();
    const remember = (message: unknown): void => {
      if (
        typeof message === 'object' &&
        message !== null &&
        'server' in message &&
        message.server instanceof Server
      )
        servers.add(message.server);
    };
    diagnostics.subscribe('http.server.request.start', remember);
    const scene = await startGateway();
    await scene.get();
    diagnostics.unsubscribe('http.server.request.start', remember);
    const gate = [...servers].find((server) =>
      JSON.stringify(server.address())?.includes(String(scene.port)),
    );
    expect(gate).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 75_000,
      timeout: 120_000,
      maxHeadersCount: 0,
    });
  });

  it('D11: readers that go away in the middle of an answer leave nothing behind', async () => {
    const scene = await startGateway({ upstream: LARGE_BODY });
    const socket = openRaw(scene.port);
    socket.write(head('GET /metrics HTTP/1.1', 'Host: x', AUTHORIZED));
    await new Promise<void>((resolve) => {
      socket.once('readable', () => resolve());
    });
    socket.destroy();
    const [event] = await scene.audit(1);
    expect(event).toMatchObject({ status: 200 });
    expect(event?.['bytesOut']).toBeLessThan(LARGE_BODY.length);
    expect((await scene.get()).status).toBe(200);
  });

  it.each([
    ['10,000 headers', Array.from({ length: 10_000 }, (_, index) => `X-${index}: y`)],
    ['101 headers', Array.from({ length: 99 }, (_, index) => `X-${index}: y`)],
    ['a header of a megabyte', [`X-Long: ${'y'.repeat(1024 * 1024)}`]],
    ['a path of a megabyte', undefined],
  ])('D12: %s is 431', async (_, lines) => {
    const scene = await startGateway();
    const path = lines === undefined ? `/${'m'.repeat(1024 * 1024)}` : '/metrics';
    const result = await sendRaw(
      scene,
      head(`GET ${path} HTTP/1.1`, 'Host: gate.example', AUTHORIZED, ...(lines ?? [])),
    );
    expect(result).toEqual({ status: 431, closed: true });
    expect((await scene.get()).status).toBe(200);
  });

  it.each([
    `?${'name[]=up&'.repeat(1000)}`,
    '?collect[]=cpu',
    '?format=json',
    '?tenant=other&team=b&view=all&only=',
    '?debug',
    '?target=http://169.254.169.254/',
    `?token=${TOKEN}`,
  ])('D13: the query %s changes nothing and goes nowhere', async (query) => {
    const scene = await startGateway();
    const plain = await scene.get('/metrics');
    const asked = await scene.get(`/metrics${query}`);
    expect([asked.status, asked.text]).toEqual([200, plain.text]);
    expect(new Set(scene.upstream.requests.map(({ url }) => url))).toEqual(new Set(['/metrics']));
  });

  it('D14: the target gets its own credential and nothing of the scraper’s', async () => {
    const upstream = await startUpstream();
    const scene = await startGateway({
      ready: true,
      gateway: {
        targets: [
          {
            name: 'upstream',
            url: `${upstream.url}?fixed=1`,
            credential: { kind: 'bearer', token: new Secret('the-gates-own') },
          },
        ],
      },
    });
    const headers = {
      Authorization: BEARER,
      Cookie: 'a=b',
      'Proxy-Authorization': BEARER,
      'X-Api-Key': TOKEN,
    };
    expect((await scene.get('/metrics?x=y', { headers })).status).toBe(200);
    const sent = upstream.requests.at(-1);
    expect([sent?.method, sent?.url, sent?.headers.authorization]).toEqual([
      'GET',
      '/metrics?fixed=1',
      'Bearer the-gates-own',
    ]);
    expect(JSON.stringify(upstream.requests)).not.toContain(TOKEN);
    expect(sent?.headers.cookie).toBeUndefined();
  });

  it.each([301, 302, 303, 307, 308])('D15: a %i of the target is 502 and not followed', async (status) => {
    const elsewhere = await startUpstream();
    const scene = await startGateway({
      ready: false,
      upstream: (_request, response) => {
        response
          .writeHead(status, { Location: elsewhere.url, 'Content-Type': 'text/plain' })
          .end('# moved\n');
      },
    });
    const answer = await scene.get();
    expect([answer.status, answer.headers.location, answer.text]).toEqual([502, undefined, 'Bad Gateway\n']);
    expect(elsewhere.requests).toHaveLength(0);
    expect((await scene.audit(1))[0]).toMatchObject({
      reason: 'target_failed',
      detail: `redirected ${status}`,
    });
  });

  it('D16: no request names a target; a path that looks like one is unknown', async () => {
    const elsewhere = await startUpstream(answering('# TYPE secret gauge\nsecret 1\n'));
    const scene = await startGateway();
    for (const path of [
      `/metrics?target=${encodeURIComponent(elsewhere.url)}`,
      `/metrics/127.0.0.1:${elsewhere.port}`,
      `/metrics/127.0.0.1`,
      `/probe?target=127.0.0.1:${elsewhere.port}`,
    ]) {
      const headers = {
        Authorization: BEARER,
        'X-Target': elsewhere.url,
        Host: `127.0.0.1:${elsewhere.port}`,
      };
      expect((await scene.get(path, { headers })).text).not.toContain('secret');
    }
    expect(elsewhere.requests).toHaveLength(0);
  });
});
