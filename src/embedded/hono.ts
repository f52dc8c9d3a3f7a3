// The public API of `scrapegate/hono`: the gate in an application of Hono 4 that @hono/node-server serves, before
// everything else in it. Nothing of Hono is imported. Where the application runs on anything else, the paths are closed:
// who asks can be told from a socket of Node.js alone.

import { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { createMetricsGate, type MetricsGate } from './gate.js';
import type { MetricsOptions } from './options.js';
import { refuseMount } from './refusal.js';

export { ScrapegateError } from '../errors.js';
export type * from './public-types.js';

/** What is asked of the context of a request. */
export interface HonoContext {
  readonly env: unknown;
  readonly req: {
    readonly url: string;
    /** What Hono chooses a route by: what its option `getPath` made of the URL. */
    readonly path: string;
  };
}

/** What is asked of an application: that of Hono 4. */
export interface HonoApplication {
  use(
    path: string,
    handler: (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>,
  ): unknown;
  readonly routes: readonly unknown[];
}

/** The gate in an application. */
export interface MountedMetrics {
  /** Ends what is under way; from now on scrapes fail. */
  close(): Promise<void>;
}

const WRITE = 'write "const app = new Hono(); mountMetrics(app, options);", and everything else after it';

/** By this @hono/node-server knows that there is nothing left to send. */
const ALREADY_SENT = 'x-hono-already-sent';

const mounted = new WeakSet<object>();

/**
 * Mounts the gate as the first thing in an application.
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem; `ERR_SCRAPEGATE_MOUNT_REFUSED` where
 * something else could answer the paths of the gate before it does.
 */
export function mountMetrics(app: HonoApplication, options: MetricsOptions = {}): MountedMetrics {
  assertMountable(app);
  const gate = createMetricsGate(options);
  app.use('*', async ({ env, req }, next) => {
    const node = nodeOf(env);
    const isClaimed =
      gate.claims(req.url) ||
      gate.claims(req.path) ||
      (node !== undefined && gate.claimsRequest(node.incoming));
    if (!isClaimed) {
      await next();
      return undefined;
    }
    return node === undefined ? forbidden() : answer(gate, node);
  });
  mounted.add(app);
  return { close: () => gate.close() };
}

function assertMountable(app: unknown): asserts app is HonoApplication {
  if (typeof app !== 'object' || app === null || typeof Reflect.get(app, 'use') !== 'function') {
    refuseMount(`mountMetrics was given no application; ${WRITE}`);
  }
  const routes: unknown = Reflect.get(app, 'routes');
  if (!Array.isArray(routes)) refuseMount(`mountMetrics needs Hono 4; ${WRITE}`);
  if (mounted.has(app)) {
    refuseMount(
      'the metrics are mounted on this application already; for further readers add views and credentials',
    );
  }
  const basePath: unknown = Reflect.get(app, '_basePath');
  if (basePath !== undefined && basePath !== '/') {
    refuseMount(
      'mountMetrics was given an application with a base path; call it on the one that new Hono() gave',
    );
  }
  if (routes.length > 0) {
    const others = routes.length === 1 ? 'another handler' : `${routes.length} other handlers`;
    refuseMount(
      `mountMetrics comes after ${others}, which could answer in the open what it protects; ${WRITE}`,
    );
  }
}

interface NodeExchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Request and response of Node.js, where it is they. */
function nodeOf(env: unknown): NodeExchange | undefined {
  if (typeof env !== 'object' || env === null) return undefined;
  const incoming: unknown = Reflect.get(env, 'incoming');
  const outgoing: unknown = Reflect.get(env, 'outgoing');
  if (!(incoming instanceof IncomingMessage) || !(outgoing instanceof ServerResponse)) return undefined;
  return { incoming, outgoing };
}

async function answer(gate: MetricsGate, { incoming, outgoing }: NodeExchange): Promise<Response> {
  gate.answer(incoming, outgoing);
  // A reader who goes away ends it as well.
  await finished(outgoing, { readable: false }).catch(() => undefined);
  const sent = new Response(null, { headers: { [ALREADY_SENT]: 'true' } });
  // The server replaces this class by one that it sends unread. Once its body was looked at, it is read.
  void sent.body;
  return sent;
}

function forbidden(): Response {
  return new Response('Forbidden\n', {
    status: 403,
    headers: { 'Cache-Control': 'no-store', 'Content-Type': 'text/plain; charset=utf-8' },
  });
}
