// The built program as a child process, as an operator starts it: a file, an environment, signals.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { z } from 'zod';
import { bareEnvironment, runChild, startChild, type Child, type Finished } from './child.js';
import { eventually } from './eventually.js';
import type { Evidence } from './evidence.js';
import { freePort } from './free-port.js';
import { httpGet, type ClientFiles, type HttpAnswer, type HttpGetOptions } from './http-get.js';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const START_DEADLINE_MS = 30_000;
const COMMAND_DEADLINE_MS = 60_000;

/** A bearer token and its line for the configuration. */
export interface TestToken {
  readonly token: string;
  readonly digest: string;
}

/** A fresh 256-bit token. */
export function makeToken(): TestToken {
  const token = randomBytes(32).toString('base64url');
  return { token, digest: `sha256:${createHash('sha256').update(token).digest('hex')}` };
}

/** The text of a fresh pseudonym key file. */
export function makePseudonymKey(): string {
  return randomBytes(32).toString('hex');
}

/** Headers of a scrape with a bearer token. */
export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** Headers of a scrape with user and password. */
export function basic(username: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

/** Runs a command of the built program to its end. */
export function runGate(
  args: readonly string[],
  options: {
    readonly input?: string;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<Finished> {
  return runChild({
    command: process.execPath,
    args: [MAIN, ...args],
    env: bareEnvironment(options.env),
    deadlineMs: COMMAND_DEADLINE_MS,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
}

/** The line that `scrapegate hash-password` prints for a password. */
export async function hashPassword(password: string, options: readonly string[] = []): Promise<string> {
  const ended = await runGate(['hash-password', ...options], { input: `${password}\n` });
  const hash = /\$(?:scrypt|2y)\$\S+/u.exec(ended.stdout)?.[0];
  if (ended.code !== 0 || hash === undefined) throw new Error(`hash-password failed: ${ended.stderr}`);
  return hash;
}

const logLine = z.record(z.string(), z.unknown());

/** One JSON line of the log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A running gate. */
export interface Gate {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly configFile: string;
  readonly child: Child;
  /** A request to the gate; the answer is added to the evidence. */
  get(path: string, options?: HttpGetOptions): Promise<HttpAnswer>;
  /** The log so far. @throws {Error} when a line is not a JSON object. */
  log(): readonly LogLine[];
  /** Stops it, adds its log to the evidence, removes its folder. */
  stop(): Promise<void>;
}

/** How to start a gate. */
export interface GateOptions {
  /** The configuration file, without `listen`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly evidence?: Evidence;
  /** Files beside the configuration file, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Kept over a restart by the caller; else a fresh one that goes with the gate. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** @default a free one */
  readonly port?: number;
  /** Of its listener; the certificate is not checked here. @default 'http' */
  readonly scheme?: 'http' | 'https';
  /** What the test shows when it asks whether the gate is up. */
  readonly client?: ClientFiles;
}

/** Serves a configuration file that is there, and waits until the gate answers at `port`. */
export async function serveGate(
  configFile: string,
  port: number,
): Promise<{ readonly url: string; readonly child: Child }> {
  const child = startChild({
    command: process.execPath,
    args: [MAIN, 'serve', '--config', configFile],
    env: bareEnvironment(),
  });
  const url = `http://127.0.0.1:${String(port)}`;
  try {
    await untilHealthy(child, url);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { url, child };
}

/** Starts `scrapegate serve` and waits until it answers. */
export async function startGate(options: GateOptions): Promise<Gate> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'scrapegate-e2e-gate-')));
  const port = options.port ?? (await freePort());
  const configFile = join(folder, 'scrapegate.yaml');
  for (const [name, text] of Object.entries(options.files ?? {})) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
  }
  await writeFile(configFile, gateConfig(port, options.config));
  const child = startChild({
    command: process.execPath,
    args: [MAIN, 'serve', '--config', configFile],
    env: bareEnvironment(options.env),
    cwd: folder,
  });
  const url = `${options.scheme ?? 'http'}://127.0.0.1:${String(port)}`;
  const stop = async (): Promise<void> => {
    await child.stop();
    options.evidence?.add('standard output', child.stdout());
    options.evidence?.add('log', child.stderr());
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilHealthy(child, url, options.client);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    port,
    folder,
    configFile,
    child,
    stop,
    async get(path, request) {
      const answer = await httpGet(`${url}${path}`, request);
      options.evidence?.add(`${request?.method ?? 'GET'} ${path}`, `${answer.head}\n\n${answer.text}`);
      return answer;
    },
    log: () => readLog(child.stderr()),
  };
}

/** A configuration file as text. Budgets are generous: tests ask more often than a scraper. */
export function gateConfig(port: number, config: Readonly<Record<string, unknown>>): string {
  return stringify({
    listen: `127.0.0.1:${String(port)}`,
    limits: { requests_per_minute: 1_000_000 },
    ...config,
  });
}

/** Waits until a gate at `url` answers. @throws {Error} when it ends instead. */
async function untilHealthy(child: Child, url: string, client?: ClientFiles): Promise<void> {
  const state = await eventually(
    async () => {
      if (child.exit() !== undefined) return 'ended';
      return (await httpGet(`${url}/health`, client && { client })).status === 200 ? 'healthy' : undefined;
    },
    { what: 'the gate is healthy', deadlineMs: START_DEADLINE_MS, context: child.stderr },
  );
  if (state === 'ended') throw new Error(`the gate did not start: ${child.stderr()}`);
}

/** The JSON lines of a log. */
export function readLog(text: string): readonly LogLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => logLine.parse(JSON.parse(line)));
}
