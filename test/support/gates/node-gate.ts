// The gate in a server of node:http, with an application that answers everything.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createMetricsHandler } from '../../../src/embedded/node.js';
import { APPLICATION, LEAK, STREAM, sumOf } from './application.js';
import type { RunningGate, StartGate } from './gate-scene.js';

/** Starts it. */
export const startNodeGate: StartGate = async (options, reached) => {
  const metrics = createMetricsHandler(options);
  const server = createServer(
    metrics.protect((request, response) => {
      reached(request.url ?? '');
      void answer(request, response);
    }),
  );
  const running = await listening(server);
  return {
    ...running,
    async close() {
      await metrics.close();
      await running.close();
    },
  };
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/sum') {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(sumOf(JSON.parse(body))));
  } else if (request.url === '/stream') {
    for (const piece of STREAM) response.write(piece);
    response.end();
  } else {
    response.end(/metrics/i.test(request.url ?? '') ? LEAK : APPLICATION);
  }
}

/** A server that listens on loopback; it is closed with all of its connections. */
export async function listening(server: Server): Promise<RunningGate> {
  if (!server.listening) {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
