// The public API of `scrapegate/express`: the gate in an application of Express 5, before everything else in it.
// Nothing of Express is imported; what is asked of an application is written down here.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createMetricsGate } from './gate.js';
import type { MetricsOptions } from './options.js';
import { refuseMount } from './refusal.js';

export { ScrapegateError } from '../errors.js';
export type * from './public-types.js';

/** What is asked of an application: that of Express 5. */
export interface ExpressApplication {
  use(
    handler: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void,
  ): unknown;
  on(event: 'mount', listener: () => void): unknown;
  listen(port: number): unknown;
}

/** The gate in an application. */
export interface MountedMetrics {
  /** Ends what is under way; from now on scrapes fail. */
  close(): Promise<void>;
}

const WRITE = 'write "const app = express(); mountMetrics(app, options);", and everything else after it';

const mounted = new WeakSet<object>();

/**
 * Mounts the gate as the first thing in an application.
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem; `ERR_SCRAPEGATE_MOUNT_REFUSED` where
 * something else could answer the paths of the gate before it does, also when such an application is mounted in another.
 */
export function mountMetrics(app: ExpressApplication, options: MetricsOptions = {}): MountedMetrics {
  assertMountable(app);
  const gate = createMetricsGate(options);
  app.on('mount', refuseParent);
  app.use((request, response, next) => {
    if (gate.claimsRequest(request)) gate.answer(request, response);
    else next();
  });
  mounted.add(app);
  return { close: () => gate.close() };
}

function assertMountable(app: unknown): asserts app is ExpressApplication {
  if (typeof app !== 'function' || !['use', 'handle'].every((name) => isFunction(app, name))) {
    refuseMount(`mountMetrics was given no application; ${WRITE}`);
  }
  if (!['listen', 'on', 'set'].every((name) => isFunction(app, name))) {
    refuseMount(`mountMetrics was given a router, before which others can answer; ${WRITE}`);
  }
  if (mounted.has(app)) {
    refuseMount(
      'the metrics are mounted on this application already; for further readers add views and credentials',
    );
  }
  if (Reflect.get(app, 'parent') !== undefined) refuseParent();
  const handlers = handlersOf(app);
  if (handlers === undefined) refuseMount(`mountMetrics needs Express 5; ${WRITE}`);
  if (handlers > 0) {
    const others = handlers === 1 ? 'another handler' : `${handlers} other handlers`;
    refuseMount(
      `mountMetrics comes after ${others}, which could answer in the open what it protects; ${WRITE}`,
    );
  }
}

function refuseParent(): never {
  refuseMount(
    'the metrics are mounted on an application inside of another, which can answer before it; call mountMetrics on the outermost one',
  );
}

function isFunction(value: object, name: string): boolean {
  return typeof Reflect.get(value, name) === 'function';
}

/** Handlers and routes of an application; undefined where it is none of Express 5. */
function handlersOf(app: object): number | undefined {
  try {
    // Express 4 throws here.
    const router: unknown = Reflect.get(app, 'router');
    const stack: unknown = typeof router === 'function' ? Reflect.get(router, 'stack') : undefined;
    return Array.isArray(stack) ? stack.length : undefined;
  } catch {
    return undefined;
  }
}
