// Child processes of a test: what they print is kept, and they are ended by their own process id alone.
// Each leads a process group of its own, so that its workers end with it.

import { spawn } from 'node:child_process';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What to start. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to its standard input, which is then closed. */
  readonly input?: string;
  /** How long it may take to end after SIGTERM before it is killed. @default 15_000 */
  readonly stopDeadlineMs?: number;
}

/** A started process. */
export interface Child {
  readonly pid: number;
  /** Everything printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** How it ended; undefined while it runs. */
  exit(): Exit | undefined;
  readonly exited: Promise<Exit>;
  /** Signals the process itself, not its workers. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the process and its workers. */
  stop(): Promise<Exit>;
}

const runningGroups = new Set<number>();

process.once('exit', () => {
  for (const group of runningGroups) signalGroup(group, 'SIGKILL');
});

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // The group has already gone.
  }
}

/** Starts a process. */
export function startChild(options: ChildOptions): Child {
  const child = spawn(options.command, options.args, {
    env: { ...options.env },
    cwd: options.cwd,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A process that ends without reading its input is no error of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  exited.catch(() => undefined);

  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.command} could not be started`);
  runningGroups.add(pid);
  return {
    pid,
    stdout: () => Buffer.concat(out).toString('utf8'),
    stderr: () => Buffer.concat(err).toString('utf8'),
    exit: () => exit,
    exited,
    signal: (signal) => void process.kill(pid, signal),
    async stop() {
      if (exit === undefined) {
        signalGroup(pid, 'SIGTERM');
        const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), options.stopDeadlineMs ?? 15_000);
        await exited;
        clearTimeout(timer);
      }
      // Workers that outlived their leader.
      signalGroup(pid, 'SIGKILL');
      runningGroups.delete(pid);
      return exited;
    },
  };
}

/** A finished process. */
export interface Finished extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a process to its end, at most `deadlineMs`. */
export async function runChild(options: ChildOptions & { readonly deadlineMs: number }): Promise<Finished> {
  const child = startChild(options);
  const timer = setTimeout(() => void child.stop(), options.deadlineMs);
  const exit = await child.exited;
  clearTimeout(timer);
  await child.stop();
  return { ...exit, stdout: child.stdout(), stderr: child.stderr() };
}

/** The least environment that programs need; proxies lead nowhere, so nothing leaves loopback. */
export function bareEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const blackHole = 'http://127.0.0.1:9';
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '/',
    LANG: 'C.UTF-8',
    HTTP_PROXY: blackHole,
    HTTPS_PROXY: blackHole,
    http_proxy: blackHole,
    https_proxy: blackHole,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    ...more,
  };
}
