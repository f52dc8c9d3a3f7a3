// What a file of end-to-end tests leaves nothing of: programs that it started, folders that it filled.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** Anything that was started. */
export interface Running {
  stop(): Promise<unknown>;
}

/** Whatever is pushed is stopped after each test, the last one first. */
export function stoppedAfterEach(): Running[] {
  const running: Running[] = [];
  afterEach(() => stopAll(running));
  return running;
}

/** Whatever is pushed is stopped after all tests of the file or of the block, the last one first. */
export function stoppedAfterAll(): Running[] {
  const running: Running[] = [];
  afterAll(() => stopAll(running));
  return running;
}

async function stopAll(running: Running[]): Promise<void> {
  for (const one of running.splice(0).toReversed()) await one.stop();
}

/** The path of a folder of the tests of this file or block; it goes when they have ended. */
export function temporaryFolder(name: string): () => string {
  let folder: string | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `scrapegate-e2e-${name}-`));
  });
  afterAll(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });
  return () => {
    if (folder === undefined) throw new Error('there is no folder before the tests begin');
    return folder;
  };
}
