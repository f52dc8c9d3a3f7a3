// Begins to listen: at an address, at a Unix socket, or on a socket that systemd opened. What is in the way is told
// with the way out.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScrapegateError } from '../errors.js';
import type { ListenOptions, SystemdListenOptions } from './options.js';
import { clearStaleSocket, listenOnUnixSocket } from './unix-socket.js';

/** A socket that systemd opened. */
export interface InheritedSocket {
  readonly name: string;
  readonly fd: number;
}

/**
 * Begins to listen; where that is, as Node gives it.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_LISTEN_FAILED with the way out.
 */
export async function bind(
  server: Server,
  address: ListenOptions,
  inherited: readonly InheritedSocket[] = [],
): Promise<AddressInfo | string> {
  try {
    if ('path' in address) await clearStaleSocket(address.path);
  } catch (error) {
    throw listenFailed(address, error);
  }
  const fd = 'systemd' in address ? inheritedFd(address, inherited) : undefined;
  await new Promise<void>((resolve, reject) => {
    const failed = (error: unknown): void => reject(listenFailed(address, error));
    const done = (): void => {
      // An error from now on is another one, and not to be swallowed here.
      server.off('error', failed);
      resolve();
    };
    server.once('error', failed);
    if ('path' in address) listenOnUnixSocket(server, address, done);
    else if ('host' in address) server.listen({ host: address.host, port: address.port }, done);
    else server.listen({ fd }, done);
  });
  const bound = server.address();
  // Node knows no path for a Unix socket that it did not make.
  return bound ?? nameOf(address);
}

function inheritedFd(address: SystemdListenOptions, inherited: readonly InheritedSocket[]): number {
  const { name } = address.systemd;
  const fitting = name === undefined ? inherited : inherited.filter((socket) => socket.name === name);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only.fd;
  const found =
    inherited.length === 0 ? 'systemd passed no socket' : `systemd passed ${inherited.length} sockets`;
  throw listenFailed(address, `${found}; expected one${name === undefined ? '' : ' of that name'}`);
}

const WAYS_OUT: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'another program listens there; stop it, or choose another port with --listen, PORT or "listen"',
  EACCES: 'not allowed; choose a port above 1023 with --listen, PORT or "listen"',
  EADDRNOTAVAIL: 'this machine has no such address; choose one of its own with --listen or "listen"',
  ENOTFOUND: 'the name has no address; write an IP address with --listen or "listen"',
};

const WAYS_OUT_UNIX: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; stop it, or choose another path',
  EACCES: 'not allowed; choose a folder in which this user may write',
  ENOENT: 'the folder is not there; make it, or choose another path',
  ENOTSOCK: 'a file is there that is no socket; remove it, or choose another path',
};

/** The error for an address at which nobody can listen; `cause` is an error of the system, or what is wrong. */
export function listenFailed(address: ListenOptions, cause: unknown): ScrapegateError {
  const ways = 'host' in address ? WAYS_OUT : WAYS_OUT_UNIX;
  const why = typeof cause === 'string' ? cause : explain(cause, ways);
  const where = nameOf(address);
  const options = cause instanceof Error ? { cause } : {};
  return new ScrapegateError('ERR_SCRAPEGATE_LISTEN_FAILED', `cannot listen on ${where}: ${why}`, options);
}

/** As it was configured. */
function nameOf(address: ListenOptions): string {
  if ('host' in address) return `${address.host}:${address.port}`;
  if ('path' in address) return `unix:${address.path}`;
  const { name } = address.systemd;
  return name === undefined ? 'systemd' : `systemd:${name}`;
}

function explain(cause: unknown, ways: Readonly<Record<string, string>>): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return ways[code] ?? code;
}
