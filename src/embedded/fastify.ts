// The public API of `scrapegate/fastify`: the gate in an instance of Fastify 5, as its first hook of every request.
// Nothing of Fastify is imported; what is asked of an instance is written down here.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { asRecord } from '../internal/option-problems.js';
import { createMetricsGate } from './gate.js';
import type { MetricsOptions } from './options.js';
import { refuseMount } from './refusal.js';

export { ScrapegateError } from '../errors.js';
export type * from './public-types.js';

/** What is asked of a request. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}

/** What is asked of a reply. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  /** From now on Fastify sends nothing. */
  hijack(): unknown;
}

/** What is asked of a route. */
export interface FastifyRouteLike {
  readonly url: string;
}

/** What is asked of an instance: that of Fastify 5. */
export interface FastifyInstanceLike {
  readonly prefix: string;
  readonly supportedMethods: readonly string[];
  hasRoute(route: { readonly method: string; readonly url: string }): boolean;
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequestLike, reply: FastifyReplyLike, done: () => void) => void,
  ): unknown;
  addHook(name: 'onRoute', hook: (route: FastifyRouteLike) => void): unknown;
  addHook(name: 'onClose', hook: () => Promise<void>): unknown;
}

/** The plugin, as Fastify calls it. */
export type MetricsPlugin = (
  instance: FastifyInstanceLike,
  options: MetricsOptions,
  done: (error?: Error) => void,
) => void;

const WRITE =
  'write "await app.register(metricsPlugin, options);" on the instance that fastify() gave, before other plugins and hooks';

/**
 * Mounts the gate, as a plugin: `app.register(metricsPlugin, options)`. Closes with the instance. Fastify fails to start
 * with a `ScrapegateError`: `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem, `ERR_SCRAPEGATE_MOUNT_REFUSED` where
 * something else could answer the paths of the gate before it does, or would be kept from answering them.
 */
export const metricsPlugin: MetricsPlugin = Object.assign(
  (instance: FastifyInstanceLike, options: MetricsOptions, done: (error?: Error) => void): void => {
    try {
      mount(instance, options);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error('the metrics could not be mounted'));
    }
  },
  {
    // Hooks hold where the plugin is registered, and not in a part of it alone.
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'scrapegate',
    [Symbol.for('plugin-meta')]: { fastify: '5.x', name: 'scrapegate' },
  },
);

const mounted = new WeakSet<object>();

function mount(instance: FastifyInstanceLike, options: MetricsOptions): void {
  assertMountable(instance, options);
  const gate = createMetricsGate(options);
  for (const url of gate.paths) refuseRoute(instance, url);
  instance.addHook('onRoute', ({ url }) => {
    if (!gate.claims(url)) return;
    refuseMount(`there is a route ${url}, which is the gate's; remove it, or give the gate another path`);
  });
  instance.addHook('onRequest', ({ raw }, reply, next) => {
    if (!gate.claimsRequest(raw)) return next();
    reply.hijack();
    gate.answer(raw, reply.raw);
  });
  instance.addHook('onClose', () => gate.close());
  mounted.add(instance);
}

function assertMountable(instance: FastifyInstanceLike, options: MetricsOptions): void {
  if (['addHook', 'hasRoute'].some((name) => typeof Reflect.get(instance, name) !== 'function')) {
    refuseMount(`metricsPlugin was given no instance of Fastify 5; ${WRITE}`);
  }
  const parent: unknown = Object.getPrototypeOf(instance);
  if (typeof parent === 'object' && parent !== null && 'register' in parent) {
    refuseMount(
      `metricsPlugin was registered inside of another plugin, beside which routes are in the open; ${WRITE}`,
    );
  }
  if (typeof options === 'object' && options !== null && 'prefix' in options) {
    refuseMount(
      'metricsPlugin was registered with a prefix, which it does not heed; give path and summaryPath instead',
    );
  }
  if (mounted.has(instance)) {
    refuseMount(
      'the metrics are mounted on this instance already; for further readers add views and credentials',
    );
  }
  const initialConfig: unknown = Reflect.get(instance, 'initialConfig');
  if (asRecord(initialConfig)?.['http2'] === true) {
    refuseMount(
      'metricsPlugin needs HTTP/1.1, and this instance speaks HTTP/2; let another one without http2 serve the metrics',
    );
  }
  if (hasEarlierHooks(instance)) {
    refuseMount(
      `metricsPlugin comes after hooks for onRequest, which could answer in the open what it protects; ${WRITE}`,
    );
  }
}

function refuseRoute(instance: FastifyInstanceLike, path: string): void {
  for (const method of instance.supportedMethods) {
    for (const url of [path, `${path}/`]) {
      if (!instance.hasRoute({ method, url })) continue;
      refuseMount(
        `there is a route ${method} ${url} already, which is the gate's; remove it, or give the gate another path`,
      );
    }
  }
}

/**
 * Whether hooks of requests were added before, on the instance or on a part of it. Fastify shows them to nobody; under the
 * names that it has for them they are found, as long as it has them.
 */
function hasEarlierHooks(instance: object): boolean {
  const onRequest = asRecord(ownMember(instance, 'fastify.hooks'))?.['onRequest'];
  if (Array.isArray(onRequest) && onRequest.length > 0) return true;
  const children = ownMember(instance, 'fastify.children');
  return Array.isArray(children) && children.some((child: unknown) => hasEarlierHooks(asRecord(child) ?? {}));
}

function ownMember(instance: object, description: string): unknown {
  const symbol = Object.getOwnPropertySymbols(instance).find((known) => known.description === description);
  return symbol === undefined ? undefined : Reflect.get(instance, symbol);
}
