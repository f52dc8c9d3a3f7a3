// Section d of the attack list: connections as the thing that is used up, on the assembled gate over real sockets.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exchangeRaw, head, openRaw } from '../support/raw-http.js';
import { BEARER, requestsArrived, startGateway, type GatewayScene } from '../support/start-gateway.js';

const AUTHORIZED = `Authorization: ${BEARER}`;
const GET = head('GET /metrics HTTP/1.1', 'Host: gate.example', AUTHORIZED);
/** Peers other than this one have a cap. */
const ONE_PROXY = { trustedProxies: ['127.0.0.9/32'] };
/** More than the kernel takes for a reader that does not read. */
const LARGE_BODY = `# TYPE x gauge\n${Array.from(
  { length: 1000 },
  (_, index) => `x{n="${index}",l="${'y'.repeat(20_000)}"} 1\n`,
).join('')}`;

function startCapped(maxConnections: number, maxPerClient: number): Promise<GatewayScene> {
  return startGateway({
    guard: { network: ONE_PROXY },
    gateway: { connections: { maxConnections, maxPerClient } },
  });
}

/** Connections that are open and silent. */
async function hold(
  scene: GatewayScene,
  count: number,
  from: (index: number) => string,
): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, (_, index) =>
    openRaw(scene.port, from(index)).on('error', () => undefined),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

