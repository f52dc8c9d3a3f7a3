// The gate in an application of Express, whose own handlers come after it.

import { createServer } from 'node:http';
import express from 'express';
import { mountMetrics } from '../../../src/embedded/express.js';
import { APPLICATION, LEAK, STREAM, sumOf } from './application.js';
import type { StartGate } from './gate-scene.js';
import { listening } from './node-gate.js';

/** Starts it. */
export const startExpressGate: StartGate = async (options, reached) => {
  const app = express();
  const metrics = mountMetrics(app, options);
  app.use((request, _response, next) => {
    reached(request.originalUrl);
    next();
  });
  app.use(express.json());
  app.post('/sum', (request, response) => void response.json(sumOf(request.body)));
  app.get('/stream', (_request, response) => {
    for (const piece of STREAM) response.write(piece);
    response.end();
  });
  app.all(['/metrics', '/v1/metrics'], (_request, response) => void response.send(LEAK));
  app.use((request, response) => {
    response.send(/metrics/i.test(request.originalUrl) ? LEAK : APPLICATION);
  });
  const running = await listening(createServer(app));
  return {
    ...running,
    async close() {
      await metrics.close();
      await running.close();
    },
  };
};
