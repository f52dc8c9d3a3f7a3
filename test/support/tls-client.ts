// A TLS client that says exactly what a test wants, on one connection that stays open, and what came back on it.
// Loopback only. Nothing here waits for time to pass.

import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { TestCertificate } from './make-certificate.js';

export interface TlsAnswer {
  readonly status: number;
  readonly body: string;
  /** Whether the server says that it ends the connection. */
  readonly closes: boolean;
}

export interface TlsClient {
  readonly socket: TLSSocket;
  /** Asks for a path; undefined when the connection ends without a whole answer. */
  get(path?: string, headers?: Readonly<Record<string, string>>): Promise<TlsAnswer | undefined>;
  /** Resolves when the server has closed the connection. */
  closed(): Promise<void>;
}

/** Certificate, key and chain of a client. */
export function asClient(leaf: TestCertificate, ...chain: readonly TestCertificate[]): ConnectionOptions {
  return { cert: [leaf, ...chain].map(({ cert }) => cert).join(''), key: leaf.key };
}

/** Connects and shakes hands; undefined where the server refuses that. The certificate of the server is not looked at. */
export function connectTls(port: number, options: ConnectionOptions = {}): Promise<TlsClient | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    onTestFinished(() => void socket.destroy());
    socket.once('secureConnect', () => resolve(new Client(socket)));
    socket.once('close', () => resolve(undefined));
    socket.on('error', () => undefined);
  });
}

/** One request on a connection of its own; undefined where there was no whole answer. */
export async function getOverTls(
  port: number,
  options: ConnectionOptions = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<TlsAnswer | undefined> {
  const client = await connectTls(port, options);
  const answer = await client?.get('/metrics', headers);
  client?.socket.destroy();
  return answer;
}

class Client implements TlsClient {
  readonly socket: TLSSocket;
  #received = Buffer.alloc(0);
  readonly #watchers = new Set<() => void>();
  #isClosed = false;

  constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      for (const watcher of this.#watchers) watcher();
    });
    socket.once('close', () => {
      this.#isClosed = true;
      for (const watcher of this.#watchers) watcher();
    });
  }

  get(path = '/metrics', headers: Readonly<Record<string, string>> = {}): Promise<TlsAnswer | undefined> {
    const lines = Object.entries({ Host: 'gate.example', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    this.socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    return this.#until(() => this.#takeAnswer());
  }

  async closed(): Promise<void> {
    await this.#until(() => (this.#isClosed ? true : undefined));
  }

  #until<T>(read: () => T | undefined): Promise<T | undefined> {
    return new Promise((resolve) => {
      const watcher = (): void => {
        const value = read();
        if (value === undefined && !this.#isClosed) return;
        this.#watchers.delete(watcher);
        resolve(value);
      };
      this.#watchers.add(watcher);
      watcher();
    });
  }

  #takeAnswer(): TlsAnswer | undefined {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    const bodyEnd = end + 4 + length;
    if (this.#received.length < bodyEnd) return undefined;
    const body = this.#received.toString('utf8', end + 4, bodyEnd);
    this.#received = this.#received.subarray(bodyEnd);
    return { status: Number(head.split(' ')[1]), body, closes: /^connection: close$/im.test(head) };
  }
}
