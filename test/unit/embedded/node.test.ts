import { createServer } from 'node:http';
import { createServer as createHttp2Server, connect } from 'node:http2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMetricsHandler } from '../../../src/embedded/node.js';
import { refusalOf } from '../../support/gates/mount-refusal.js';
import { listening } from '../../support/gates/node-gate.js';
import { BEARER, httpGet, TOKEN } from '../../support/start-gateway.js';
import { callUntyped } from '../../support/untyped.js';

const OPTIONS = { metrics: () => 'served_total 1\n', bearerToken: TOKEN, onEvent: () => undefined };

async function serve(listener: Parameters<typeof createServer>[1]): Promise<number> {
  const { port, close } = await listening(createServer(listener));
  onTestFinished(close);
  return port;
}

describe('a handler for node:http', () => {
  it('protects no listener that is none', async () => {
    const handler = createMetricsHandler(OPTIONS);
    expect(await refusalOf(() => callUntyped(handler.protect, undefined))).toBe(
      'protect was given no listener; write createServer(handler.protect((request, response) => …))',
    );
  });

  it('alone refuses every path that it does not have', async () => {
    const port = await serve(createMetricsHandler(OPTIONS));
    expect((await httpGet('/anything', { port })).status).toBe(401);
    expect((await httpGet('/anything', { port, headers: { Authorization: BEARER } })).status).toBe(404);
    expect((await httpGet('/metrics', { port, headers: { Authorization: BEARER } })).status).toBe(200);
  });

  it('hands over what is not its own, where it is called as middleware', async () => {
    const handler = createMetricsHandler(OPTIONS);
    const port = await serve((request, response) => {
      handler(request, response, () => response.end('next'));
    });
    expect((await httpGet('/anything', { port })).text).toBe('next');
    expect((await httpGet('/Metrics', { port })).status).toBe(401);
  });

  it('sends no header that stood there before', async () => {
    const handler = createMetricsHandler(OPTIONS);
    const port = await serve((request, response) => {
      response.setHeader('X-Powered-By', 'something');
      response.setHeader('Cache-Control', 'public');
      handler(request, response, () => response.end());
    });
    const { headers } = await httpGet('/metrics', { port });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('gives nothing once it is closed', async () => {
    const handler = createMetricsHandler(OPTIONS);
    const port = await serve(handler);
    await handler.close();
    expect((await httpGet('/metrics', { port })).status).toBe(401);
    expect((await httpGet('/metrics', { port, headers: { Authorization: BEARER } })).status).toBe(502);
  });

  it('gives nothing over HTTP/2', async () => {
    const handler = createMetricsHandler(OPTIONS);
    const server = createHttp2Server((request, response) => {
      callUntyped(handler, request, response);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const session = connect(`http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`);
    onTestFinished(() => {
      session.destroy();
      server.close();
    });
    const stream = session.request({ ':path': '/metrics', authorization: BEARER });
    const status = await new Promise((resolve) => {
      stream.once('response', (headers) => resolve(headers[':status']));
    });
    expect(status).toBe(505);
  });
});
