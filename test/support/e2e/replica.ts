// A gate that lives on through stops and crashes: each time a new process, but the same port, folder and state file.

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import type { HttpAnswer } from './http-get.js';
import { bearer, startGate, type Gate } from './start-gate.js';

const STATE_FILE = 'state.json';
const SAVE_DEADLINE_MS = 20_000;

/** How to start a replica. */
export interface ReplicaOptions {
  /** Made when it is not there, and left to the caller. */
  readonly folder: string;
  /** The text of its pseudonym key file. Replicas share it. */
  readonly pseudonymKey: string;
  /** The configuration without key, state file and `listen`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The token that opens `/metrics`. */
  readonly token: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A gate over its restarts. */
export interface Replica {
  readonly url: string;
  /** One scrape. */
  scrape(accept: string): Promise<HttpAnswer>;
  /** Stops it as an operator does, and starts it again. */
  restart(): Promise<void>;
  /** Kills it, once it has saved what it has seen, and starts it again. */
  crash(accept: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a replica. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const { folder, token } = options;
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const start = (): Promise<Gate> =>
    startGate({
      folder,
      port,
      files: { 'pseudonym.key': options.pseudonymKey },
      config: { ...options.config, pseudonym_key_file: 'pseudonym.key', state_file: STATE_FILE },
      ...(options.env === undefined ? {} : { env: options.env }),
    });
  let gate = await start();
  const scrape = (accept: string): Promise<HttpAnswer> =>
    gate.get('/metrics', { headers: { ...bearer(token), accept } });

  /** Scrapes until two more saves are done: the second of them began after the first, so it knows what was before. */
  async function untilSaved(accept: string): Promise<void> {
    const saves = new Set<number>();
    await eventually(
      async () => {
        saves.add((await stat(join(folder, STATE_FILE))).mtimeMs);
        if (saves.size > 2) return true;
        await scrape(accept);
        return undefined;
      },
      { what: 'the counters are saved', deadlineMs: SAVE_DEADLINE_MS, context: gate.child.stderr },
    );
  }

  return {
    url: gate.url,
    scrape,
    async restart() {
      await gate.stop();
      gate = await start();
    },
    async crash(accept) {
      await untilSaved(accept);
      gate.child.signal('SIGKILL');
      await gate.stop();
      gate = await start();
    },
    stop: () => gate.stop(),
  };
}
