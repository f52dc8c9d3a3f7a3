// The sockets of the gate: who may hold one, and how each comes to its end.

import type { RequestListener, ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { ScrapegateError } from '../errors.js';
import { createServer } from './create-server.js';
import type { GatewayOptions, ListenOptions } from './options.js';
import type { TlsOptions } from './tls-options.js';
import { watchTls } from './tls-takeover.js';

const BAD_REQUEST = '400 Bad Request';
const TOO_LARGE = '431 Request Header Fields Too Large';

/** A listener that is up. */
export interface Listener {
  readonly url: string;
  /** Takes over certificate, key and client authorities; what the handshake asks for stays. Nothing without TLS. */
  takeOverTls(tls: TlsOptions): void;
  /** Stops accepting, and ends connections without a request under way. Resolves when all are gone. */
  stop(): Promise<void>;
  /** Cuts off what is left; how many connections that were. */
  abort(): number;
}

/**
 * Starts to listen.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_LISTEN_FAILED with the way out.
 */
export async function listen(
  address: ListenOptions,
  tls: GatewayOptions['tls'],
  requestListener: RequestListener,
): Promise<Listener> {
  const server = createServer(tls, requestListener);
  const takeOverTls =
    tls !== undefined && server instanceof HttpsServer ? watchTls(server, tls) : (): void => undefined;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const secured = new WeakSet<Socket>();
  server.on('secureConnection', (socket: Socket) => secured.add(socket));
  let isStopping = false;
  const answers = new WeakMap<Socket, Set<ServerResponse>>();
  server.on('request', ({ socket }, response) => {
    const pending = answers.get(socket) ?? new Set();
    answers.set(socket, pending.add(response));
    response.once('close', () => {
      pending.delete(response);
      // A connection that was busy when the stop began is idle once its answer is out.
      if (isStopping) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // A second answer on the wire would be read as a part of the one that is being written.
    const isMidAnswer = [...(answers.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    // Nothing can be written before a handshake has ended; the answer would hold the socket for ever.
    const isUnsecured = tls !== undefined && !secured.has(socket);
    if (error.code === 'ECONNRESET' || !socket.writable || isMidAnswer || isUnsecured) socket.destroy();
    else socket.end(rawAnswer(error.code === 'HPE_HEADER_OVERFLOW' ? TOO_LARGE : BAD_REQUEST));
  });
  // A request for a tunnel names no path; like every other target that is not in origin form it is malformed.
  server.on('connect', (_request, socket) => socket.end(rawAnswer(BAD_REQUEST)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFailed(address, error)));
    server.listen({ host: address.host, port: address.port }, resolve);
  });
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${authorityOf(server.address(), address)}`,
    takeOverTls,
    stop: () =>
      new Promise((resolve) => {
        isStopping = true;
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    abort() {
      const { size } = open;
      server.closeAllConnections();
      for (const socket of open) socket.destroy();
      return size;
    },
  };
}

/** For bytes that never became a request, so that there is no response object to write to. */
function rawAnswer(status: string): string {
  const lines = [
    `HTTP/1.1 ${status}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Vary: Authorization, Accept, Accept-Encoding',
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function authorityOf(bound: string | AddressInfo | null, wanted: ListenOptions): string {
  const port = typeof bound === 'object' && bound !== null ? bound.port : wanted.port;
  return wanted.host.includes(':') ? `[${wanted.host}]:${port}` : `${wanted.host}:${port}`;
}

const WAYS_OUT: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'another program listens there; stop it, or choose another port with --listen, PORT or "listen"',
  EACCES: 'not allowed; choose a port above 1023 with --listen, PORT or "listen"',
  EADDRNOTAVAIL: 'this machine has no such address; choose one of its own with --listen or "listen"',
  ENOTFOUND: 'the name has no address; write an IP address with --listen or "listen"',
};

function listenFailed({ host, port }: ListenOptions, cause: NodeJS.ErrnoException): ScrapegateError {
  const code = cause.code ?? 'unknown';
  const message = `cannot listen on ${host}:${port}: ${WAYS_OUT[code] ?? code}`;
  return new ScrapegateError('ERR_SCRAPEGATE_LISTEN_FAILED', message, { cause });
}
