// The rows of the attack list that a target alone can answer for; the wire's 502 is the gateway's part.

import type { Socket } from 'node:net';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ScrapegateError } from '../../src/errors.js';
import { Secret } from '../../src/internal/secret.js';
import { createAddressLookup } from '../../src/targets/address-lookup.js';
import { coalesceFetches } from '../../src/targets/coalesce.js';
import { resolveHttpTargetOptions } from '../../src/targets/resolve-options.js';
import { exposition, response } from '../support/hostile-server.js';
import { always, BODY, end, failureOf, scene, TEXT, textOf, upstream } from '../support/http-target-scene.js';

const MIB = 1024 * 1024;

/** Writes chunks for as long as the other side takes them; counts what went out. */
function flood(chunk: Uint8Array): {
  readonly answer: (socket: Socket) => void;
  readonly written: () => number;
} {
  let written = 0;
  const pour = (socket: Socket): void => {
    while (!socket.destroyed) {
      written += chunk.length;
      if (!socket.write(chunk)) break;
    }
  };
  return {
    answer: (socket) => {
      socket.on('drain', () => pour(socket));
      pour(socket);
    },
    written: () => written,
  };
}

describe('D14: what a scraper sends never reaches the target', () => {
  test('D14: the request is made of the target’s own settings alone', async () => {
    const token = new Secret('sk-demo-own');
    const { server, target } = await scene(always(exposition(BODY)), {
      credential: { kind: 'bearer', token },
    });
    await coalesceFetches(target).fetch('openmetrics');
    const names = server.requests[0]
      ?.split('\r\n')
      .slice(1)
      .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
    expect(names?.toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(server.requests[0]).toContain('authorization: Bearer sk-demo-own');
  });

  test('D14: a cookie that the target sets does not come back', async () => {
    const { server, target } = await scene(always(exposition(BODY, { 'Set-Cookie': 'session=1; Path=/' })));
    await textOf(target);
    await textOf(target);
    expect(server.requests[1]).not.toMatch(/cookie/i);
  });
});

describe('D15: redirects lead nowhere', () => {
  test.each([301, 302, 303, 307, 308])(
    'D15: %i to another host is refused without calling it',
    async (status) => {
      const other = await upstream(always(exposition(BODY)));
      const headers = { Location: `${other.origin}/metrics`, 'Content-Length': '0' };
      const { server, target } = await scene(always(response(`${String(status)} Elsewhere`, headers)));
      expect(await failureOf(target)).toEqual({ reason: 'redirected', detail: String(status) });
      await server.deserted();
      expect(other.connections).toBe(0);
    },
  );

  test('D15: a Refresh header and a redirecting page on 200 lead nowhere either', async () => {
    const other = await upstream(always(exposition(BODY)));
    const { target } = await scene(always(exposition(BODY, { Refresh: `0; url=${other.origin}/` })));
    expect(await textOf(target)).toBe(BODY);
    expect(other.connections).toBe(0);
  });
});

describe('D16: only what was configured is called', () => {
  test.each([
    'file:///etc/passwd',
    'unix:/var/run/docker.sock',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/metrics',
    'gopher://127.0.0.1:6379/_INFO',
    'http://2130706433/metrics',
    'http://0x7f000001/metrics',
    'http://0177.0.0.1/metrics',
    'http://127.1/metrics',
    'http://user@169.254.169.254/latest/meta-data',
    'http://litellm.example\\@169.254.169.254/',
  ])('D16: %s is no target', (url) => {
    expect(() => resolveHttpTargetOptions({ name: 'x', url })).toThrow(ScrapegateError);
  });

  test('D16: a name that is pointed at cloud credentials after the start is refused at connect', () => {
    const answers = ['192.0.2.10', '169.254.169.254'];
    const lookup = createAddressLookup((_hostname, _options, callback) => {
      callback(null, [{ address: answers.shift() ?? '', family: 4 }]);
    });
    const outcomes: unknown[] = [];
    for (let i = 0; i < 2; i += 1) {
      lookup('litellm.example', {}, (error, address) => outcomes.push(error?.code ?? address));
    }
    expect(outcomes).toEqual(['192.0.2.10', 'ADDRESS_REFUSED']);
  });
});

describe('P19: bombs and floods end at the cap', () => {
  const maxBytes = MIB;

  test('P19: gzip that inflates a thousandfold', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB));
    const { server, target } = await scene(always(exposition(bomb, { 'Content-Encoding': 'gzip' })), {
      maxBytes,
    });
    expect(await failureOf(target)).toEqual({ reason: 'inflated_too_large' });
    await server.deserted();
  });

  test('P19: gzip without end', async () => {
    const { server, target } = await scene(
      (socket) => {
        socket.write(response('200 OK', { ...TEXT, 'Content-Encoding': 'gzip', Connection: 'close' }));
        const gzip = createGzip({ level: constants.Z_BEST_COMPRESSION });
        const zeros = Buffer.alloc(MIB);
        const pour = (): void => {
          if (!socket.destroyed) gzip.write(zeros, () => gzip.flush(pour));
        };
        gzip.pipe(socket);
        pour();
      },
      { maxBytes },
    );
    expect(await failureOf(target)).toEqual({ reason: 'inflated_too_large' });
    await server.deserted();
  });

  test.each([
    [
      'ended by the connection',
      response('200 OK', { ...TEXT, Connection: 'close' }),
      Buffer.alloc(65_536, 'x'),
    ],
    [
      'in chunks',
      response('200 OK', { ...TEXT, 'Transfer-Encoding': 'chunked' }),
      Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`),
    ],
    [
      'in chunks of one byte',
      response('200 OK', { ...TEXT, 'Transfer-Encoding': 'chunked' }),
      Buffer.from('1\r\nx\r\n'.repeat(10_000)),
    ],
  ])('P19: a plain body without end, %s', async (_title, head, chunk) => {
    const { answer, written } = flood(chunk);
    const { server, target } = await scene(
      (socket) => {
        socket.write(head);
        answer(socket);
      },
      { maxBytes },
    );
    expect(await failureOf(target)).toEqual({ reason: 'body_too_large' });
    await server.deserted();
    // Chunks of one byte weigh six on the wire; the rest is what the sockets of both sides hold.
    expect(written()).toBeLessThan(6 * maxBytes + 16 * MIB);
  });

  test('P19: a head without end', async () => {
    const { answer } = flood(Buffer.from(`X-Filler: ${'x'.repeat(1000)}\r\n`));
    const { server, target } = await scene((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      answer(socket);
    });
    expect(await failureOf(target)).toEqual({
      reason: 'response_malformed',
      detail: 'UND_ERR_HEADERS_OVERFLOW',
    });
    await server.deserted();
  });
});

test('P25: two scrapes at once are one upstream fetch, whose body is what the target said and nothing more', async () => {
  const waiting: Socket[] = [];
  const { server, target } = await scene((socket) => {
    waiting.push(socket);
  });
  const shared = coalesceFetches(target);
  const scrapes = [shared.fetch('text'), shared.fetch('text')];
  await server.requested(1);
  for (const socket of waiting) socket.write(exposition(BODY));
  const [first, second] = await Promise.all(scrapes);
  expect(server.requests).toHaveLength(1);
  expect(first).toBe(second);
  expect(first).toMatchObject({ ok: true, value: { body: Buffer.from(BODY) } });
});

describe('P26: a body that did not come whole is no body', () => {
  test.each([
    ['short of its Content-Length', exposition(BODY, { 'Content-Length': '1000' })],
    [
      'short of its last chunk',
      response('200 OK', { ...TEXT, 'Transfer-Encoding': 'chunked' }, '5\r\nup 1\n\r\n'),
    ],
    ['short of a chunk', response('200 OK', { ...TEXT, 'Transfer-Encoding': 'chunked' }, 'ff\r\nup 1\n')],
    ['ended by the connection, at a line’s end', response('200 OK', { ...TEXT, Connection: 'close' }, BODY)],
  ])('P26: %s', async (_title, bytes) => {
    const { target } = await scene(always(bytes, end));
    expect(await failureOf(target)).toMatchObject({ reason: 'body_cut_off' });
  });

  test('P26: a gzip body without its trailer, though as long as it said', async () => {
    const bytes = exposition(gzipSync(BODY).subarray(0, -8), { 'Content-Encoding': 'gzip' });
    const { target } = await scene(always(bytes));
    expect(await failureOf(target)).toMatchObject({ reason: 'inflate_failed' });
  });
});

describe('P27: a login page is no exposition', () => {
  test.each(['text/html', 'text/html; charset=utf-8', 'application/xhtml+xml', 'application/json'])(
    'P27: 200 as %s',
    async (type) => {
      const page = '<!doctype html><title>Sign in</title>';
      const { target } = await scene(always(exposition(page, { 'Content-Type': type })));
      expect(await failureOf(target)).toEqual({ reason: 'content_type_unknown' });
    },
  );
});
