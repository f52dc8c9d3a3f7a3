// The file of a Unix socket: who may connect from its first moment on, and what becomes of one that was left behind.
// Never removes what is no socket, nor a socket on which somebody listens.

import { lstat, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import type { UnixListenOptions } from './options.js';

/** Any permission that there is. */
const ALL_PERMISSIONS = 0o777;

/** Removes a socket that a dead process left behind. @throws what the file system says; EADDRINUSE where it is in use. */
export async function clearStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) {
    // A missing folder would be told as a missing permission.
    await lstat(dirname(path));
    return;
  }
  if (!found.isSocket()) throw Object.assign(new Error('not a socket'), { code: 'ENOTSOCK' });
  // Only a refused connection shows that nobody listens; a full queue, or a lack of permission, does not.
  if ((await connectionError(path)) !== 'ECONNREFUSED') {
    throw Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
  }
  await unlink(path);
}

/** Begins to listen. The file has its permissions from the moment it is there, whatever the umask is. */
export function listenOnUnixSocket(
  server: Server,
  { path, mode }: UnixListenOptions,
  done: () => void,
): void {
  // The file is made before `listen` returns, so that nothing else is made under this umask.
  const before = process.umask(ALL_PERMISSIONS & ~mode);
  try {
    server.listen({ path }, done);
  } finally {
    process.umask(before);
  }
}

function connectionError(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
