import { describe, expect, it, onTestFinished } from 'vitest';
import { mountMetrics } from '../../../src/embedded/hono.js';
import { loadHono } from '../../support/gates/hono.js';
import { refusalOf } from '../../support/gates/mount-refusal.js';
import { listening } from '../../support/gates/node-gate.js';
import { BEARER, httpGet, TOKEN } from '../../support/start-gateway.js';
import { callUntyped } from '../../support/untyped.js';

const OPTIONS = { metrics: () => 'served_total 1\n', bearerToken: TOKEN, onEvent: () => undefined };
const WRITE = 'write "const app = new Hono(); mountMetrics(app, options);", and everything else after it';
const { Hono, createAdaptorServer } = await loadHono();

async function serve(app: InstanceType<typeof Hono>): Promise<number> {
  const { port, close } = await listening(createAdaptorServer({ fetch: app.fetch }));
  onTestFinished(close);
  return port;
}

describe('mounting in Hono is refused', () => {
  it('after another handler, of whatever kind', async () => {
    const route = new Hono();
    route.get('/metrics', (context) => context.text('leak'));
    const middleware = new Hono();
    middleware.use('*', async (_context, next) => {
      await next();
      return undefined;
    });
    const mount = new Hono();
    mount.mount('/', () => new Response('leak'));
    const nested = new Hono();
    nested.route('/v1', route);
    for (const app of [route, middleware, mount, nested]) {
      expect(await refusalOf(() => mountMetrics(app, OPTIONS))).toBe(
        `mountMetrics comes after another handler, which could answer in the open what it protects; ${WRITE}`,
      );
    }
  });

  it('a second time', async () => {
    const app = new Hono();
    mountMetrics(app, OPTIONS);
    expect(await refusalOf(() => mountMetrics(app, OPTIONS))).toMatch(/add views and credentials$/);
  });

  it('with a base path', async () => {
    expect(await refusalOf(() => mountMetrics(new Hono().basePath('/api'), OPTIONS))).toBe(
      'mountMetrics was given an application with a base path; call it on the one that new Hono() gave',
    );
  });

  it.each([
    [undefined, 'was given no application'],
    [{}, 'was given no application'],
    [{ use: () => undefined }, 'needs Hono 4'],
  ])('on %o', async (app, why) => {
    expect(await refusalOf(() => callUntyped(mountMetrics, app, OPTIONS))).toBe(
      `mountMetrics ${why}; ${WRITE}`,
    );
  });
});

describe('an application of Hono with the gate', () => {
  it.each([
    ['nothing', undefined],
    ['what another server gives', { incoming: {}, outgoing: {} }],
    ['request and response that are none', { incoming: { url: '/metrics', rawHeaders: [], socket: {} } }],
  ])('is closed where it runs on %s', async (_, env) => {
    const app = new Hono();
    mountMetrics(app, OPTIONS);
    app.all('*', (context) => context.text('application'));
    for (const path of ['/metrics', '/METRICS/', '/v1/metrics', '/%6Detrics']) {
      const answer = await app.request(path, { headers: { Authorization: BEARER } }, env);
      expect([path, answer.status, await answer.text()]).toEqual([path, 403, 'Forbidden\n']);
    }
    expect(await (await app.request('/other', {}, env)).text()).toBe('application');
  });

  it('is closed under a prefix, and leaves nothing open at its own path', async () => {
    const inner = new Hono();
    mountMetrics(inner, OPTIONS);
    const outer = new Hono();
    outer.route('/inner', inner);
    const port = await serve(outer);
    for (const path of ['/metrics', '/inner/metrics']) {
      expect((await httpGet(path, { port, headers: { Authorization: BEARER } })).status).toBe(404);
    }
  });

  it('stays closed in an application that is mounted in another, but for the path that the socket sees', async () => {
    const inner = new Hono();
    mountMetrics(inner, { ...OPTIONS, path: '/inner/metrics' });
    inner.all('*', (context) => context.text('application'));
    const outer = new Hono();
    outer.mount('/inner', (request, env) => inner.fetch(request, env));
    const port = await serve(outer);
    expect((await httpGet('/inner/metrics', { port })).status).toBe(401);
    expect((await httpGet('/inner/metrics', { port, headers: { Authorization: BEARER } })).status).toBe(200);
    expect((await httpGet('/inner/other', { port })).text).toBe('application');
  });

  it('answers for a URL that a handler in front made up, without opening anything', async () => {
    const app = new Hono();
    mountMetrics(app, OPTIONS);
    const rewritten = new Hono();
    rewritten.all('*', async ({ env }) => app.fetch(new Request('http://a/metrics'), env));
    const port = await serve(rewritten);
    expect((await httpGet('/alias', { port })).status).toBe(401);
    expect((await httpGet('/alias', { port, headers: { Authorization: BEARER } })).status).toBe(404);
  });
});