describe('d. connections', () => {
  it('D10: an HTTP/2 preface and frames behind it are one refusal, and the connection ends', async () => {
    const scene = await startGateway();
    const settings = Buffer.from('000000040000000000', 'hex').toString('latin1');
    const resets = Buffer.from('0000040300000000010000000800', 'hex').toString('latin1').repeat(1000);
    const continuation =
      `${Buffer.from('00400009000000000', 'hex').toString('latin1')}${'x'.repeat(64)}`.repeat(1000);
    for (const frames of [settings, settings + resets, settings + continuation]) {
      const { answers, closed } = await exchangeRaw(scene.port, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${frames}`);
      expect([answers.filter(({ status }) => status !== 400), closed]).toEqual([[], true]);
    }
    const upgrade = head(
      'GET /metrics HTTP/1.1',
      'Host: x',
      AUTHORIZED,
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
    );
    expect((await exchangeRaw(scene.port, upgrade, { answers: 1 })).answers[0]?.status).toBe(200);
  });

  it('D11: one stranger cannot hold more connections than its share; others and the proxy come in', async () => {
    const scene = await startCapped(1000, 8);
    await hold(scene, 8, () => '127.0.0.66');
    const over = await exchangeRaw(scene.port, GET, { from: '127.0.0.66' });
    expect([over.text, over.closed]).toEqual(['', true]);
    expect(scene.events).toContainEqual({
      kind: 'connection_closed',
      reason: 'client_limit',
      client: '127.0.0.66',
      count: 1,
    });
    await hold(scene, 20, () => '127.0.0.9');
    expect((await scene.get('/metrics', { from: '127.0.0.9' })).status).toBe(200);
    expect((await scene.get('/metrics', { from: '127.0.0.2' })).status).toBe(200);
    expect(await scene.ownMetrics()).toContain(
      'scrapegate_connections_closed_total{reason="client_limit"} 1',
    );
  });

  it('D11: idle connections from many networks keep no scraper out, new or known', async () => {
    const scene = await startCapped(32, 8);
    const kept = openRaw(scene.port, '127.0.0.2').on('error', () => undefined);
    kept.write(GET);
    await once(kept, 'readable');
    const flood = await hold(scene, 64, (index) => `127.0.${1 + (index >> 3)}.${1 + (index & 7)}`);
    for (let round = 0; round < 3; round += 1) {
      expect((await scene.get('/metrics', { from: '127.0.0.3' })).status).toBe(200);
    }
    const answered = requestsArrived(scene.port, 1);
    kept.write(GET);
    await answered;
    expect(kept.destroyed).toBe(false);
    expect(flood.some((socket) => !socket.destroyed)).toBe(true);
    expect(await scene.ownMetrics()).toMatch(
      /scrapegate_connections_closed_total\{reason="displaced"\} (?:3\d|[4-9]\d)/,
    );
    kept.destroy();
  });

  it('D11: a reader that is slow, but never idle, is cut off after its time', async () => {
    const scene = await startGateway({ upstream: LARGE_BODY });
    const socket = openRaw(scene.port).on('error', () => undefined);
    socket.write(GET);
    await once(socket, 'readable');
    for (let second = 0; second < 59; second += 1) {
      scene.clock.advance(1000);
      socket.read(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await scene.audit(0)).length).toBe(0);
    scene.clock.advance(1000);
    const [event] = await scene.audit(1);
    expect(event).toMatchObject({ status: 200, route: '/metrics' });
    expect(event?.bytesOut).toBeLessThan(LARGE_BODY.length);
    expect(scene.events).toContainEqual(
      expect.objectContaining({ kind: 'connection_closed', reason: 'write_timeout' }),
    );
    socket.destroy();
  });

  it('D11: whoever sends request upon request without waiting for answers is cut off', async () => {
    const scene = await startGateway();
    const few = await exchangeRaw(scene.port, GET.repeat(17), { answers: 17 });
    expect(few.answers.map(({ status }) => status)).toEqual(Array<number>(17).fill(200));
    await scene.audit(17);
    const { closed, answers } = await exchangeRaw(scene.port, GET.repeat(2000));
    expect([closed, answers.length < 18]).toEqual([true, true]);
    expect((await scene.audit(17)).length).toBeLessThan(17 + 18);
    const closures = scene.events.filter(({ kind }) => kind === 'connection_closed');
    expect(closures).toEqual([expect.objectContaining({ reason: 'sent_ahead', client: '127.0.0.1' })]);
  });

  it('D11: whoever was cut off for that gets no other connection for a while, and everybody else does', async () => {
    const scene = await startCapped(100, 10);
    const flood = head('GET /metrics HTTP/1.1', 'Host: gate.example').repeat(2000);
    await exchangeRaw(scene.port, flood, { from: '127.0.0.66' });
    const again = await exchangeRaw(scene.port, GET, { from: '127.0.0.66' });
    expect([again.answers, again.closed]).toEqual([[], true]);
    expect((await scene.get('/metrics', { from: '127.0.0.67' })).status).toBe(200);
    expect(await scene.ownMetrics()).toContain('closed_total{reason="client_shunned"} 1');
    scene.clock.advance(60_000);
    const later = await exchangeRaw(scene.port, GET, { from: '127.0.0.66', answers: 1 });
    expect(later.answers.map(({ status }) => status)).toEqual([200]);
  });

  it('D11: a body that never comes is not waited for', async () => {
    const scene = await startGateway();
    const lines = ['Host: x', AUTHORIZED, 'Content-Length: 1000'];
    const { answers, closed } = await exchangeRaw(scene.port, head('POST /metrics HTTP/1.1', ...lines));
    expect([answers.map(({ status }) => status), closed]).toEqual([[405], true]);
    const refused = await exchangeRaw(scene.port, head('GET /metrics HTTP/1.1', ...lines));
    expect([refused.answers.map(({ status }) => status), refused.closed]).toEqual([[400], true]);
  });

  it.each([
    ['D9: bytes that are no request', 'garbage\u001b[31m\r\n\r\n', 400, 'request_malformed'],
    [
      'D12: headers without end',
      head('GET / HTTP/1.1', `X-Long: ${'y'.repeat(20_000)}`),
      431,
      'headers_too_large',
    ],
  ])('%s are told of and counted, without a word of theirs', async (_, bytes, status, reason) => {
    const scene = await startGateway();
    await exchangeRaw(scene.port, bytes);
    const [event] = await scene.audit(1);
    expect(event).toEqual({
      kind: 'request',
      method: 'other',
      route: 'other',
      status,
      decision: 'denied',
      reason,
      client: '127.0.0.1',
      bytesOut: 0,
      durationMs: 0,
    });
    expect(await scene.ownMetrics()).toContain(`scrapegate_rejections_total{reason="${reason}"} 1`);
  });
});
