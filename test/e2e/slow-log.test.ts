// The log of the built program has a reader that does not read: requests are answered all the same, what did not fit is
// counted, and the program ends when it is told to.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bareEnvironment } from '../support/e2e/child.js';
import { eventually } from '../support/e2e/eventually.js';
import { freePort } from '../support/e2e/free-port.js';
import { httpGet } from '../support/e2e/http-get.js';
import { bearer, gateConfig, makeToken } from '../support/e2e/start-gate.js';
import { startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const DEADLINE_MS = 20_000;
/** A quarter of a kilobyte each: more than the kernel and the queue of the program hold together. */
const REQUESTS = 8_000;
const CONNECTIONS = 8;

const scraper = makeToken();
let folder: string;
let upstream: Upstream;
let gate: ChildProcess;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-slow-log-'));
  upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: '# TYPE a counter\na 1\n' }));
  const port = await freePort();
  url = `http://127.0.0.1:${String(port)}`;
  const config = {
    targets: { source: { url: `${upstream.url}/metrics` } },
    views: { all: { target: 'source' } },
    credentials: { scraper: { bearer_token_digest: scraper.digest, view: 'all' } },
  };
  await writeFile(join(folder, 'scrapegate.yaml'), gateConfig(port, config));
  // Nothing reads its standard error until a test does.
  gate = spawn(process.execPath, [MAIN, 'serve', '--config', 'scrapegate.yaml'], {
    cwd: folder,
    env: bareEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await eventually(async () => ((await httpGet(`${url}/health`)).status === 200 ? true : undefined), {
    what: 'the gate answers',
    deadlineMs: DEADLINE_MS,
  });
});

afterEach(async () => {
  if (gate.exitCode === null && gate.signalCode === null) {
    gate.kill('SIGKILL');
    await once(gate, 'exit');
  }
  await upstream.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a reader of the log that has stopped reading holds up no scrape, and what it misses is counted', async () => {
  await flood();
  expect((await httpGet(`${url}/metrics`, { headers: bearer(scraper.token) })).status).toBe(200);

  let text = '';
  gate.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const lines = (): readonly Record<string, unknown>[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => ({ ...JSON.parse(line) }));
  await eventually(() => (text.includes('"log_lines_lost"') ? true : undefined), {
    what: 'the log tells of lost lines',
    deadlineMs: DEADLINE_MS,
  });
  gate.kill('SIGTERM');
  await once(gate, 'exit');
  expect(gate.exitCode).toBe(0);
  const refused = lines().filter(({ reason }) => reason === 'credential_missing');
  const lost = lines().flatMap(({ event, lines: count }) =>
    event === 'log_lines_lost' ? [Number(count)] : [],
  );
  expect(refused.length).toBeGreaterThan(0);
  // Every request is told of or counted, the right one and the probes of this test among them.
  const told = lines().filter(({ event }) => event === 'request').length;
  expect(told + lost.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(REQUESTS + 1);
  expect(lines().at(-1)).toMatchObject({ event: 'stopped' });
});

test('the program ends when it is told to, though nobody reads its log', async () => {
  await flood();
  gate.kill('SIGTERM');
  await once(gate, 'exit');
  expect(gate.exitCode).toBe(0);
});

/** Requests without a credential, over a few connections that stay. */
async function flood(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const one = (): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      get(`${url}/metrics`, { agent }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      }).once('error', reject);
    });
  const runner = async (): Promise<void> => {
    for (let sent = 0; sent < REQUESTS / CONNECTIONS; sent += 1) expect(await one()).toBe(401);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, runner));
  agent.destroy();
}
