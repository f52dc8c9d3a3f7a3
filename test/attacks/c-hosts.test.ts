// Section c of the attack list: what a request calls the gate, and what a proxy says of how it was called.

import { describe, expect, it } from 'vitest';
import { exchangeRaw, head } from '../support/raw-http.js';
import {
  BEARER,
  startGateway,
  startUpstream,
  gatewayOptions,
  type GatewayScene,
} from '../support/start-gateway.js';
import { createGateway } from '../../src/gateway/gateway.js';
import { ManualClock } from '../support/manual-clock.js';

/** A gate on loopback with the list of names that it has by itself, or with another one. */
function startNamed(allowedHosts?: readonly string[], anonymous = false): Promise<GatewayScene> {
  return startGateway({
    ready: false,
    anyHost: false,
    gateway: { ...(allowedHosts !== undefined && { allowedHosts }) },
    ...(anonymous && { guard: { anonymous: { view: 'all', target: 'upstream' } } }),
  });
}

async function ask(
  scene: GatewayScene,
  path: string,
  ...lines: readonly string[]
): Promise<number | undefined> {
  const request = head(`GET ${path} HTTP/1.1`, ...lines, `Authorization: ${BEARER}`, 'Connection: close');
  return (await exchangeRaw(scene.port, request)).answers[0]?.status;
}

describe('c. what the gate is called', () => {
  it.each([
    'attacker.example',
    'attacker.example:9087',
    'localhost.attacker.example',
    '127.0.0.1.attacker.example',
    '127.0.0.2',
    '0.0.0.0',
    'localhost.',
    '[::ffff:127.0.0.1]',
    '2130706433',
  ])('C15: a page at %s that was pointed at this machine reads nothing', async (host) => {
    const scene = await startNamed(undefined, true);
    for (const path of [
      '/metrics',
      '/metrics/upstream',
      '/-/metrics',
      '/-/status',
      '/v1/metrics',
      '/other',
    ]) {
      expect(await ask(scene, path, `Host: ${host}`)).toBe(421);
    }
    const [event] = await scene.audit(1);
    expect(event).toMatchObject({
      status: 421,
      decision: 'denied',
      reason: 'host_not_allowed',
      client: '127.0.0.1',
    });
    expect(JSON.stringify(scene.events)).not.toContain('attacker');
    expect(scene.upstream.requests.length).toBeLessThanOrEqual(1);
  });

  it('C15: the refusal comes before authentication, is constant, and ends the connection', async () => {
    const scene = await startNamed();
    const lines = ['Host: attacker.example', 'Authorization: Bearer wrong'];
    const { answers, closed } = await exchangeRaw(scene.port, head('GET /metrics HTTP/1.1', ...lines));
    expect([answers.map(({ status, body }) => [status, body]), closed]).toEqual([
      [[421, 'Misdirected Request\n']],
      true,
    ]);
    expect(answers[0]?.headers.map(([name]) => name)).not.toContain('www-authenticate');
    for (let index = 0; index < 20; index += 1) await ask(scene, '/metrics', 'Host: attacker.example');
    expect(await ask(scene, '/metrics', 'Host: localhost')).toBe(200);
  });

  it('C15: a request that calls the gate nothing is refused as well', async () => {
    const scene = await startNamed();
    const request = head('GET /metrics HTTP/1.0', `Authorization: ${BEARER}`);
    expect((await exchangeRaw(scene.port, request)).answers[0]?.status).toBe(421);
  });

  it.each(['localhost', 'LocalHost:9087', '127.0.0.1', '127.0.0.1:1', '[::1]:9087'])(
    'C15: %s is this machine',
    async (host) => {
      expect(await ask(await startNamed(), '/metrics', `Host: ${host}`)).toBe(200);
    },
  );

  it('C15: a list of names holds instead of them; probes call the gate by any name', async () => {
    const scene = await startNamed(['gate.example']);
    expect(await ask(scene, '/metrics', 'Host: gate.example:9087')).toBe(200);
    expect(await ask(scene, '/metrics', 'Host: localhost')).toBe(421);
    expect(await ask(scene, '/health', 'Host: 10.1.2.3:9087')).toBe(200);
  });

  it('C15: a name that is none stops the start', async () => {
    const upstream = await startUpstream();
    const options = gatewayOptions(upstream.url, { gateway: { allowedHosts: ['http://gate.example'] } });
    expect(() => createGateway(options, { clock: new ManualClock(), onEvent: () => undefined })).toThrow(
      /allowedHosts/,
    );
  });

  it('C18: a forged prefix, port, scheme or host changes no answer, from a stranger or from a proxy', async () => {
    const forged = {
      'X-Forwarded-Prefix': '/evil',
      'X-Forwarded-Port': '8443',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Scheme': 'https',
      'X-Forwarded-Ssl': 'on',
      'Front-End-Https': 'on',
      Forwarded: 'proto=https;host=evil.example',
      'X-Forwarded-Client-Cert': 'Subject="CN=admin"',
      'X-SSL-Client-Verify': 'SUCCESS',
      'Upgrade-Insecure-Requests': '1',
    };
    const scene = await startGateway({ guard: { network: { trustedProxies: ['127.0.0.9/32'] } } });
    for (const from of ['127.0.0.66', '127.0.0.9']) {
      for (const path of [
        '/metrics',
        '/metrics/',
        '/other',
        '/-/metrics',
        '/-/status',
        '/health',
        '/v1/metrics',
      ]) {
        const plain = await scene.get(path, { from, headers: {} });
        const answer = await scene.get(path, { from, headers: forged });
        expect([answer.status, answer.text, withoutDate(answer.rawHeaders)]).toEqual([
          plain.status,
          plain.text,
          withoutDate(plain.rawHeaders),
        ]);
        const names = answer.rawHeaders
          .filter((_, index) => index % 2 === 0)
          .map((name) => name.toLowerCase());
        expect(
          names.filter((name) => ['location', 'set-cookie', 'strict-transport-security'].includes(name)),
        ).toEqual([]);
      }
    }
  });
});

function withoutDate(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)]?.toLowerCase() !== 'date');
}
