// One request of an audit over a real socket: nothing followed, everything bounded, every outcome a value.

import { createServer, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpProbe, type Probe } from '../../../src/audit/http-probe.js';
import { systemClock, type Clock } from '../../../src/internal/clock.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return `http://127.0.0.1:${String(address.port)}`;
}

function probe(origin: string, given: Partial<Probe> = {}): Probe {
  return { origin, path: '/metrics', method: 'GET', headers: {}, maxBytes: 1000, cut: false, ...given };
}

/** Time is up as soon as anybody waits. */
const hasty: Clock = {
  ...systemClock,
  after: (_, action) => {
    const handle = setImmediate(action);
    return { cancel: () => clearImmediate(handle) };
  },
};

const send = createHttpProbe({ clock: systemClock, timeoutMs: 30_000 });

describe('a probe', () => {
  test('of a server that never answers ends when time is up', async () => {
    const origin = await serve(() => undefined);
    const late = createHttpProbe({ clock: hasty, timeoutMs: 1 });
    expect(await late(probe(origin))).toEqual({ ok: false, error: { reason: 'timeout' } });
  });

  test('of nobody, and of what is no HTTP, is a failure', async () => {
    expect(await send(probe('http://127.0.0.1:9'))).toMatchObject({
      ok: false,
      error: { reason: 'unreachable' },
    });
    const origin = await serve((request) => request.socket.end('\u0000\u0001 nonsense\r\n\r\n'));
    expect(await send(probe(origin))).toMatchObject({ ok: false, error: { reason: 'response_malformed' } });
  });

  test.each([
    ['plain', Buffer.alloc(1001, 'a'), {}, 'body_too_large'],
    ['that inflates', gzipSync(Buffer.alloc(100_000)), { 'content-encoding': 'gzip' }, 'inflated_too_large'],
    ['of an unknown coding', Buffer.from('a'), { 'content-encoding': 'br' }, 'content_encoding_unknown'],
  ])('refuses a body %s beyond its bounds', async (_, body, headers, reason) => {
    const origin = await serve((_request, response) => response.writeHead(200, headers).end(body));
    expect(await send(probe(origin))).toMatchObject({ ok: false, error: { reason } });
  });

  test('takes the beginning of an endless body, and asks for it without a coding', async () => {
    let coding: unknown;
    const origin = await serve((request, response) => {
      coding = request.headers['accept-encoding'];
      const more = (): void => {
        while (response.write('a'.repeat(512))) if (response.destroyed) return;
      };
      response.on('drain', more);
      more();
    });
    const answer = await send(probe(origin, { cut: true }));
    expect(answer.ok && [answer.value.status, answer.value.body.length]).toEqual([200, 1000]);
    expect(coding).toBe('identity');
  });

  test('follows no redirect, and gives the status as it is', async () => {
    const asked: string[] = [];
    const origin = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end('gone');
    });
    const answer = await send(probe(origin, { path: '//metrics?x' }));
    expect(answer).toMatchObject({ ok: true, value: { status: 307, headers: { location: '/elsewhere' } } });
    expect(asked).toEqual(['//metrics?x']);
  });

  test('inflates a whole body, and sends its method and headers', async () => {
    let seen: readonly unknown[] = [];
    const origin = await serve((request, response) => {
      seen = [request.method, request.headers.authorization, request.headers['accept-encoding']];
      response.writeHead(401, { 'content-encoding': 'gzip' }).end(gzipSync('who are you?'));
    });
    const answer = await send(probe(origin, { method: 'TRACE', headers: { authorization: 'Bearer x' } }));
    expect(answer.ok && Buffer.from(answer.value.body).toString()).toBe('who are you?');
    expect(seen).toEqual(['TRACE', 'Bearer x', 'gzip']);
  });
});
