import { request } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, type Listener } from '../../../src/gateway/listeners.js';
import type { GatewayOptions } from '../../../src/gateway/options.js';
import { Secret } from '../../../src/internal/secret.js';
import { readFixture } from '../../support/hostile-server.js';
import { exchangeRaw, head, openRaw } from '../../support/raw-http.js';

async function start(host = '127.0.0.1', tls?: GatewayOptions['tls']): Promise<Listener> {
  const listener = await listen({ host, port: 0 }, tls, (_request, response) => {
    response.end('answered');
  });
  onTestFinished(async () => {
    const stopped = listener.stop();
    listener.abort();
    await stopped;
  });
  return listener;
}

function portOf({ url }: Listener): number {
  return Number(new URL(url).port);
}

describe('listen', () => {
  it('fails on an address of another machine with the way out', async () => {
    await expect(listen({ host: '192.0.2.1', port: 0 }, undefined, () => undefined)).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_LISTEN_FAILED',
      message:
        'cannot listen on 192.0.2.1:0: this machine has no such address; choose one of its own with --listen or "listen"',
    });
  });

  it('fails on a certificate that does not fit its key', async () => {
    const tls = { cert: 'no certificate', key: new Secret(readFixture('server.key.pem')) };
    await expect(listen({ host: '127.0.0.1', port: 0 }, tls, () => undefined)).rejects.toThrow(/PEM/);
  });

  it('says where it listens', async () => {
    expect((await start()).url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  it('speaks TLS 1.2 or later where it has a certificate, and nothing else then', async () => {
    const key = new Secret(readFixture('server.key.pem'));
    const listener = await start('127.0.0.1', { cert: readFixture('server.pem'), key });
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
    expect(body).toBe('answered');
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

  it('counts what it cuts off, and then has nothing left', async () => {
    const listener = await start();
    const socket = openRaw(portOf(listener));
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n');
    await exchangeRaw(portOf(listener), head('GET / HTTP/1.1', 'Host: x', 'Connection: close'));
    const stopped = listener.stop();
    const closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    expect(listener.abort()).toBe(1);
    await stopped;
    await closed;
    expect(listener.abort()).toBe(0);
  });
});
