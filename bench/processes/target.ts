// Writes the scrapes of a workload to files and starts a target that serves them.

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createWorkload } from '../workload/workload.js';
import { startWorker, type Started } from './started.js';
import type { TargetAnswer, TargetMessage } from './target-server.js';

/** A target that runs. */
export interface Target extends Started {
  /** For one client: each has its own next scrape, once it has begun. */
  urlFor(client: string): string;
  /** From now on the client gets the scrapes, the first one first. */
  begin(client: string): Promise<void>;
  /** Of the first scrape. */
  readonly bytes: number;
}

/** Starts a target with scrapes of about `bytes`. They go through memory piece by piece. */
export async function startTarget(folder: string, bytes: number, scrapes: number): Promise<Target> {
  const workload = createWorkload(bytes);
  const files: string[] = [];
  let firstBytes = 0;
  for (let number = 0; number < scrapes; number++) {
    const path = join(folder, `scrape-${String(number)}.prom`);
    const file = createWriteStream(path);
    await pipeline(Readable.from(workload.scrape(number)), file);
    if (number === 0) firstBytes = file.bytesWritten;
    files.push(path);
  }
  const worker = startWorker<TargetMessage, TargetAnswer>('target-server.js');
  const { port } = await worker.ask({ files });
  return {
    ...worker,
    urlFor: (client) => `http://127.0.0.1:${String(port)}/${client}`,
    begin: async (client) => void (await worker.ask({ begin: `/${client}` })),
    bytes: firstBytes,
  };
}
