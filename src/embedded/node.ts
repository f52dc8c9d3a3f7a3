// The public API of `scrapegate/node`: the gate in a server of node:http or node:https.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createMetricsGate } from './gate.js';
import type { MetricsOptions } from './options.js';
import { refuseMount } from './refusal.js';

export { ScrapegateError } from '../errors.js';
export type * from './public-types.js';

/** Answers the requests of the gate; can be given to `createServer`, or called where requests are handled. */
export interface MetricsHandler {
  /**
   * Answers a request for the metrics, however its path is spelt. Every other request is handed to `next`; without one, it
   * is refused as an unknown path of the gate is.
   */
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /** A listener that answers for the metrics, and hands every other request to `listener`, unread. */
  readonly protect: (listener: RequestListener) => RequestListener;
  /** Ends what is under way; from now on scrapes fail. */
  readonly close: () => Promise<void>;
}

/**
 * Creates the handler.
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem.
 */
export function createMetricsHandler(options: MetricsOptions = {}): MetricsHandler {
  const gate = createMetricsGate(options);
  const handler = (
    request: IncomingMessage,
    response: ServerResponse,
    next?: (error?: unknown) => void,
  ): void => {
    if (next === undefined || gate.claimsRequest(request)) gate.answer(request, response);
    else next();
  };
  const protect = (listener: RequestListener): RequestListener => {
    if (typeof listener !== 'function') {
      refuseMount(
        'protect was given no listener; write createServer(handler.protect((request, response) => …))',
      );
    }
    return (request, response) => {
      handler(request, response, () => {
        listener(request, response);
      });
    };
  };
  return Object.assign(handler, { protect, close: () => gate.close() });
}
