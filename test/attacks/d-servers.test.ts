// Section d of the attack list: which path is asked for, on gates inside of servers whose application has open metrics.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMetricsHandler } from '../../src/embedded/node.js';
import { exchangeRaw, head } from '../support/raw-http.js';

const LEAK = 'metrics of the application';

/** A server behind the gate that finds its paths as the documentation of Node.js does. */
async function startServer(): Promise<number> {
  const metrics = createMetricsHandler({ metrics: () => 'up 1\n', onEvent: () => undefined });
  const server = createServer(
    metrics.protect((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://localhost');
      const isOpen = ['/metrics', '/v1/metrics'].includes(pathname.toLowerCase());
      response.end(isOpen ? LEAK : 'hello');
    }),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await metrics.close();
    server.close().closeAllConnections();
  });
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

function ask(port: number, target: string): ReturnType<typeof exchangeRaw> {
  return exchangeRaw(port, head(`GET ${target} HTTP/1.1`, 'Host: a', 'Connection: close'));
}

describe('d. which path is asked for, inside of servers', () => {
  it.each([
    '//x/metrics',
    '///x/metrics',
    '/\\x/metrics',
    '/\\/x\\metrics',
    '//%78/metrics',
    '//[::1]/metrics',
    '//x:80/metrics',
    '//u@x\\metrics',
    '//x/v1/metrics',
    '//x/y/%2e%2e/metrics',
  ])('D20: %s is answered by the gate', async (target) => {
    const { answers } = await ask(await startServer(), target);
    expect([400, 401]).toContain(answers[0]?.status);
    expect(answers[0]?.body).not.toContain(LEAK);
  });

  it('D20: a host alone takes nothing from the application', async () => {
    const { answers } = await ask(await startServer(), '//metrics/x');
    expect(answers[0]).toMatchObject({ status: 200, body: 'hello' });
  });
});
