// A real Redis as a child process, in memory alone, on a port of its own.

import { Redis } from 'ioredis';
import { bareEnvironment, startChild, type Child } from './child.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

const START_DEADLINE_MS = 20_000;

/** A running Redis. */
export interface RunningRedis {
  readonly port: number;
  readonly url: string;
  readonly child: Child;
  /** A connection of the test itself. */
  readonly client: Redis;
  stop(): Promise<void>;
}

/** Starts `redis-server`; `port` is that of one that was stopped, where the same is to come back. */
export async function startRedis(port?: number): Promise<RunningRedis> {
  const at = port ?? (await freePort());
  const child = startChild({
    command: 'redis-server',
    args: ['--port', String(at), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    env: bareEnvironment(),
    cwd: '/tmp',
  });
  const client = new Redis({ port: at, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  await eventually(
    async () => {
      if (child.exit() !== undefined) throw new Error(`redis-server ended: ${child.stdout()}`);
      if (client.status !== 'ready') await client.connect();
      return (await client.ping()) === 'PONG' ? true : undefined;
    },
    { what: 'redis-server answers', deadlineMs: START_DEADLINE_MS, context: child.stdout },
  );
  return {
    port: at,
    url: `redis://127.0.0.1:${String(at)}`,
    child,
    client,
    async stop() {
      client.disconnect();
      // One that was stopped in its tracks hears nothing else.
      if (child.exit() === undefined) child.signal('SIGCONT');
      await child.stop();
    },
  };
}
