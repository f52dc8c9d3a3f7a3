// The gate in an instance of Fastify, with routes that would take whatever it leaves.

import { Readable } from 'node:stream';
import { fastify } from 'fastify';
import { metricsPlugin } from '../../../src/embedded/fastify.js';
import { APPLICATION, LEAK, STREAM, sumOf } from './application.js';
import type { StartGate } from './gate-scene.js';
import { listening } from './node-gate.js';

/** Starts it. */
export const startFastifyGate: StartGate = async (options, reached) => {
  const app = fastify({
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
  });
  await app.register(metricsPlugin, options);
  app.addHook('onRequest', (request, _reply, done) => {
    reached(request.originalUrl);
    done();
  });
  app.post('/sum', (request) => sumOf(request.body));
  app.get('/stream', (_request, reply) => reply.send(Readable.from(STREAM)));
  app.all('/*', (request, reply) => reply.send(/metrics/i.test(request.url) ? LEAK : APPLICATION));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = await listening(app.server);
  return { port, close: () => app.close() };
};
