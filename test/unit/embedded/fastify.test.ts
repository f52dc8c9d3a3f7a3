import { fastify, type FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { metricsPlugin } from '../../../src/embedded/fastify.js';
import { refusalOf } from '../../support/gates/mount-refusal.js';
import { listening } from '../../support/gates/node-gate.js';
import { BEARER, httpGet, TOKEN } from '../../support/start-gateway.js';
import { exchangeRaw, head } from '../../support/raw-http.js';

const OPTIONS = { metrics: () => 'served_total 1\n', bearerToken: TOKEN, onEvent: () => undefined };
const WRITE =
  'write "await app.register(metricsPlugin, options);" on the instance that fastify() gave, before other plugins and hooks';
const FIRST = `metricsPlugin comes after hooks for onRequest, which could answer in the open what it protects; ${WRITE}`;

function instance(options: object = {}): FastifyInstance {
  const app = fastify(options);
  onTestFinished(() => app.close());
  return app;
}

function answer(): string {
  return 'leak';
}

async function mounted(app: FastifyInstance): Promise<void> {
  await app.register(metricsPlugin, OPTIONS);
  await app.ready();
}

async function portOf(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (await listening(app.server)).port;
}

describe('mounting in Fastify is refused', () => {
  it.each([
    ['a hook', (app: FastifyInstance) => void app.addHook('onRequest', (_request, _reply, done) => done())],
    [
      'a plugin with a hook',
      (app: FastifyInstance) =>
        void app.register((child, _options, done) => {
          child.addHook('onRequest', (_request, reply) => void reply.send('leak'));
          child.get('/metrics', answer);
          done();
        }),
    ],
  ])('after %s', async (_, add) => {
    const app = instance();
    add(app);
    expect(await refusalOf(() => mounted(app))).toBe(FIRST);
  });

  it.each(['/metrics', '/metrics/', '/v1/metrics'])('where a route %s is there already', async (url) => {
    const app = instance();
    app.get(url, answer);
    expect(await refusalOf(() => mounted(app))).toMatch(
      /^there is a route GET \/(?:v1\/)?metrics\/? already, which is the gate's; remove it, or give the gate another path$/,
    );
  });

  it.each(['/metrics', '/METRICS/', '//metrics', '/v1/metrics'])(
    'by a route %s that comes later',
    async (url) => {
      const app = instance();
      await app.register(metricsPlugin, OPTIONS);
      expect(await refusalOf(() => app.get(url, answer))).toBe(
        `there is a route ${url}, which is the gate's; remove it, or give the gate another path`,
      );
    },
  );

  it('by a route of a plugin that comes later', async () => {
    const app = instance();
    await app.register(metricsPlugin, OPTIONS);
    const later = async (): Promise<void> => {
      await app.register(
        async (child) => {
          child.get('/metrics', answer);
          await Promise.resolve();
        },
        { prefix: '/v1' },
      );
    };
    expect(await refusalOf(later)).toMatch(/^there is a route \/v1\/metrics, /);
  });

  it('a second time', async () => {
    const app = instance();
    await app.register(metricsPlugin, OPTIONS);
    expect(await refusalOf(() => mounted(app))).toMatch(
      /already; for further readers add views and credentials$/,
    );
  });

  it('inside of another plugin', async () => {
    const app = instance();
    const nested = async (): Promise<void> => {
      await app.register(async (child) => {
        await child.register(metricsPlugin, OPTIONS);
      });
    };
    expect(await refusalOf(nested)).toBe(
      `metricsPlugin was registered inside of another plugin, beside which routes are in the open; ${WRITE}`,
    );
  });

  it('with a prefix', async () => {
    const app = instance();
    const prefixed = async (): Promise<void> => {
      await app.register(metricsPlugin, { ...OPTIONS, prefix: '/x' });
    };
    expect(await refusalOf(prefixed)).toBe(
      'metricsPlugin was registered with a prefix, which it does not heed; give path and summaryPath instead',
    );
  });

  it('on HTTP/2', async () => {
    const app = instance({ http2: true });
    expect(await refusalOf(() => mounted(app))).toMatch(/^metricsPlugin needs HTTP\/1\.1/);
  });

  it('with wrong options', async () => {
    const app = instance();
    await expect(app.register(metricsPlugin, { ...OPTIONS, path: 'metrics' })).rejects.toThrow(
      /path: is no plain path/,
    );
  });
});

describe('an instance of Fastify with the gate', () => {
  it('refuses strangers before a rewritten URL, a handler for 404 and any other hook', async () => {
    const app = instance({
      rewriteUrl: ({ url = '' }: { readonly url?: string }) =>
        url === '/metrics' ? '/open' : url.replace('/alias', '/metrics'),
    });
    await app.register(metricsPlugin, OPTIONS);
    app.addHook('onRequest', (request, reply, done) => {
      if (request.url.includes('metrics')) void reply.send('leak');
      else done();
    });
    app.get('/open', answer);
    app.setNotFoundHandler((_request, reply) => void reply.send('leak'));
    const port = await portOf(app);
    for (const path of ['/metrics', '/alias', '/METRICS', '/metrics/']) {
      expect(await httpGet(path, { port })).toMatchObject({ status: 401, text: 'Unauthorized\n' });
    }
    expect((await httpGet('/metrics', { port, headers: { Authorization: BEARER } })).status).toBe(200);
    expect((await httpGet('/nothing', { port })).text).toBe('leak');
  });

  it('answers methods that it has no routes for', async () => {
    const app = instance();
    await mounted(app);
    const port = await portOf(app);
    for (const method of ['PROPFIND', 'TRACE', 'OPTIONS', 'QUERY']) {
      const { answers } = await exchangeRaw(
        port,
        head(`${method} /metrics HTTP/1.1`, 'Host: a', 'Connection: close'),
      );
      expect([method, answers[0]?.status]).toEqual([method, 401]);
    }
  });

  it('is closed for injected requests as well, and open with a credential', async () => {
    const app = instance();
    await mounted(app);
    expect((await app.inject('/metrics')).statusCode).toBe(401);
    expect((await app.inject('/METRICS/')).statusCode).toBe(401);
    const { statusCode } = await app.inject({ url: '/metrics', headers: { authorization: BEARER } });
    expect(statusCode).toBe(200);
  });

  it('closes the gate with itself', async () => {
    let times = 0;
    const app = fastify();
    const metrics = (): string => {
      times += 1;
      return 'served_total 1\n';
    };
    await app.register(metricsPlugin, { metrics, bearerToken: TOKEN, onEvent: () => undefined });
    expect((await app.inject({ url: '/metrics', headers: { authorization: BEARER } })).statusCode).toBe(200);
    await app.close();
    expect(times).toBe(1);
  });
});
