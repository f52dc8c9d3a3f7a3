import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import { coalesceFetches } from '../../../src/targets/coalesce.js';
import { createHttpTarget } from '../../../src/targets/http-target.js';
import { exposition, readFixture, response, type TestCertificate } from '../../support/hostile-server.js';
import {
  always,
  BODY,
  end,
  failureOf,
  GZIPPED,
  scene,
  targetAt,
  TEXT,
  textOf,
  upstream,
} from '../../support/http-target-scene.js';
import { ManualClock } from '../../support/manual-clock.js';

const TIMEOUT_MS = 10_000;

test('refuses invalid options at once', () => {
  expect(() => createHttpTarget({ name: '', url: '' }, { clock: new ManualClock() })).toThrow(
    ScrapegateError,
  );
});

describe('accepts', () => {
  const WHOLE: readonly {
    title: string;
    bytes: Uint8Array;
    after?: (socket: Socket) => void;
    text?: string;
  }[] = [
    { title: 'a body with its length', bytes: exposition(BODY) },
    {
      title: 'a chunked body',
      bytes: response('200 OK', { ...TEXT, 'Transfer-Encoding': 'chunked' }, '5\r\nup 1\n\r\n0\r\n\r\n'),
      text: 'up 1\n',
    },
    { title: 'gzip', bytes: exposition(GZIPPED, { 'Content-Encoding': 'GZIP' }) },
    { title: 'identity', bytes: exposition(BODY, { 'Content-Encoding': 'identity' }) },
    { title: 'an empty body, which the parser refuses', bytes: exposition(''), text: '' },
    {
      title: 'gzip that ends with the connection, because its trailer proves the end',
      bytes: response('200 OK', { ...TEXT, 'Content-Encoding': 'gzip', Connection: 'close' }, GZIPPED),
      after: end,
    },
    {
      title: 'interim answers before the real one',
      bytes: Buffer.concat([response('103 Early Hints', { Link: '</x>' }), exposition(BODY)]),
    },
  ];
  test.each(WHOLE)('$title', async ({ bytes, after, text = BODY }) => {
    const { target } = await scene(always(bytes, after));
    expect(await textOf(target)).toBe(text);
  });

  test('OpenMetrics that ends with the connection, because the parser demands its last line', async () => {
    const headers = { 'Content-Type': 'application/openmetrics-text; version=1.0.0', Connection: 'close' };
    const { target } = await scene(always(response('200 OK', headers, '# EOF\n'), end));
    const outcome = await target.fetch('openmetrics');
    expect(outcome).toMatchObject({ ok: true, value: { format: 'openmetrics', receivedBytes: 6 } });
  });

  test('the format that came, whatever was wanted, with its sizes and duration', async () => {
    const { target, clock } = await scene((socket) => {
      clock.advance(250);
      socket.write(exposition(GZIPPED, { 'Content-Encoding': 'gzip' }));
    });
    const outcome = await target.fetch('openmetrics');
    expect(outcome).toMatchObject({
      ok: true,
      value: { format: 'text', receivedBytes: GZIPPED.length, durationMs: 250 },
    });
  });

  test('a body of exactly the cap', async () => {
    const { target } = await scene(always(exposition(BODY)), { maxBytes: BODY.length });
    expect(await textOf(target)).toBe(BODY);
  });
});

