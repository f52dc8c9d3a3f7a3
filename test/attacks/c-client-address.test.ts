// Section c of the attack list: who is the client, behind proxies and behind none, on the assembled gate.
// Every peer is an address of 127.0.0.0/8, so that one machine can be strangers, proxies and scrapers at once.

import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/config/load.js';
import { createGateway } from '../../src/gateway/gateway.js';
import type { NetworkOptions } from '../../src/network/options.js';
import { ManualClock } from '../support/manual-clock.js';
import { exchangeRaw, head } from '../support/raw-http.js';
import { BEARER, gatewayOptions, startGateway, type GatewayScene } from '../support/start-gateway.js';

const PROXY = '127.0.0.9';
const STRANGER = '127.0.0.66';
const SCRAPER = '127.0.0.2';
/** Only PROXY is believed. */
const ONE_PROXY: NetworkOptions = { trustedProxies: [`${PROXY}/32`] };

function startBehindProxy(allowedIps?: readonly string[]): Promise<GatewayScene> {
  return startGateway({
    guard: { network: { ...ONE_PROXY, ...(allowedIps === undefined ? {} : { allowedIps }) } },
  });
}

/** Sends header lines exactly as given, with TOKEN; the status, and the client that the gate made out. */
async function askRaw(
  scene: GatewayScene,
  from: string,
  ...lines: readonly string[]
): Promise<{ readonly status: number | undefined; readonly client: string | undefined }> {
  const before = (await scene.audit(0)).length;
  const request = head(
    'GET /metrics HTTP/1.1',
    'Host: gate.example',
    `Authorization: ${BEARER}`,
    ...lines,
    'Connection: close',
  );
  const { answers } = await exchangeRaw(scene.port, request, { from });
  const events = await scene.audit(before + 1);
  return { status: answers[0]?.status, client: events[before]?.client };
}

