// PROXY headers on a real listener: before HTTP and before TLS, cut anywhere, late, missing, or of a stranger.

import { once } from 'node:events';
import { request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readFixture } from '../../support/hostile-server.js';
import { ManualClock } from '../../support/manual-clock.js';
import { exchangeRaw, head, openRaw } from '../../support/raw-http.js';
import { portOf, startListener, TLS, type GivenListener } from '../../support/start-listener.js';

const GET = head('GET / HTTP/1.1', 'Host: x', 'Connection: close');
const V1 = 'PROXY TCP4 192.0.2.7 198.51.100.1 5000 443\r\n';
const FROM_PROXY = '{"peerAddress":"127.0.0.1","proxiedAddress":"192.0.2.7"}';

/** A listener that demands the header, and believes 127.0.0.1 alone. */
function demanding(given: GivenListener = {}): ReturnType<typeof startListener> {
  return startListener({
    policy: () => ({
      trusts: (peer) => peer !== 'unix' && peer.bits === 0x7f000001n,
      demandsProxyHeader: true,
    }),
    ...given,
  });
}

describe('a listener that demands a PROXY header', () => {
  it.each([
    ['no header', GET, 'proxy_header_missing'],
    ['a TLS greeting', '\u0016\u0003\u0001', 'proxy_header_missing'],
    ['half a header and then something else', 'PROXY TCP4 192.0.2.7\r\n', 'proxy_header_malformed'],
    ['a header that names nothing', `PROXY TCP4 x y 1 2\r\n${GET}`, 'proxy_header_malformed'],
  ])('closes a connection with %s, unanswered', async (_, bytes, reason) => {
    const { listener, closed } = await demanding();
    const { text, closed: isClosed } = await exchangeRaw(portOf(listener), bytes);
    expect([text, isClosed, closed]).toEqual(['', true, [reason]]);
  });

  it('closes one that ends or falls silent before the header is whole', async () => {
    const clock = new ManualClock();
    const { listener, closed } = await demanding({ clock });
    const ending = openRaw(portOf(listener));
    ending.end('PROXY');
    await gone(ending);
    expect(closed).toEqual(['proxy_header_missing']);
    const silent = openRaw(portOf(listener));
    silent.write('PROXY TCP4 192.0.2.7');
    while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(2_999);
    expect(closed).toHaveLength(1);
    clock.advance(1);
    await gone(silent);
    expect([closed, clock.pendingTimers]).toEqual([['proxy_header_missing', 'proxy_header_late'], 0]);
  });

  it('reads nothing of a peer that is not trusted', async () => {
    const { listener, closed } = await demanding();
    const { text } = await exchangeRaw(portOf(listener), V1 + GET, { from: '127.0.0.66' });
    expect([text, closed]).toEqual(['', ['proxy_untrusted']]);
  });

  it('takes the client from the header, wherever the bytes are cut', async () => {
    const { listener, closed } = await demanding();
    const bytes = V1 + GET;
    for (const at of [1, 5, 6, V1.length - 2, V1.length - 1, V1.length, V1.length + 1, bytes.length]) {
      const socket = openRaw(portOf(listener)).setNoDelay();
      socket.write(bytes.slice(0, at));
      await new Promise((resolve) => setImmediate(resolve));
      socket.write(bytes.slice(at));
      expect(await textOf(socket)).toContain(FROM_PROXY);
    }
    expect(closed).toEqual([]);
  });

  it('keeps the client over several requests of a connection', async () => {
    const { listener } = await demanding();
    const keepAlive = head('GET / HTTP/1.1', 'Host: x');
    const { answers } = await exchangeRaw(portOf(listener), V1 + keepAlive + keepAlive + GET);
    expect(answers.map(({ body }) => body)).toEqual([FROM_PROXY, FROM_PROXY, FROM_PROXY]);
  });

  it('takes it before the handshake of TLS, with the greeting in one piece or in its own', async () => {
    const { listener, closed } = await demanding({ tls: TLS });
    for (const together of [true, false]) {
      const raw = connect({ host: '127.0.0.1', port: portOf(listener) });
      await once(raw, 'connect');
      if (together) raw.cork();
      raw.write(V1);
      const socket = connectTls({
        socket: raw,
        ca: readFixture('ca.pem'),
        servername: 'localhost',
        checkServerIdentity: () => undefined,
      });
      if (together) process.nextTick(() => raw.uncork());
      socket.write(GET);
      expect(await textOf(socket)).toContain(FROM_PROXY);
    }
    expect(closed).toEqual([]);
    const failed = request(listener.url, { ca: readFixture('ca.pem'), agent: false }).end();
    await expect(once(failed, 'response')).rejects.toThrow(/hang up|ECONNRESET|disconnected/);
    expect(closed).toEqual(['proxy_header_missing']);
  });

  it('counts its connections for the client that is named, not for the proxy', async () => {
    const { listener, closed } = await demanding({ maxPerClient: 1 });
    const first = openRaw(portOf(listener));
    first.write(`${V1}${head('GET / HTTP/1.1', 'Host: x')}`);
    await once(first, 'readable');
    expect((await exchangeRaw(portOf(listener), V1 + GET)).text).toBe('');
    expect(closed).toEqual(['client_limit']);
    const other = await exchangeRaw(portOf(listener), V1.replace('.7 ', '.8 ') + GET);
    expect(other.answers[0]?.status).toBe(200);
    first.destroy();
  });

  it('lets go of those that are waited for when it stops', async () => {
    const { listener } = await demanding();
    const socket = openRaw(portOf(listener));
    socket.write('PROXY');
    await once(socket, 'connect');
    await new Promise((resolve) => setImmediate(resolve));
    const stopped = listener.stop();
    await gone(socket);
    await stopped;
    expect(listener.abort()).toBe(0);
  });
});

/** Resolves when the connection is closed, by a reset or otherwise. */
function gone(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.resume().once('close', () => resolve());
  });
}

async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks).toString('latin1');
}
