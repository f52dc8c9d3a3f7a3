import { afterEach, describe, expect, test } from 'vitest';

import { createIssuerHttp, type IssuerHttp } from '../../../../src/auth/oidc/issuer-http.js';
import {
  readFixture,
  startHostileServer,
  type HostileAnswer,
  type HostileServer,
  type TestCertificate,
} from '../../../support/hostile-server.js';

let server: HostileServer | undefined;
let http: IssuerHttp | undefined;

afterEach(async () => {
  http?.close();
  await server?.close();
});

interface Asked {
  readonly certificate?: TestCertificate;
  readonly ca?: string;
  readonly signal?: AbortSignal;
  readonly form?: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
}

async function ask(answer: HostileAnswer, asked: Asked = {}): Promise<unknown> {
  server = await startHostileServer(
    answer,
    asked.certificate === undefined ? {} : { certificate: asked.certificate },
  );
  http = createIssuerHttp({ caPem: asked.ca, connections: 1 });
  return send(asked);
}

async function send({ signal, form }: Asked = {}): Promise<unknown> {
  const answered = await http?.send({
    url: `${server?.origin}/jwks`,
    signal: signal ?? new AbortController().signal,
    maxBytes: 1000,
    ...(form !== undefined && { form }),
  });
  return answered?.ok === true ? answered.value : answered?.error;
}

function answering(text: string): HostileAnswer {
  return (socket) => void socket.write(text);
}

function whole(body: string, ...headers: readonly string[]): string {
  return ['HTTP/1.1 200 OK', `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');
}

describe('createIssuerHttp', () => {
  test('gives a whole answer, and uses the connection again', async () => {
    expect(await ask(answering(whole('{"ü":1}')))).toBe('{"ü":1}');
    expect(await send()).toBe('{"ü":1}');
    expect(server?.connections).toBe(1);
    expect(server?.requests[0]).toMatch(/^GET \/jwks HTTP\/1\.1\r\n/);
    expect(server?.requests[0]?.toLowerCase()).toContain('accept-encoding: identity');
    expect(server?.requests[0]?.toLowerCase()).not.toContain('authorization');
  });

  test('sends a form by POST', async () => {
    const form = { body: 'token=x', headers: { authorization: 'Basic eDp5' } };
    expect(await ask(answering(whole('{}')), { form })).toBe('{}');
    expect(server?.requests[0]).toMatch(/^POST \/jwks /);
    expect(server?.requests[0]?.toLowerCase()).toContain('authorization: basic edp5');
  });

  test.each<readonly [string, HostileAnswer, unknown]>([
    [
      'a redirect',
      answering('HTTP/1.1 301 x\r\nLocation: /\r\nContent-Length: 0\r\n\r\n'),
      { reason: 'redirected', detail: '301' },
    ],
    [
      'an error',
      answering('HTTP/1.1 503 x\r\nContent-Length: 2\r\n\r\n{}'),
      { reason: 'status', detail: '503' },
    ],
    ['no content', answering('HTTP/1.1 204 x\r\n\r\n'), { reason: 'status', detail: '204' }],
    ['a compressed answer', answering(whole('x', 'Content-Encoding: gzip')), { reason: 'encoded' }],
    ['an answer that is too large', answering(whole('x'.repeat(1001))), { reason: 'too_large' }],
    [
      'an answer that says too little of its length',
      answering(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' + `3e8\r\n${'x'.repeat(1000)}\r\n`.repeat(2),
      ),
      { reason: 'too_large' },
    ],
    [
      'bytes that are no text',
      (socket) =>
        void socket.write(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff', 'latin1')),
      { reason: 'malformed', detail: 'encoding' },
    ],
    ['no HTTP', answering('hello\r\n\r\n'), { reason: 'unreachable' }],
    [
      'a cut-off answer',
      (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab'),
      { reason: 'unreachable', detail: 'UND_ERR_SOCKET' },
    ],
    [
      'headers without end',
      answering(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
      { reason: 'unreachable', detail: 'UND_ERR_HEADERS_OVERFLOW' },
    ],
  ])('refuses %s', async (_, answer, failure) => {
    expect(await ask(answer)).toEqual(failure);
  });

  test('ends when it is told to, and says why', async () => {
    for (const reason of ['timeout', 'closed']) {
      const controller = new AbortController();
      const waiting = ask(() => undefined, { signal: controller.signal });
      await new Promise((resolve) => setImmediate(resolve));
      await server?.requested(1);
      controller.abort(reason);
      expect(await waiting).toEqual({ reason });
      await server?.deserted();
      await server?.close();
    }
    const aborted = AbortSignal.abort('closed');
    expect(await ask(answering(whole('{}')), { signal: aborted })).toEqual({ reason: 'closed' });
    expect(server?.requests).toEqual([]);
  });

  test('closes the connection of an answer that it did not read to its end', async () => {
    await ask(answering('HTTP/1.1 500 x\r\nContent-Length: 1000000\r\n\r\nx'));
    await server?.deserted();
    expect(server?.requests).toHaveLength(1);
  });

  test('trusts the authorities that it was given, and the name in the certificate', async () => {
    const ca = readFixture('ca.pem');
    expect(await ask(answering(whole('{}')), { certificate: 'server', ca })).toBe('{}');
    http?.close();
    await server?.close();
    expect(await ask(answering(whole('{}')), { certificate: 'server' })).toEqual({
      reason: 'unreachable',
      detail: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    http?.close();
    await server?.close();
    expect(await ask(answering(whole('{}')), { certificate: 'other-name', ca })).toEqual({
      reason: 'unreachable',
      detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    http?.close();
    await server?.close();
    expect(await ask(answering(whole('{}')), { certificate: 'expired', ca })).toEqual({
      reason: 'unreachable',
      detail: 'CERT_HAS_EXPIRED',
    });
  });
});
