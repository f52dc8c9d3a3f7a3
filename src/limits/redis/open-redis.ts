// Opens a connection to Redis, through ioredis where that is installed. One attempt: who wants another opens again.
// Nothing is queued while there is no connection, and nothing is sent twice. What Redis says in an error is not passed
// on, but for its first word where that is a known code.

import type { Redis, RedisOptions } from 'ioredis';
import { errorCodeOf } from '../../internal/error-code.js';
import { SharingError, type Opening } from '../shared-store.js';
import type { ResolvedRedisOptions } from './resolve-options.js';
import type { RedisScript } from './scripts.js';

/** A connection that can run scripts. */
export interface RedisConnection {
  /** Runs a script on one key. Rejects with a SharingError. */
  run(script: RedisScript, key: string, args: readonly number[]): Promise<unknown>;
  close(): void;
}

/** Opens a connection; rejects with a SharingError. */
export type OpenRedis = (options: ResolvedRedisOptions, opening: Opening) => Promise<RedisConnection>;

/** First words of errors that Redis documents; the rest of an error may quote what it was sent. */
const KNOWN_CODES = new Set(
  'BUSY CLUSTERDOWN ERR LOADING MASTERDOWN MISCONF MOVED NOAUTH NOPERM NOREPLICAS OOM READONLY WRONGPASS WRONGTYPE'.split(
    ' ',
  ),
);

/** Whether the package `ioredis` can be loaded: it comes only with those who ask for it. */
export async function isIoredisInstalled(): Promise<boolean> {
  try {
    await import('ioredis');
    return true;
  } catch {
    return false;
  }
}

/** Opens a connection with ioredis. */
export const openIoredis: OpenRedis = async (options, { onLost, signal }) => {
  const { Redis } = await import('ioredis');
  // The first import reads many files, and may take longer than the time there is.
  if (signal.aborted) throw new SharingError('unreachable');
  const client = new Redis(clientOptions(options));
  const close = (): void => {
    closed = true;
    client.disconnect();
  };
  let closed = false;
  let lastError: unknown;
  // Without a listener ioredis writes to the console.
  client.on('error', (error) => (lastError = error));
  client.once('end', () => {
    if (!closed) onLost();
  });
  signal.addEventListener('abort', close, { once: true });
  try {
    await client.connect();
  } catch (error) {
    close();
    throw sharingError(lastError ?? error);
  }
  return { run: (script, key, args) => runScript(client, script, key, args), close };
};

function clientOptions(options: ResolvedRedisOptions): RedisOptions {
  const { host, port, database, username, password, tls, caPem } = options;
  return {
    host,
    port,
    db: database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: password.reveal() }),
    ...(tls && { tls: { minVersion: 'TLSv1.2', ...(caPem !== undefined && { ca: caPem }) } }),
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    retryStrategy: () => null,
  };
}

async function runScript(
  client: Redis,
  { sha1, text }: RedisScript,
  key: string,
  args: readonly number[],
): Promise<unknown> {
  try {
    return await client.evalsha(sha1, 1, key, ...args).catch((error: unknown) => {
      // Redis forgets scripts when it starts anew; once told, it knows this one by its name.
      if (!isError(error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(text, 1, key, ...args);
    });
  } catch (error) {
    throw sharingError(error);
  }
}

function sharingError(error: unknown): SharingError {
  if (!isError(error)) return new SharingError('unreachable');
  if (error.name === 'ReplyError') {
    const [word = ''] = error.message.split(' ', 1);
    return new SharingError('command_failed', KNOWN_CODES.has(word) ? word : 'ERR');
  }
  return new SharingError('unreachable', errorCodeOf(error));
}

function isError(error: unknown): error is Error {
  return error instanceof Error;
}
