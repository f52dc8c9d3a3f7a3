import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { acceptHeaderFor } from '../../../src/exposition/negotiate.js';
import { Secret } from '../../../src/internal/secret.js';
import { VERSION } from '../../../src/internal/version.js';
import type { TargetFailure } from '../../../src/targets/target.js';
import { exposition, response } from '../../support/hostile-server.js';
import {
  always,
  BODY,
  end,
  failureOf,
  GZIPPED,
  scene,
  targetAt,
  TEXT,
  upstream,
} from '../../support/http-target-scene.js';
import { ManualClock } from '../../support/manual-clock.js';

interface RefusalCase {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly after?: (socket: Socket) => void;
  readonly reason: TargetFailure['reason'];
  readonly detail?: string;
}

const REFUSALS: readonly RefusalCase[] = [
  {
    title: 'HTML',
    bytes: response('200 OK', { 'Content-Type': 'text/html', 'Content-Length': '6' }, '<html>'),
    reason: 'content_type_unknown',
  },
  {
    title: 'JSON',
    bytes: response('200 OK', { 'Content-Type': 'application/json', 'Content-Length': '2' }, '{}'),
    reason: 'content_type_unknown',
  },
  {
    title: 'no Content-Type',
    bytes: response('200 OK', { 'Content-Length': String(BODY.length) }, BODY),
    reason: 'content_type_unknown',
  },
  {
    title: 'two Content-Types',
    bytes: exposition(BODY, { 'content-type': 'text/plain; version=0.0.4' }),
    reason: 'content_type_unknown',
  },
  ...['201 Created', '203 Other', '204 No Content', '206 Partial Content', '304 Not Modified'].map(
    (status) => ({
      title: status,
      bytes: response(
        status,
        status.startsWith('2') && !status.startsWith('204') ? { ...TEXT, 'Content-Length': '0' } : {},
      ),
      reason: 'status_not_200' as const,
      detail: status.slice(0, 3),
    }),
  ),
  ...['401 Unauthorized', '404 Not Found', '500 Broken', '503 Busy'].map((status) => ({
    title: status,
    bytes: response(status, { ...TEXT, 'Content-Length': String(BODY.length) }, BODY),
    reason: 'status_not_200' as const,
    detail: status.slice(0, 3),
  })),
  ...['301 Moved', '302 Found', '303 Other', '307 Temporary', '308 Permanent'].map((status) => ({
    title: status,
    bytes: response(status, { Location: 'http://127.0.0.1:1/', 'Content-Length': '0' }),
    reason: 'redirected' as const,
    detail: status.slice(0, 3),
  })),
  ...['br', 'deflate', 'gzip, gzip', 'gzip, identity', 'x-gzip', ''].map((coding) => ({
    title: `Content-Encoding "${coding}"`,
    bytes: exposition(BODY, { 'Content-Encoding': coding }),
    reason: 'content_encoding_unknown' as const,
  })),
  {
    title: 'two Content-Encodings',
    bytes: exposition(GZIPPED, { 'Content-Encoding': 'gzip', 'content-encoding': 'gzip' }),
    reason: 'content_encoding_unknown',
  },
  {
    title: 'a transfer coding beside chunked',
    bytes: response('200 OK', { ...TEXT, 'Transfer-Encoding': 'gzip, chunked' }, '0\r\n\r\n'),
    reason: 'content_encoding_unknown',
  },
  {
    title: 'a body shorter than its Content-Length',
    bytes: exposition(BODY, { 'Content-Length': String(BODY.length + 1) }),
    after: end,
    reason: 'body_cut_off',
    detail: 'UND_ERR_SOCKET',
  },
  {
    title: 'a chunk cut off',
    bytes: response('200 OK', { ...TEXT, 'Transfer-Encoding': 'chunked' }, '14\r\n# TYPE up'),
    after: end,
    reason: 'body_cut_off',
    detail: 'UND_ERR_SOCKET',
  },
  {
    title: 'the last chunk missing',
    bytes: response('200 OK', { ...TEXT, 'Transfer-Encoding': 'chunked' }, '5\r\nup 1\n\r\n'),
    after: end,
    reason: 'body_cut_off',
    detail: 'UND_ERR_SOCKET',
  },
  {
    title: 'a malformed chunk size',
    bytes: response('200 OK', { ...TEXT, 'Transfer-Encoding': 'chunked' }, '5\r\nup 1\n\r\nzz\r\n'),
    reason: 'body_cut_off',
  },
  {
    title: 'a body that ends with the connection',
    bytes: response('200 OK', { ...TEXT, Connection: 'close' }, BODY),
    after: end,
    reason: 'body_cut_off',
    detail: 'LENGTH_UNKNOWN',
  },
  {
    title: 'a gzip body cut off within its length',
    bytes: exposition(GZIPPED.subarray(0, -3), { 'Content-Encoding': 'gzip' }),
    reason: 'inflate_failed',
    detail: 'Z_BUF_ERROR',
  },
  {
    title: 'an empty gzip body',
    bytes: exposition('', { 'Content-Encoding': 'gzip' }),
    reason: 'inflate_failed',
    detail: 'Z_BUF_ERROR',
  },
  {
    title: 'text called gzip',
    bytes: exposition(BODY, { 'Content-Encoding': 'gzip' }),
    reason: 'inflate_failed',
    detail: 'Z_DATA_ERROR',
  },
  {
    title: 'gzip with trailing garbage',
    bytes: exposition(Buffer.concat([GZIPPED, Buffer.from('garbage')]), { 'Content-Encoding': 'gzip' }),
    reason: 'inflate_failed',
    detail: 'Z_DATA_ERROR',
  },
  {
    title: 'gzip with zero padding',
    bytes: exposition(Buffer.concat([GZIPPED, Buffer.alloc(8)]), { 'Content-Encoding': 'gzip' }),
    reason: 'inflate_failed',
    detail: 'NOT_ONE_MEMBER',
  },
  {
    title: 'two gzip members',
    bytes: exposition(Buffer.concat([GZIPPED, GZIPPED]), { 'Content-Encoding': 'gzip' }),
    reason: 'inflate_failed',
    detail: 'NOT_ONE_MEMBER',
  },
  { title: 'no HTTP at all', bytes: Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'), reason: 'response_malformed' },
  {
    title: 'both lengths',
    bytes: exposition(BODY, { 'Transfer-Encoding': 'chunked' }),
    reason: 'response_malformed',
    detail: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  },
  {
    title: 'a protocol switch nobody asked for',
    bytes: response('101 Switching Protocols', { Connection: 'upgrade', Upgrade: 'h2c' }),
    reason: 'unreachable',
    detail: 'UND_ERR_SOCKET',
  },
  {
    title: 'headers without end',
    bytes: response('200 OK', { ...TEXT, 'X-Long': 'x'.repeat(100_000) }, BODY),
    reason: 'response_malformed',
    detail: 'UND_ERR_HEADERS_OVERFLOW',
  },
  {
    title: 'a connection closed without a word',
    bytes: Buffer.alloc(0),
    after: end,
    reason: 'unreachable',
    detail: 'UND_ERR_SOCKET',
  },
  {
    title: 'a connection reset',
    bytes: Buffer.alloc(0),
    after: (socket) => socket.resetAndDestroy(),
    reason: 'unreachable',
    detail: 'ECONNRESET',
  },
];

describe('refuses', () => {
  test.each(REFUSALS)('$title', async ({ bytes, after, reason, detail }) => {
    const { server, target } = await scene(always(bytes, after));
    const failure = await failureOf(target);
    expect(failure).toEqual(detail === undefined ? { reason } : { reason, detail });
    expect(server.connections).toBe(1);
    // What misbehaved is never spoken to again on the same connection.
    await server.deserted();
  });

  test('a body that announces more than the cap, before reading it', async () => {
    const { server, target } = await scene(
      always(response('200 OK', { ...TEXT, 'Content-Length': '1001' })),
      { maxBytes: 1000 },
    );
    expect(await failureOf(target)).toEqual({ reason: 'body_too_large' });
    await server.deserted();
  });

  test('a redirect without calling where it points', async () => {
    const other = await upstream(always(exposition(BODY)));
    const { server, target } = await scene(
      always(response('302 Found', { Location: `${other.origin}/metrics`, 'Content-Length': '0' })),
    );
    expect(await failureOf(target)).toEqual({ reason: 'redirected', detail: '302' });
    await server.deserted();
    expect(other.connections).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  test('a connection that is refused, with its code', async () => {
    const { server, target } = await scene(end);
    await server.close();
    expect(await failureOf(target)).toEqual({ reason: 'unreachable', detail: 'ECONNREFUSED' });
  });

  test('a host that does not exist', async () => {
    const { target } = await scene(end, { url: 'http://nowhere.invalid/metrics' });
    const failure = await failureOf(target);
    expect(failure.reason).toBe('unreachable');
    expect(failure.detail).toMatch(/^(?:ENOTFOUND|EAI_AGAIN)$/);
  });
});

describe('sends', () => {
  test.each(['text', 'openmetrics'] as const)('a fixed request for %s', async (wanted) => {
    const { server, target } = await scene(always(exposition(BODY)));
    await target.fetch(wanted);
    expect(server.requests[0]?.split('\r\n')).toEqual([
      'GET /metrics HTTP/1.1',
      `host: 127.0.0.1:${String(server.port)}`,
      'connection: keep-alive',
      `accept: ${acceptHeaderFor(wanted)}`,
      'accept-encoding: gzip',
      `user-agent: scrapegate/${VERSION}`,
    ]);
  });

  test('its own bearer token', async () => {
    const credential = { kind: 'bearer', token: new Secret('sk-demo-own') } as const;
    const { server, target } = await scene(always(exposition(BODY)), { credential });
    await target.fetch('text');
    expect(server.requests[0]).toContain('\r\nauthorization: Bearer sk-demo-own');
  });

  test('its own name and password', async () => {
    const credential = { kind: 'basic', username: 'gate', password: new Secret('pä:ss') } as const;
    const { server, target } = await scene(always(exposition(BODY)), { credential });
    await target.fetch('text');
    const encoded = Buffer.from('gate:pä:ss').toString('base64');
    expect(server.requests[0]).toContain(`\r\nauthorization: Basic ${encoded}`);
  });

  test('path and query as they were written', async () => {
    const server = await upstream(always(exposition(BODY)));
    const target = targetAt({ url: `${server.origin}/metrics/?name[]=a%20b&x` }, new ManualClock());
    await target.fetch('text');
    expect(server.requests[0]).toMatch(/^GET \/metrics\/\?name\[\]=a%20b&x HTTP\/1\.1\r\n/);
  });
});
