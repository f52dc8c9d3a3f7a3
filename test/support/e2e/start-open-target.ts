// Targets that answer anybody: the demo's exposition in the open, and a real node_exporter.

import { createServer } from 'node:http';
import { systemClock } from '../../../src/internal/clock.js';
import { createDemoTarget } from '../../../src/targets/demo-target.js';
import { bareEnvironment, startChild } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { httpGet } from './http-get.js';

const START_DEADLINE_MS = 30_000;

/** A target without a credential. */
export interface OpenTarget {
  /** Without a path. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The exposition of the demo, at `/metrics`. */
export async function startOpenDemo(): Promise<OpenTarget> {
  const target = createDemoTarget('demo', { clock: systemClock });
  const server = createServer((request, response) => {
    void target.fetch('text').then((fetched) => {
      const isThere = request.url === '/metrics' && fetched.ok;
      response.writeHead(isThere ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(isThere ? fetched.value.body : '');
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String(port)}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
      await target.close();
    },
  };
}

/** A real node_exporter. */
export async function startNodeExporter(): Promise<OpenTarget> {
  const port = await freePort();
  const child = startChild({
    command: process.env['SCRAPEGATE_E2E_NODE_EXPORTER'] ?? 'prometheus-node-exporter',
    args: [`--web.listen-address=127.0.0.1:${String(port)}`],
    env: bareEnvironment(),
  });
  const url = `http://127.0.0.1:${String(port)}`;
  const stop = async (): Promise<void> => void (await child.stop());
  try {
    await eventually(async () => ((await httpGet(`${url}/metrics`)).status === 200 ? true : undefined), {
      what: 'node_exporter answers',
      deadlineMs: START_DEADLINE_MS,
      context: child.stderr,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
