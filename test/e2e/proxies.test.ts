// The built program behind real proxies: who the client is, what allowed_ips make of it, and that nothing which a client
// writes itself changes either. Every peer is an address of 127.0.0.0/8; the proxies come from 127.0.0.1.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/e2e/eventually.js';
import { makeToken, startGate, type Gate } from '../support/e2e/start-gate.js';
import { startProxy, type Proxy, type ProxyKind } from '../support/e2e/start-proxy.js';
import { startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';
import { exchangeRaw, head } from '../support/raw-http.js';

const { token, digest } = makeToken();
const ALLOWED = '127.0.0.2';
const STRANGER = '127.0.0.66';
const FORGED = [
  `X-Forwarded-For: ${ALLOWED}`,
  `Forwarded: for=${ALLOWED}`,
  `Forwarded: for="${ALLOWED}:1"`,
  `X-Real-IP: ${ALLOWED}`,
  `X-Client-IP: ${ALLOWED}`,
];

const KINDS: readonly (readonly [ProxyKind, string])[] = [
  ['nginx', 'x-forwarded-for'],
  ['haproxy', 'x-forwarded-for'],
  ['caddy', 'x-forwarded-for'],
  ['apache2', 'x-forwarded-for'],
  ['nginx-forwarded', 'forwarded'],
  ['haproxy-v1', 'proxy_protocol'],
  ['haproxy-v2', 'proxy_protocol'],
  ['haproxy-v2-tls', 'proxy_protocol'],
];

function fixture(name: string): string {
  return readFileSync(new URL(`../support/fixtures/tls/${name}`, import.meta.url), 'utf8');
}

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: '# TYPE up gauge\nup 1\n' }));
});
afterAll(() => upstream.stop());

describe.each(KINDS)('behind %s, by %s', (kind, header) => {
  let gate: Gate;
  let proxy: Proxy;

  beforeAll(async () => {
    const isTls = kind.endsWith('tls');
    gate = await startGate({
      config: {
        // What proves that it is up is asked without a proxy.
        ...(header === 'proxy_protocol' && { metrics_listen: '127.0.0.1:0' }),
        ...(isTls && { tls: { cert_file: 'server.pem', key_file: 'server.key.pem' } }),
        trusted_proxies: ['127.0.0.1/32'],
        client_address: { header },
        allowed_ips: [ALLOWED],
        targets: { upstream: { url: upstream.url } },
        views: { all: { target: 'upstream' } },
        credentials: { prometheus: { bearer_token_digest: digest, view: 'all' } },
      },
      ...(isTls && {
        scheme: 'https',
        files: { 'server.pem': fixture('server.pem'), 'server.key.pem': fixture('server.key.pem') },
      }),
    });
    proxy = await startProxy(kind, portOfMetrics(gate));
  });
  afterAll(async () => {
    await proxy?.stop();
    await gate?.stop();
  });

  /** Asks the proxy from an address; the status, and the client that the gate made out. */
  async function ask(
    from: string,
    ...lines: readonly string[]
  ): Promise<readonly [number | undefined, unknown]> {
    const before = audited(gate).length;
    const request = head(
      'GET /metrics HTTP/1.1',
      `Host: 127.0.0.1:${proxy.port}`,
      `Authorization: Bearer ${token}`,
      ...lines,
      'Connection: close',
    );
    const { text } = await exchangeRaw(proxy.port, request, { from });
    const event = await eventually(() => Promise.resolve(audited(gate)[before]), {
      what: 'the request is logged',
      deadlineMs: 10_000,
    });
    return [Number(text.split(' ')[1]), event['client']];
  }

  it('the client is who connected to the proxy', async () => {
    expect(await ask(ALLOWED)).toEqual([200, ALLOWED]);
    expect(await ask(STRANGER)).toEqual([403, STRANGER]);
  });

  it('what a client says of itself changes nothing', async () => {
    expect(await ask(STRANGER, ...FORGED)).toEqual([403, STRANGER]);
    expect(await ask(ALLOWED, `X-Forwarded-For: ${STRANGER}`, `Forwarded: for=${STRANGER}`)).toEqual([
      200,
      ALLOWED,
    ]);
  });

  it('whoever comes past the proxy is not believed', async () => {
    const before = audited(gate).length;
    const forged = `PROXY TCP4 ${ALLOWED} 127.0.0.1 1 2\r\n`;
    const request = head(
      'GET /metrics HTTP/1.1',
      `Host: 127.0.0.1`,
      `Authorization: Bearer ${token}`,
      ...FORGED,
      'Connection: close',
    );
    const port = portOfMetrics(gate);
    const plain = await exchangeRaw(port, request, { from: STRANGER });
    const proxied = await exchangeRaw(port, forged + request, { from: STRANGER });
    for (const { answers } of [plain, proxied]) expect([undefined, 400, 403]).toContain(answers[0]?.status);
    expect(
      audited(gate)
        .slice(before)
        .filter(({ status }) => status === 200),
    ).toEqual([]);
  });
});

function audited(gate: Gate): readonly Readonly<Record<string, unknown>>[] {
  return gate
    .log()
    .filter(({ event, route }) => event === 'request' && route !== '/health' && route !== '/ready');
}

/** The port of the listener with the metrics, which may be one of its own. */
function portOfMetrics(gate: Gate): number {
  const listening = gate.log().filter(({ event }) => event === 'listening');
  const line = listening.find(({ purpose }) => purpose !== 'health');
  return Number(new URL(String(line?.['url'])).port);
}