describe('c. who is the client: forwarding headers', () => {
  it('C1: an allowed address in X-Forwarded-For from outside lets nobody in', async () => {
    const scene = await startBehindProxy(['10.0.0.0/8']);
    expect(await askRaw(scene, STRANGER, 'X-Forwarded-For: 10.0.0.5')).toEqual({
      status: 403,
      client: STRANGER,
    });
    expect(await askRaw(scene, PROXY, 'X-Forwarded-For: 10.0.0.5, 203.0.113.7')).toEqual({
      status: 403,
      client: '203.0.113.7',
    });
    expect(await askRaw(scene, PROXY)).toEqual({ status: 403, client: PROXY });
    expect(await askRaw(scene, PROXY, 'X-Forwarded-For: 203.0.113.7, 10.0.0.5')).toEqual({
      status: 200,
      client: '10.0.0.5',
    });
  });

  it('C2: a direct peer that is no proxy has everything it forwards ignored', async () => {
    const scene = await startBehindProxy();
    const forwarded = [
      'X-Forwarded-For: 10.0.0.5',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Port: 443',
      'X-Forwarded-Prefix: /evil',
      'Forwarded: for=10.0.0.5;host=evil.example;proto=https',
      'X-Real-IP: 10.0.0.5',
      'X-Client-IP: 10.0.0.5',
      'CF-Connecting-IP: 10.0.0.5',
      'True-Client-IP: 10.0.0.5',
    ];
    expect(await askRaw(scene, STRANGER, ...forwarded)).toEqual({ status: 200, client: STRANGER });
    const answer = await scene.get('/metrics', {
      from: STRANGER,
      headers: { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Prefix': '/evil' },
    });
    expect(answer.status).toBe(401);
    expect(JSON.stringify([answer.rawHeaders, answer.text])).not.toContain('evil');
  });

  it.each([[1], [true], ['true'], [['true']], [[1]], [[]]])(
    'C3: trustedProxies %j is refused with a word about CIDRs',
    (trustedProxies) => {
      const network: NetworkOptions = JSON.parse(JSON.stringify({ trustedProxies }));
      const options = gatewayOptions('http://127.0.0.1:1/metrics', { guard: { network } });
      expect(() => createGateway(options, { clock: new ManualClock(), onEvent: () => undefined })).toThrow(
        /trustedProxies.*CIDR/,
      );
    },
  );

  it.each(['1', 'yes', '10.0.0.0/33', '10.0.0.0/8,'])('C3, C4: TRUST_PROXY=%s is refused', async (value) => {
    const env = { SCRAPEGATE_TARGET: 'http://127.0.0.1:1/metrics', TRUST_PROXY: value };
    await expect(loadConfiguration({ env, nodeVersion: '22.23.2' })).rejects.toMatchObject({
      problems: [expect.objectContaining({ path: expect.stringContaining('TRUST_PROXY') })],
    });
  });

  it('C4: TRUST_PROXY=true believes one hop of a private peer alone, and warns', async () => {
    const env = { SCRAPEGATE_TARGET: 'http://127.0.0.1:1/metrics', TRUST_PROXY: 'true' };
    const { options } = await loadConfiguration({ env, nodeVersion: '22.23.2' });
    expect(options.warnings?.map(({ code }) => code)).toContain('WARN_SCRAPEGATE_TRUST_PROXY_ANY');
    const { network } = options.guard;
    if (network === undefined) throw new Error('no network options');
    const scene = await startGateway({ guard: { network } });
    // A second private hop to the left was written by whoever sent the request.
    expect((await askRaw(scene, PROXY, 'X-Forwarded-For: 203.0.113.7, 10.0.0.5')).client).toBe('10.0.0.5');
  });

  it.each([
    [['0.0.0.0/0']],
    [['::/0']],
    [['10.0.0.0/8', '0.0.0.0/0']],
    [['0.0.0.0/1', '128.0.0.0/1']],
    [['::/1', '8000::/1']],
  ])('C5: trusting everyone (%j) is refused', async (trustedProxies) => {
    const options = gatewayOptions('http://127.0.0.1:1/metrics', { guard: { network: { trustedProxies } } });
    expect(() => createGateway(options, { clock: new ManualClock(), onEvent: () => undefined })).toThrow(
      /every address/,
    );
    const env = { SCRAPEGATE_TARGET: 'http://127.0.0.1:1/metrics', TRUST_PROXY: trustedProxies.join(',') };
    await expect(loadConfiguration({ env, nodeVersion: '22.23.2' })).rejects.toMatchObject({
      code: 'ERR_SCRAPEGATE_CONFIG_INVALID',
    });
  });

  it.each([
    ['::ffff:1.2.3.4', 200, '1.2.3.4'],
    ['::ffff:102:304', 200, '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', 200, '1.2.3.4'],
    ['::FFFF:1.2.3.4', 200, '1.2.3.4'],
    ['1.2.3.4', 200, '1.2.3.4'],
    ['64:ff9b::1.2.3.4', 403, '64:ff9b::102:304'],
    ['2001:db8::1.2.3.4', 403, '2001:db8::102:304'],
    ['::1.2.3.4', 403, '::102:304'],
  ])('C6: %s is answered with %i as %s where 1.2.3.4 may ask', async (address, status, client) => {
    for (const allowed of ['1.2.3.4', '::ffff:1.2.3.4/128', '::ffff:102:304']) {
      const scene = await startBehindProxy([allowed]);
      expect(await askRaw(scene, PROXY, `X-Forwarded-For: ${address}`)).toEqual({ status, client });
    }
  });

  it.skipIf(!hasIpv6())('C6: a peer on a dual-stack socket is its IPv4 address', async () => {
    const scene = await startGateway({
      gateway: { listen: { host: '::ffff:127.0.0.1', port: 0 } },
      guard: { network: { allowedIps: ['127.0.0.66/32'] } },
    });
    expect(await askRaw(scene, STRANGER)).toEqual({ status: 200, client: STRANGER });
    expect(await askRaw(scene, SCRAPER)).toEqual({ status: 403, client: SCRAPER });
  });

  it('C6: mapped IPv4 clients are counted one by one, IPv6 clients by /64', async () => {
    const scene = await startGateway({
      guard: { network: ONE_PROXY, limits: { failuresPerMinute: 3 } },
    });
    const attempt = async (client: string): Promise<number> => {
      const headers = { Authorization: 'Bearer wrong', 'X-Forwarded-For': client };
      return (await scene.get('/metrics', { from: PROXY, headers })).status;
    };
    for (let index = 0; index < 3; index += 1) expect(await attempt('::ffff:1.2.3.4')).toBe(401);
    expect(await attempt('::ffff:102:304')).toBe(429);
    expect(await attempt('1.2.3.4')).toBe(429);
    expect(await attempt('::ffff:1.2.3.5')).toBe(401);
    for (let index = 0; index < 3; index += 1) expect(await attempt(`2001:db8::${index}`)).toBe(401);
    expect(await attempt('2001:db8::ffff:ffff:ffff:ffff')).toBe(429);
    expect(await attempt('2001:db8:0:1::1')).toBe(401);
  });

  it('C7: a mapped CIDR is IPv4 from /96 on, and refused below', async () => {
    const options = (trusted: string): ReturnType<typeof gatewayOptions> =>
      gatewayOptions('http://127.0.0.1:1/metrics', { guard: { network: { trustedProxies: [trusted] } } });
    const deps = { clock: new ManualClock(), onEvent: (): void => undefined };
    expect(() => createGateway(options('::ffff:10.0.0.0/8'), deps)).toThrow(/trustedProxies\[0\]/);
    const scene = await startGateway({ guard: { network: { trustedProxies: ['::ffff:127.0.0.8/125'] } } });
    expect((await askRaw(scene, PROXY, 'X-Forwarded-For: 203.0.113.7')).client).toBe('203.0.113.7');
    expect((await askRaw(scene, STRANGER, 'X-Forwarded-For: 203.0.113.7')).client).toBe(STRANGER);
  });

  it.each([
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '2130706433',
    '010.0.0.1',
    '10.0.0.1:80',
    '[::1]:80',
    '[10.0.0.1]',
    'fe80::1%eth0',
    'unknown',
    '_obf',
    '10.0.0.1/8',
    '"10.0.0.1"',
    '',
    ',',
    '10.0.0.1,',
    '10.0.0.1;proto=https',
    '\u0661\u0660.0.0.1',
  ])('C8, C9: the hop %j ends the walk and is on no list', async (hop) => {
    const scene = await startBehindProxy(['0.0.0.0/1', '128.0.0.0/1', '::/1']);
    for (const line of [hop, `10.0.0.1, ${hop}`, `${hop}, ${hop}`]) {
      expect(await askRaw(scene, PROXY, `X-Forwarded-For: ${line}`)).toEqual({ status: 403, client: PROXY });
    }
    expect((await askRaw(scene, PROXY, `X-Forwarded-For: ${hop}, 10.0.0.1`)).status).toBe(200);
  });

  it('C8: a list of ten kilobytes is walked no further than to its first unreadable hop', async () => {
    const scene = await startBehindProxy(['10.0.0.0/8']);
    const long = 'x,'.repeat(5000);
    const denied = { status: 403, client: PROXY };
    expect(await askRaw(scene, PROXY, `X-Forwarded-For: 10.0.0.5,${long}`)).toEqual(denied);
    expect((await askRaw(scene, PROXY, `X-Forwarded-For: ${long}10.0.0.5`)).status).toBe(200);
    const proxies = Array.from({ length: 500 }, () => PROXY).join(',');
    expect(await askRaw(scene, PROXY, `X-Forwarded-For: 10.0.0.5,${proxies}`)).toEqual(denied);
  });

  it('C9: scoped addresses everywhere leave the gate standing', async () => {
    const scene = await startBehindProxy();
    const scoped = Array.from({ length: 20 }, (_, index) => `fe80::${index}%eth${index}`).join(', ');
    expect((await askRaw(scene, PROXY, `X-Forwarded-For: ${scoped}`)).client).toBe(PROXY);
    expect((await scene.get('/health', { headers: {} })).status).toBe(200);
  });

  it('C10: several lines are one list, in order; another header is never a second opinion', async () => {
    const scene = await startBehindProxy();
    const lines = ['X-Forwarded-For: 10.0.0.5', 'X-Forwarded-For: 203.0.113.7'];
    expect((await askRaw(scene, PROXY, ...lines)).client).toBe('203.0.113.7');
    expect((await askRaw(scene, PROXY, ...lines.toReversed())).client).toBe('10.0.0.5');
    expect((await askRaw(scene, PROXY, ...lines, `x-forwarded-for: ${PROXY}`)).client).toBe('203.0.113.7');
    expect((await askRaw(scene, PROXY, 'Forwarded: for=10.0.0.5', ...lines)).client).toBe('203.0.113.7');
    expect((await askRaw(scene, PROXY, 'Forwarded: for=10.0.0.5')).client).toBe(PROXY);
  });

  it.each(['X_Forwarded_For', 'X.Forwarded.For', 'XForwardedFor', 'X-Forwarded-For-', 'Forwarded-For'])(
    'C11: %s is no alias',
    async (name) => {
      const scene = await startBehindProxy();
      expect(await askRaw(scene, PROXY, `${name}: 10.0.0.5`)).toEqual({ status: 200, client: PROXY });
    },
  );

  it.each(['X-Forwarded-For : 10.0.0.5', 'X-Forwarded-For\t: 10.0.0.5', ' X-Forwarded-For: 10.0.0.5'])(
    'C11: %j is refused by the parser',
    async (line) => {
      const scene = await startBehindProxy();
      const request = head('GET /metrics HTTP/1.1', 'Host: gate.example', `Authorization: ${BEARER}`, line);
      const { answers, closed } = await exchangeRaw(scene.port, request, { from: PROXY });
      expect([answers.map(({ status }) => status), closed]).toEqual([[400], true]);
    },
  );

  it('C12: a Connection header takes nothing out of what the gate looks at', async () => {
    const scene = await startBehindProxy();
    const request = head(
      'GET /metrics HTTP/1.1',
      'Host: gate.example',
      `Authorization: ${BEARER}`,
      'X-Forwarded-For: 203.0.113.7',
      'Connection: close, X-Forwarded-For, X-Tenant, Authorization',
    );
    const { answers } = await exchangeRaw(scene.port, request, { from: PROXY });
    expect(answers[0]?.status).toBe(200);
    expect((await scene.audit(1))[0]).toMatchObject({ client: '203.0.113.7', credential: 'prometheus' });
  });

  it('C13: nothing of the scraper reaches the target, whatever it is called', async () => {
    const scene = await startBehindProxy();
    const lines = [
      'X-Remote-User: admin',
      'X_Remote_User: admin',
      'X-Auth-Request-User: admin',
      'X-Tenant: other',
      'X-Scope-OrgID: other',
      'X-Forwarded-For: 203.0.113.7',
      'Forwarded: for=203.0.113.7',
      'Cookie: session=1',
      'Proxy-Authorization: Basic eDp4',
      'X-Prometheus-Scrape-Timeout-Seconds: 10',
      'User-Agent: admin',
    ];
    expect((await askRaw(scene, PROXY, ...lines)).status).toBe(200);
    const sent = scene.upstream.requests.at(-1);
    const names = (sent?.rawHeaders ?? []).filter((_, index) => index % 2 === 0);
    expect(names.map((name) => name.toLowerCase()).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(sent?.headers['user-agent']).toMatch(/^scrapegate\//);
  });
});

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );
}
