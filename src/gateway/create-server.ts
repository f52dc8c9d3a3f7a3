// A server of node:http or node:https that does not listen yet, with limits on what a stranger can make it hold.

import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { GatewayOptions } from './options.js';
import { handshakeOptions, secureContextOptions } from './tls-options.js';

/** Scrapers send a few hundred bytes of headers; a JSON Web Token fits as well. */
const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** Longer than common scrape intervals, so that a scraper can keep its connection. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** A socket on which nothing moves, in either direction. */
const IDLE_TIMEOUT_MS = 120_000;

/** The server; TLS where there is a certificate. */
export function createServer(tls: GatewayOptions['tls'], requestListener: RequestListener): Server {
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  };
  const server =
    tls === undefined
      ? createHttpServer(limits, requestListener)
      : createHttpsServer(
          {
            ...limits,
            ...secureContextOptions(tls),
            ...handshakeOptions(tls),
            handshakeTimeout: HEADERS_TIMEOUT_MS,
          },
          requestListener,
        );
  // Node drops lines beyond its count in silence, and a dropped X-Forwarded-For would change who the client is.
  server.maxHeadersCount = 0;
  server.setTimeout(IDLE_TIMEOUT_MS);
  // An expectation is one more header that is not looked at (RFC 9110 section 10.1.1 leaves the choice).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server;
}
