// A raw TCP or TLS upstream that answers with whatever bytes a test wants, and remembers what it was sent.
// Loopback only, on a free port. Nothing here waits for time to pass.

import { readFileSync } from 'node:fs';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** What the upstream does with a request: write, end, destroy, or nothing at all. */
export type HostileAnswer = (
  socket: Socket,
  request: { readonly text: string; readonly index: number },
) => void;

/** A certificate of `test/support/fixtures/tls`, all signed by `ca.pem`. */
export type TestCertificate = 'server' | 'other-name' | 'expired';

export interface HostileServer {
  readonly port: number;
  /** With `127.0.0.1` as its host and no path. */
  readonly origin: string;
  /** The head of each request as it came. */
  readonly requests: readonly string[];
  /** Connections accepted since the start. */
  readonly connections: number;
  /** Resolves once `count` requests (connections) have come. */
  requested(count: number): Promise<void>;
  connected(count: number): Promise<void>;
  /** Resolves when no connection is open any more. */
  deserted(): Promise<void>;
  close(): Promise<void>;
}

export function readFixture(name: string): string {
  return readFileSync(new URL(`fixtures/tls/${name}`, import.meta.url), 'utf8');
}

/** Starts an upstream; `certificate` makes it speak TLS, `greeting` is sent before anything is asked. */
export async function startHostileServer(
  answer: HostileAnswer,
  options: { readonly certificate?: TestCertificate; readonly greeting?: string } = {},
): Promise<HostileServer> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  const watchers = new Set<() => void>();
  let connections = 0;

  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const watcher = (): void => {
        if (!holds()) return;
        watchers.delete(watcher);
        resolve();
      };
      watchers.add(watcher);
      watcher();
    });

  const serve = (socket: Socket): void => {
    let buffered = '';
    if (options.greeting !== undefined) socket.write(options.greeting);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      buffered += chunk.toString('latin1');
      for (let end = buffered.indexOf('\r\n\r\n'); end >= 0; end = buffered.indexOf('\r\n\r\n')) {
        const text = buffered.slice(0, end);
        buffered = buffered.slice(end + 4);
        requests.push(text);
        answer(socket, { text, index: requests.length - 1 });
        changed();
      }
    });
  };
  const track = (socket: Socket): void => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      changed();
    });
    changed();
  };

  const server: Server =
    options.certificate === undefined
      ? createTcpServer(serve)
      : createTlsServer(
          { cert: readFixture(`${options.certificate}.pem`), key: readFixture('server.key.pem') },
          serve,
        ).on('tlsClientError', () => undefined);
  server.on('connection', track);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the upstream has no port');
  const { port } = address;

  return {
    port,
    origin: `${options.certificate === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`,
    requests,
    get connections() {
      return connections;
    },
    requested: (count) => until(() => requests.length >= count),
    connected: (count) => until(() => connections >= count),
    deserted: () => until(() => open.size === 0),
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A response: status line, headers as given, body. No length is added. */
export function response(
  status: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array = '',
): Buffer {
  const head = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${head}\r\n`, 'latin1'), Buffer.from(body)]);
}

/** A 200 in text 0.0.4 with its length. */
export function exposition(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  return response(
    '200 OK',
    {
      'Content-Type': 'text/plain; version=0.0.4',
      'Content-Length': String(Buffer.byteLength(body)),
      ...headers,
    },
    body,
  );
}
