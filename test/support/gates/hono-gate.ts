// The gate in an application of Hono on Node.js, whose own handlers come after it.

import { mountMetrics } from '../../../src/embedded/hono.js';
import { APPLICATION, LEAK, STREAM, sumOf } from './application.js';
import type { StartGate } from './gate-scene.js';
import { loadHono } from './hono.js';
import { listening } from './node-gate.js';

/** Starts it. */
export const startHonoGate: StartGate = async (options, reached) => {
  const { Hono, createAdaptorServer } = await loadHono();
  const app = new Hono();
  const metrics = mountMetrics(app, options);
  app.use('*', async ({ req }, next) => {
    const { pathname, search } = new URL(req.url);
    reached(pathname + search);
    await next();
    return undefined;
  });
  app.post('/sum', async (context) => context.json(sumOf(await context.req.json())));
  app.get('/stream', (context) => context.body(streamOf(STREAM)));
  app.all('*', (context) => context.text(/metrics/i.test(context.req.url) ? LEAK : APPLICATION));
  const running = await listening(createAdaptorServer({ fetch: app.fetch }));
  return {
    ...running,
    async close() {
      await metrics.close();
      await running.close();
    },
  };
};

function streamOf(pieces: readonly string[]): ReadableStream {
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
}
