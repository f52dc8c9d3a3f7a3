// Section d of the attack list: which path is asked for, on the assembled gate over real sockets.

import { describe, expect, it } from 'vitest';
import { BEARER, startGateway } from '../support/start-gateway.js';
import { get, sendRaw } from '../support/raw-scrape.js';

const AUTHORIZED = `Authorization: ${BEARER}`;

describe('d. which path is asked for', () => {
  it.each([
    'X-Forwarded-Uri',
    'X-Original-URL',
    'X-Original-URI',
    'X-Rewrite-URL',
    'X-Envoy-Original-Path',
    'X-Forwarded-Path',
    'X-Forwarded-Prefix',
  ])('D1: %s names no other path', async (name) => {
    const scene = await startGateway();
    for (const path of ['/health', '/ready', '/-/metrics', '/nowhere'])
      expect((await scene.get('/metrics', { headers: { [name]: path } })).status).toBe(401);
    const known = { Authorization: BEARER };
    expect((await scene.get('/nowhere', { headers: { ...known, [name]: '/metrics' } })).status).toBe(404);
    expect((await scene.get('/health', { headers: { [name]: '/metrics' } })).text).toBe('{"status":"ok"}');
  });

  it.each(['/metrics?x=/healthz', '/metrics?/ready', '/metrics?/health', '/nowhere?/health', '/?/health'])(
    'D2: %s is protected whatever its query says',
    async (path) => {
      const scene = await startGateway();
      expect((await scene.get(path, { headers: {} })).status).toBe(401);
      expect((await scene.get(path)).status).toBe(path.startsWith('/metrics') ? 200 : 404);
    },
  );

  it.each([
    '/metrics#/healthz',
    '/health#',
    '/#/health',
    '*',
    'metrics',
    '\\metrics',
    '/metrics\\',
    '/m\u00e9trics',
  ])('D3, D5: the request target %s is refused unread', async (target) => {
    const scene = await startGateway();
    expect(await sendRaw(scene, get(target))).toEqual({ status: 400, closed: true });
    expect(await sendRaw(scene, get(target, AUTHORIZED))).toEqual({ status: 400, closed: true });
  });

  it.each(['http://gate.example/metrics', 'https://gate.example/health', '//gate.example/metrics@'])(
    'D5: the absolute form %s leads nowhere',
    async (target) => {
      const scene = await startGateway();
      const expected = target.startsWith('//') ? 401 : 400;
      expect((await sendRaw(scene, get(target))).status).toBe(expected);
    },
  );

  it.each(['GoogleHC/1.0', 'kube-probe/1.30', 'Prometheus/3.0', 'ELB-HealthChecker/2.0'])(
    'D4: the user agent %s is exempt from nothing',
    async (agent) => {
      const scene = await startGateway();
      expect((await scene.get('/metrics', { headers: { 'User-Agent': agent } })).status).toBe(401);
    },
  );

  it.each([
    '/%6detrics',
    '/metrics%23/healthz',
    '//metrics',
    '/./metrics',
    '/x/../metrics',
    '/metrics/',
    '/metrics;a',
    '/METRICS',
    '/metrics%00',
    '/metrics%2f',
    '/metrics%2Fupstream',
    '/metrics/../-/reload',
    '/metrics/.',
    '/metrics/..',
    '/metrics//upstream',
    '/-/metrics/',
    '/-/Metrics',
    '/%2e/health',
    '/health/',
    '/health/../metrics',
    '/Health',
    '/healthcheck-secret',
    '/health.json',
    '/ready/x',
    '/',
    '/favicon.ico',
    '/metrics/nowhere',
    '/metrics/__proto__',
    '/v1',
    '/v1/metrics/',
    '/-/reload',
    '/-/quit',
    '/debug/pprof',
    '/.well-known/x',
  ])('D5, D6: %s is 401 without a credential and 404 with one', async (path) => {
    const scene = await startGateway();
    const fetches = scene.upstream.requests.length;
    expect((await sendRaw(scene, get(path))).status).toBe(401);
    expect((await sendRaw(scene, get(path, AUTHORIZED))).status).toBe(404);
    expect(scene.upstream.requests).toHaveLength(fetches);
    expect((await scene.audit(2)).map(({ route, reason }) => [route, reason])).toEqual([
      ['other', 'credential_missing'],
      ['other', 'path_unknown'],
    ]);
  });

  it('D6: only the two exact health paths are open, and they say nothing', async () => {
    const scene = await startGateway();
    const health = await scene.get('/health', { headers: {} });
    const ready = await scene.get('/ready?verbose', { headers: {} });
    expect([health.status, health.text, ready.status, ready.text]).toEqual([
      200,
      '{"status":"ok"}',
      200,
      '{"status":"ok"}',
    ]);
    expect((await scene.get('/health', { method: 'POST', headers: {} })).status).toBe(405);
  });
});
