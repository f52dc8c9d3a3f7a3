import { EventEmitter } from 'node:events';
import { request } from 'node:https';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/internal/secret.js';
import { readFixture } from '../../support/hostile-server.js';
import { exchangeRaw, head, openRaw } from '../../support/raw-http.js';
import { portOf, startListener, TLS } from '../../support/start-listener.js';

/** The server that accepted a connection, as Node keeps it there. */
function serverOf(socket: Socket): EventEmitter {
  const server: unknown = Reflect.get(socket, 'server');
  if (server instanceof EventEmitter) return server;
  throw new Error('the socket has no server');
}

describe('listen', () => {
  it('fails on an address of another machine with the way out', async () => {
    await expect(startListener({ address: { host: '192.0.2.1', port: 0 } })).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_LISTEN_FAILED',
      message:
        'cannot listen on 192.0.2.1:0: this machine has no such address; choose one of its own with --listen or "listen"',
    });
  });

  it('fails on a certificate that does not fit its key', async () => {
    const tls = { cert: 'no certificate', key: new Secret(readFixture('server.key.pem')) };
    await expect(startListener({ tls })).rejects.toThrow(/PEM/);
  });

  it('says where it listens', async () => {
    expect((await startListener()).listener.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  it('speaks TLS 1.2 or later where it has a certificate, and nothing else then', async () => {
    const { listener } = await startListener({ tls: TLS });
    expect(listener.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    const plain = await exchangeRaw(portOf(listener), head('GET / HTTP/1.1', 'Host: x'));
    expect([plain.answers.filter(({ status }) => status !== 400), plain.closed]).toEqual([[], true]);
    const body = await new Promise<string>((resolve, reject) => {
      const sent = request(`${listener.url}/`, { ca: readFixture('ca.pem'), agent: false }, (response) => {
        response.setEncoding('utf8');
        response.on('data', resolve);
      });
      sent.once('error', reject);
      sent.end();
    });
    expect(body).toBe('{"peerAddress":"127.0.0.1"}');
    const old = new Promise((_resolve, reject) => {
      const options = {
        ca: readFixture('ca.pem'),
        agent: false,
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1.1',
      } as const;
      request(`${listener.url}/`, options).once('error', reject).end();
    });
    await expect(old).rejects.toMatchObject({ code: expect.stringMatching(/SSL|EPROTO|ECONNRESET/) });
  });

  it('hands on what a systemd socket is only where it was passed', async () => {
    const systemd = (name?: string): { systemd: { name?: string } } => ({
      systemd: { ...(name !== undefined && { name }) },
    });
    await expect(startListener({ address: systemd() })).rejects.toMatchObject({
      message: 'cannot listen on systemd: systemd passed no socket; expected one',
    });
    const inherited = [
      { name: 'a', fd: 1000 },
      { name: 'b', fd: 1001 },
    ];
    await expect(startListener({ address: systemd(), inherited })).rejects.toMatchObject({
      message: 'cannot listen on systemd: systemd passed 2 sockets; expected one',
    });
    await expect(startListener({ address: systemd('c'), inherited })).rejects.toMatchObject({
      message: 'cannot listen on systemd:c: systemd passed 2 sockets; expected one of that name',
    });
    await expect(startListener({ address: systemd('a'), inherited })).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_LISTEN_FAILED',
      message: expect.stringMatching(/^cannot listen on systemd:a: E[A-Z]+$/),
    });
  });

  it('tells of what is no request, with its own answer, and of a handshake that fails', async () => {
    const plain = await startListener();
    const port = portOf(plain.listener);
    const garbage = await exchangeRaw(port, 'garbage\r\n\r\n');
    const large = await exchangeRaw(port, head('GET / HTTP/1.1', `X: ${'x'.repeat(20_000)}`));
    const tunnel = await exchangeRaw(port, head('CONNECT a.example:1 HTTP/1.1', 'Host: a.example:1'));
    expect([garbage, large, tunnel].map(({ answers }) => answers[0]?.status)).toEqual([400, 431, 400]);
    expect(plain.unreadable).toEqual(['request_malformed', 'headers_too_large', 'request_malformed']);
    expect(plain.closed).toEqual([]);
    const tls = await startListener({ tls: TLS });
    await exchangeRaw(portOf(tls.listener), 'garbage, and more of it\r\n\r\n');
    expect([tls.closed, tls.unreadable]).toEqual([['tls_failed'], []]);
  });

  it('goes on when the system hands connections over no more, and tells of each time by its code', async () => {
    const told: unknown[] = [];
    const { listener } = await startListener({
      onClosed: (...closure) => told.push(closure),
      requestListener: ({ socket }, response) => {
        const error = Object.assign(new Error('accept secret.example'), { code: 'ENOBUFS' });
        serverOf(socket).emit('error', error);
        response.end();
      },
    });
    for (let round = 0; round < 2; round += 1) {
      const { answers } = await exchangeRaw(portOf(listener), head('GET / HTTP/1.1', 'Host: x'), {
        answers: 1,
      });
      expect(answers).toHaveLength(1);
    }
    const closure = ['accept_failed', { peerAddress: undefined }, 'ENOBUFS'];
    expect(told).toEqual([closure, closure]);
  });

  it('refuses on accept what is over its cap, before any handshake', async () => {
    const { listener, closed } = await startListener({ tls: TLS, maxPerClient: 2 });
    const held = [openRaw(portOf(listener)), openRaw(portOf(listener))];
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const { closed: isClosed, text } = await exchangeRaw(portOf(listener), '');
    expect([isClosed, text, closed]).toEqual([true, '', ['client_limit']]);
    const other = openRaw(portOf(listener), '127.0.0.77');
    await new Promise((resolve) => other.once('connect', resolve));
    for (const socket of [...held, other]) socket.destroy();
  });
});
