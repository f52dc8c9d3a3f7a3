// Processes around a measurement. Each is ended by its own id, at the latest when this process ends.

import { fork, spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { get } from 'node:http';

/** A process that was started. */
export interface Started {
  readonly pid: number;
  /** Why it has ended; undefined while it runs. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

/** One of our own, that answers messages. */
export interface Worker<Asked, Answered> extends Started {
  /** Sends a message and waits for the next answer. One at a time. @throws {Error} when it ends instead. */
  ask(message: Asked): Promise<Answered>;
}

const START_DEADLINE_MS = 15_000;
const STOP_DEADLINE_MS = 15_000;
const ERRORS_KEPT = 4000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  // nginx takes its workers with it only when it is asked to end.
  for (const child of running) child.kill('SIGTERM');
});

/** Starts a program; nothing of our environment but the path goes with it. */
export function startProgram(command: string, args: readonly string[], folder: string): Started {
  const environment = { PATH: process.env['PATH'] ?? '' };
  return watch(
    spawn(command, [...args], { cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'pipe'] }),
    command,
  );
}

/** Starts a file of this folder. */
export function startWorker<Asked extends object, Answered>(file: string): Worker<Asked, Answered> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  const started = watch(child, file);
  return {
    ...started,
    ask: (message) =>
      new Promise((resolve, reject) => {
        const onEnd = (): void => reject(new Error(`${file} ended`));
        child.once('exit', onEnd);
        child.once('message', (answer) => {
          child.off('exit', onEnd);
          const answered: Answered = JSON.parse(textOf(answer));
          resolve(answered);
        });
        child.send(JSON.stringify(message));
      }),
  };
}

/** The text of a message between our own processes, which is JSON. */
export function textOf(message: unknown): string {
  return typeof message === 'string' ? message : '';
}

/** The other side of `startWorker`: answers each message, which is JSON; ends with whoever started it. */
export function answerParent(answer: (message: string) => Promise<object>): void {
  process.once('disconnect', () => process.exit());
  process.on('message', (message) => {
    void answer(textOf(message)).then((answered) => process.send?.(JSON.stringify(answered)));
  });
}

function watch(child: ChildProcess, name: string): Started {
  const { pid } = child;
  let ended: string | undefined;
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-ERRORS_KEPT)));
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      ended = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      // Its log is JSON, and says nothing of its end.
      const said = errors.split('\n').filter((line) => !line.endsWith('}'));
      ended = `${name} ended with ${String(signal ?? code)}: ${said.join('\n')}`;
      running.delete(child);
      resolve();
    });
  });
  if (pid === undefined) throw new Error(`${name} could not be started`);
  running.add(child);
  return {
    pid,
    ended: () => ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The port that a server listens on. @throws {Error} when it listens on none. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}

/** A port of 127.0.0.1 that nothing listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const port = portOf(server);
      server.close(() => resolve(port));
    });
  });
}

/** Waits until `url` is answered with `status`. @throws {Error} when the process ends, or after a while. */
export async function untilItAnswers(started: Started, url: string, status: number): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline) {
    const reason = started.ended();
    if (reason !== undefined) throw new Error(reason);
    if ((await statusOf(url)) === status) return;
    await sleep(50);
  }
  throw new Error('a process did not answer in time');
}

/** Zero where nobody answers. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', () => resolve(0));
  });
}