describe('connections', () => {
  test('are used again after a flawless answer', async () => {
    const { server, target } = await scene(always(exposition(BODY)));
    await textOf(target);
    await textOf(target);
    expect(server.requests).toHaveLength(2);
    expect(server.connections).toBe(1);
  });

  test('that the target closes leave nothing behind', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', note);
    const { target, server } = await scene(always(exposition(BODY, { Connection: 'close' }), end));
    for (let fetch = 0; fetch < 20; fetch += 1) {
      expect(await textOf(target)).toBe(BODY);
      await server.deserted();
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect([server.connections, warnings]).toEqual([20, []]);
  });

  test('are not used again after a flawed one', async () => {
    const { server, target } = await scene((socket, { index }) => {
      socket.write(index === 0 ? response('500 Broken', { 'Content-Length': '0' }) : exposition(BODY));
    });
    await failureOf(target);
    expect(await textOf(target)).toBe(BODY);
    expect(server.connections).toBe(2);
  });

  test('are opened anew when the target closed them', async () => {
    const { server, target } = await scene(always(exposition(BODY, { Connection: 'close' }), end));
    await textOf(target);
    await server.deserted();
    expect(await textOf(target)).toBe(BODY);
    expect(server.connections).toBe(2);
  });

  test('are not used again between the last byte and the end that the target announced', async () => {
    const { server, target } = await scene(always(exposition(BODY, { Connection: 'close' })));
    const shared = coalesceFetches(target);
    const outcomes = await Promise.all([shared.fetch('text'), shared.fetch('openmetrics')]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
    expect(server.connections).toBe(2);
  });

  test('give nothing that came out of turn: two answers to one request', async () => {
    const { server, target } = await scene((socket, { index }) => {
      socket.write(
        index === 0
          ? Buffer.concat([exposition('first 1\n'), exposition('smuggled 1\n')])
          : exposition('second 1\n'),
      );
    });
    expect(await textOf(target)).toBe('first 1\n');
    await server.deserted();
    expect(await textOf(target)).toBe('second 1\n');
  });

  test('are one for each fetch at the same time, and one is kept', async () => {
    const sockets: Socket[] = [];
    const { server, target } = await scene((socket) => {
      sockets.push(socket);
      if (sockets.length === 2) for (const waiting of sockets) waiting.write(exposition(BODY));
      if (sockets.length > 2) socket.write(exposition(BODY));
    });
    await Promise.all([textOf(target), textOf(target)]);
    await textOf(target);
    expect(server.connections).toBe(2);
  });
});

describe('the deadline', () => {
  const SLOW: readonly { title: string; bytes: Uint8Array }[] = [
    { title: 'no answer', bytes: Buffer.alloc(0) },
    { title: 'half a head', bytes: Buffer.from('HTTP/1.1 200 OK\r\nContent-Ty') },
    { title: 'interim answers only', bytes: response('103 Early Hints', {}) },
    { title: 'half a body', bytes: exposition(BODY, { 'Content-Length': '1000' }) },
    {
      title: 'half a gzip body',
      bytes: exposition(GZIPPED.subarray(0, 15), { 'Content-Encoding': 'gzip', 'Content-Length': '1000' }),
    },
  ];
  test.each(SLOW)('ends a fetch with $title', async ({ bytes }) => {
    const { server, target, clock } = await scene(always(bytes), { timeoutMs: TIMEOUT_MS });
    const outcome = failureOf(target);
    await server.requested(1);
    clock.advance(TIMEOUT_MS - 1);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1);
    expect(await outcome).toEqual({ reason: 'timeout' });
    await server.deserted();
  });

  test('ends a fetch in the middle of a TLS handshake, and its connection with it', async () => {
    const server = await upstream(() => undefined);
    const clock = new ManualClock();
    const url = `https://127.0.0.1:${String(server.port)}/`;
    const outcome = failureOf(targetAt({ url, timeoutMs: TIMEOUT_MS }, clock));
    await server.connected(1);
    clock.advance(TIMEOUT_MS);
    expect(await outcome).toEqual({ reason: 'timeout' });
    await server.deserted();
  });

  test('leaves no timer behind', async () => {
    const { target, clock } = await scene(always(exposition(BODY)));
    await textOf(target);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('close', () => {
  test('gives up what is under way and refuses what follows', async () => {
    const { server, target, clock } = await scene(() => undefined);
    const outcome = failureOf(target);
    await server.requested(1);
    await target.close();
    expect(await outcome).toEqual({ reason: 'closed' });
    expect(await failureOf(target)).toEqual({ reason: 'closed' });
    await server.deserted();
    expect(clock.pendingTimers).toBe(0);
  });

  test('releases the connection that is kept', async () => {
    const { server, target } = await scene(always(exposition(BODY)));
    await textOf(target);
    await target.close();
    await server.deserted();
    expect(server.connections).toBe(1);
    await target.close();
  });
});

describe('TLS', () => {
  const ca = readFixture('ca.pem');

  test('with an authority of its own', async () => {
    const { target } = await scene(always(exposition(BODY)), { ca }, 'server');
    expect(await textOf(target)).toBe(BODY);
  });

  const WRONG: readonly [title: string, TestCertificate, authority: string | undefined, detail: string][] = [
    ['an unknown authority', 'server', undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['the name of another host', 'other-name', ca, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['a validity that is over', 'expired', ca, 'CERT_HAS_EXPIRED'],
  ];
  test.each(WRONG)('refuses %s', async (_title, certificate, authority, detail) => {
    const options = authority === undefined ? {} : { ca: authority };
    const { server, target } = await scene(always(exposition(BODY)), options, certificate);
    expect(await failureOf(target)).toEqual({ reason: 'tls_failed', detail });
    expect(server.requests).toHaveLength(0);
  });

  test('refuses a server that does not speak it', async () => {
    const greeting = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    const server = await upstream(() => undefined, { greeting });
    const target = targetAt({ url: `https://127.0.0.1:${String(server.port)}/` }, new ManualClock());
    expect((await failureOf(target)).reason).toBe('tls_failed');
  });
});
