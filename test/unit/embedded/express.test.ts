import { createServer } from 'node:http';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mountMetrics } from '../../../src/embedded/express.js';
import { refusalOf } from '../../support/gates/mount-refusal.js';
import { listening } from '../../support/gates/node-gate.js';
import { httpGet, TOKEN } from '../../support/start-gateway.js';
import { callUntyped } from '../../support/untyped.js';

const OPTIONS = { metrics: () => 'served_total 1\n', bearerToken: TOKEN, onEvent: () => undefined };
const WRITE = 'write "const app = express(); mountMetrics(app, options);", and everything else after it';

function handler(): void {
  throw new Error('must not be reached');
}

describe('mounting in Express is refused', () => {
  it.each([
    ['a route for the path', (app: express.Express) => app.get('/metrics', handler)],
    ['a route for everything', (app: express.Express) => app.all('/*splat', handler)],
    ['middleware', (app: express.Express) => app.use(express.json())],
    ['a folder', (app: express.Express) => app.use(express.static('.'))],
    ['a router', (app: express.Express) => app.use('/v1', express.Router())],
    ['another application', (app: express.Express) => app.use(express())],
  ])('after %s', async (_, add) => {
    const app = express();
    add(app);
    expect(await refusalOf(() => mountMetrics(app, OPTIONS))).toBe(
      `mountMetrics comes after another handler, which could answer in the open what it protects; ${WRITE}`,
    );
  });

  it('a second time', async () => {
    const app = express();
    mountMetrics(app, OPTIONS);
    expect(await refusalOf(() => mountMetrics(app, { ...OPTIONS, path: '/other' }))).toMatch(
      /on this application already; for further readers add views and credentials$/,
    );
  });

  it('on a router', async () => {
    expect(await refusalOf(() => callUntyped(mountMetrics, express.Router(), OPTIONS))).toBe(
      `mountMetrics was given a router, before which others can answer; ${WRITE}`,
    );
  });

  it.each([undefined, {}, () => undefined, createServer()])('on %o, which is no application', async (app) => {
    expect(await refusalOf(() => callUntyped(mountMetrics, app, OPTIONS))).toBe(
      `mountMetrics was given no application; ${WRITE}`,
    );
  });

  it('on an application of another Express', async () => {
    const old = Object.assign(
      () => undefined,
      Object.fromEntries(['use', 'handle', 'listen', 'on', 'set'].map((name) => [name, () => undefined])),
    );
    Object.defineProperty(old, 'router', {
      get() {
        throw new Error("'app.router' is deprecated!");
      },
    });
    expect(await refusalOf(() => callUntyped(mountMetrics, old, OPTIONS))).toBe(
      `mountMetrics needs Express 5; ${WRITE}`,
    );
  });

  it('on an application inside of another, whichever comes first', async () => {
    const message =
      'the metrics are mounted on an application inside of another, which can answer before it; call mountMetrics on the outermost one';
    const inner = express();
    express().use('/inner', inner);
    expect(await refusalOf(() => mountMetrics(inner, OPTIONS))).toBe(message);
    const later = express();
    mountMetrics(later, OPTIONS);
    expect(await refusalOf(() => express().use('/later', later))).toBe(message);
  });

  it('with wrong options, and then nothing is mounted', () => {
    const app = express();
    expect(() => mountMetrics(app, { ...OPTIONS, bearerToken: '' })).toThrow(/bearerToken: is set but empty/);
    expect(app.router.stack).toHaveLength(0);
  });
});

describe('an application of Express with the gate', () => {
  it.each(['case sensitive routing', 'strict routing'])(
    'keeps its setting %s, and the paths',
    async (setting) => {
      const app = express();
      app.enable(setting);
      mountMetrics(app, OPTIONS);
      app.get('/Mixed', (_request, response) => void response.send('mixed'));
      app.use((_request, response) => void response.status(404).send('none'));
      const { port, close } = await listening(createServer(app));
      onTestFinished(close);
      expect((await httpGet('/METRICS/', { port })).status).toBe(401);
      expect((await httpGet('/Mixed', { port })).text).toBe('mixed');
      expect((await httpGet(setting === 'strict routing' ? '/Mixed/' : '/mixed', { port })).status).toBe(404);
    },
  );
});
