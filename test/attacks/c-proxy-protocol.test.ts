// Section c of the attack list: PROXY headers on the assembled gate. Who may send one, what is none, and how long the
// gate waits for it.

import { describe, expect, it } from 'vitest';
import { exchangeRaw, head, openRaw } from '../support/raw-http.js';
import {
  BEARER,
  gatewayOptions,
  portOf,
  startGatewayBefore,
  startUpstream,
  type GatewayScene,
  type SceneOptions,
} from '../support/start-gateway.js';

const PROXY = '127.0.0.9';
const STRANGER = '127.0.0.66';
const V1 = 'PROXY TCP4 10.0.0.5 198.51.100.1 5000 443\r\n';
const V2 = Buffer.from('0d0a0d0a000d0a515549540a', 'hex').toString('latin1');
const GET = head(
  'GET /metrics HTTP/1.1',
  'Host: gate.example',
  `Authorization: ${BEARER}`,
  'Connection: close',
);

/** A gate whose listener of metrics demands a PROXY header of PROXY. */
async function startDemanding(
  options: SceneOptions = {},
): Promise<GatewayScene & { readonly metricsPort: number }> {
  const upstream = await startUpstream();
  const scene = await startGatewayBefore(upstream, {
    ...options,
    ready: false,
    guard: {
      network: {
        trustedProxies: [`${PROXY}/32`],
        clientAddressHeader: 'proxy_protocol',
        allowedIps: ['10.0.0.0/8'],
      },
    },
    gateway: { metricsListen: { host: '127.0.0.1', port: 0 } },
  });
  const metrics = scene.gateway.addresses().find(({ purpose }) => purpose === 'metrics');
  return { ...scene, metricsPort: Number(new URL(metrics?.url ?? '').port) };
}

function v2(command: number, protocol: number, body: Buffer, length = body.length): string {
  const rest = Buffer.from([command, protocol, length >> 8, length & 255]);
  return V2 + Buffer.concat([rest, body]).toString('latin1');
}

const ADDRESSES = Buffer.from([10, 0, 0, 5, 198, 51, 100, 1, 0x13, 0x88, 1, 187]);

describe('c. who is the client: the PROXY protocol', () => {
  it.each([
    ['version 1', V1],
    ['version 2', v2(0x21, 0x11, ADDRESSES)],
    ['version 2, for the proxy itself', v2(0x20, 0x00, Buffer.alloc(0))],
  ])('C14: %s from a stranger is closed unread, and counted', async (_, header) => {
    const scene = await startDemanding();
    const { text, closed } = await exchangeRaw(scene.metricsPort, header + GET, { from: STRANGER });
    expect([text, closed]).toEqual(['', true]);
    expect(scene.events).toContainEqual({
      kind: 'connection_closed',
      reason: 'proxy_untrusted',
      client: STRANGER,
      count: 1,
    });
    expect(await scene.audit(0)).toEqual([]);
  });

  it.each([
    ['no header at all', GET, 'proxy_header_missing'],
    ['a malformed one', `PROXY TCP4 10.0.0.5\r\n${GET}`, 'proxy_header_malformed'],
    [
      '64 kB of values',
      v2(0x21, 0x11, ADDRESSES, 65_535) + 'x'.repeat(65_523) + GET,
      'proxy_header_malformed',
    ],
    ['datagrams', v2(0x21, 0x12, ADDRESSES) + GET, 'proxy_header_malformed'],
    ['an unknown command', v2(0x2f, 0x11, ADDRESSES) + GET, 'proxy_header_malformed'],
  ])('C14: %s, even of the proxy, is closed and never a request', async (_, bytes, reason) => {
    const scene = await startDemanding();
    const { text, closed } = await exchangeRaw(scene.metricsPort, bytes, { from: PROXY });
    expect([text, closed]).toEqual(['', true]);
    expect(scene.events).toContainEqual(expect.objectContaining({ reason, client: PROXY }));
    expect(await scene.audit(0)).toEqual([]);
  });

  it('C14: half a header and then silence is closed after three seconds', async () => {
    const scene = await startDemanding();
    const before = scene.clock.pendingTimers;
    const socket = openRaw(scene.metricsPort, PROXY);
    socket.on('error', () => undefined);
    socket.write('PROXY TCP4 10.0.0.5');
    while (scene.clock.pendingTimers === before) await new Promise((resolve) => setImmediate(resolve));
    scene.clock.advance(3_000);
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect(scene.events).toContainEqual(expect.objectContaining({ reason: 'proxy_header_late' }));
  });

  it.each<readonly [string, string, number, string]>([
    ['the client that it names', V1, 200, '10.0.0.5'],
    [
      'the same in version 2, with further values',
      v2(0x21, 0x11, Buffer.concat([ADDRESSES, Buffer.from([4, 0, 1, 255])])),
      200,
      '10.0.0.5',
    ],
    ['a client that is not allowed', V1.replace('10.0.0.5', '203.0.113.7'), 403, '203.0.113.7'],
    ['the proxy itself, which is not allowed', v2(0x20, 0x11, ADDRESSES), 403, PROXY],
    ['a Unix socket, which is no address', v2(0x21, 0x31, Buffer.alloc(216, 0x2f)), 403, PROXY],
    ['a client that nobody knows', 'PROXY UNKNOWN\r\n', 403, PROXY],
  ])(
    'C14: the header of the proxy is %s, and no header of the request changes that',
    async (_, header, status, client) => {
      const scene = await startDemanding();
      const forged = GET.replace(
        'Connection',
        'X-Forwarded-For: 10.0.0.5\r\nForwarded: for=10.0.0.5\r\nConnection',
      );
      const { answers } = await exchangeRaw(scene.metricsPort, header + forged, { from: PROXY });
      expect(answers[0]?.status).toBe(status);
      expect((await scene.audit(1))[0]).toMatchObject({ client });
    },
  );

  it('C14: a second header is part of the request, and no request', async () => {
    const scene = await startDemanding();
    const { answers } = await exchangeRaw(scene.metricsPort, V1 + V1 + GET, { from: PROXY });
    expect(answers.map(({ status }) => status)).toEqual([400]);
    expect((await scene.audit(1))[0]).toMatchObject({ reason: 'request_malformed', client: '10.0.0.5' });
  });

  it('C14: where no header is demanded, one is no request', async () => {
    const upstream = await startUpstream();
    const scene = await startGatewayBefore(upstream, {});
    const { answers, closed } = await exchangeRaw(scene.port, V1 + GET, { from: PROXY });
    expect([answers.map(({ status }) => status), closed]).toEqual([[400], true]);
    expect(gatewayOptions(upstream.url).guard.network).toBeUndefined();
  });

  it('C14: a listener for probes alone takes none, and answers them', async () => {
    const scene = await startDemanding();
    const port = portOf(scene.gateway, 'health');
    expect((await scene.get('/health', { headers: {}, port })).status).toBe(200);
    expect((await scene.get('/metrics', { port })).status).toBe(403);
  });
});
