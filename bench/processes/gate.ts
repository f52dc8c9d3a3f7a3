// The built program as an operator runs it: `scrapegate serve` with one target, one view and one credential.

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VIEW_LABELS, type ViewName } from '../workload/views.js';
import type { ScrapeRequest } from './scrape.js';
import { freePort, startProgram, untilItAnswers, type Started } from './started.js';

/** A gate that runs. */
export interface Gate extends Started {
  readonly request: ScrapeRequest;
  readonly healthUrl: string;
}

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Nothing is hidden: every label is kept. */
const WHOLE = [{ label: '*', action: 'keep' }];
const OWNER_ALONE = { mode: 0o600 };

/** Starts a gate in front of `targetUrl` and waits until it has seen the target answer. */
export async function startGate(folder: string, view: ViewName | 'whole', targetUrl: string): Promise<Gate> {
  const port = await freePort();
  const token = randomBytes(32).toString('hex');
  await writeFile(join(folder, 'scrape.token'), token, OWNER_ALONE);
  await writeFile(join(folder, 'pseudonym.key'), randomBytes(32).toString('hex'), OWNER_ALONE);
  const config = {
    listen: `127.0.0.1:${String(port)}`,
    limits: { requests_per_minute: 1_000_000 },
    pseudonym_key_file: 'pseudonym.key',
    targets: { litellm: { url: targetUrl, preset: 'litellm', timeout: '2m' } },
    views: { measured: { target: 'litellm', labels: view === 'whole' ? WHOLE : VIEW_LABELS[view] } },
    credentials: { scraper: { bearer_token_file: 'scrape.token', view: 'measured' } },
  };
  // JSON is YAML.
  const file = join(folder, 'scrapegate.yaml');
  await writeFile(file, JSON.stringify(config), OWNER_ALONE);
  const started = startProgram(process.execPath, [PROGRAM, 'serve', '--config', file], folder);
  const url = `http://127.0.0.1:${String(port)}`;
  await untilItAnswers(started, `${url}/ready`, 200);
  return {
    ...started,
    request: { url: `${url}/metrics`, authorization: `Bearer ${token}` },
    healthUrl: `${url}/health`,
  };
}
