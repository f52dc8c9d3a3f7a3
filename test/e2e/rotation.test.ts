// Rotation without a restart: what the gate was started with changes on disk, as operators and Kubernetes do it, and
// nobody sends a signal. The built program over real sockets; a connection that is open stays open.

import { mkdir, rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { Agent, request, type Agent as HttpAgent } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stoppedAfterEach, temporaryFolder } from '../support/e2e/scaffold.js';
import { eventually } from '../support/e2e/eventually.js';
import { readPage } from '../support/e2e/exposition-reader.js';
import {
  bearer,
  gateConfig,
  makePseudonymKey,
  makeToken,
  startGate,
  type Gate,
} from '../support/e2e/start-gate.js';
import { startUpstream, TEXT_TYPE } from '../support/e2e/start-upstream.js';

const DEADLINE_MS = 20_000;
const PAGE = '# TYPE things_total counter\nthings_total{user="ada@lovelace.example"} 5\n';

const first = makeToken();
const second = makeToken();
const operator = makeToken();

const mount = temporaryFolder('rotation');
const running = stoppedAfterEach();

/** Writes a folder of secrets as Kubernetes does: a new folder, and one link swapped to it. */
async function mountSecrets(folder: string, version: string, files: Record<string, string>): Promise<void> {
  await mkdir(join(folder, version), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, version, name), text);
    await symlink(join('..data', name), join(folder, name)).catch(() => undefined);
  }
  await symlink(version, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
}

function configFor(upstreamUrl: string, tokenFile: string): Record<string, unknown> {
  return {
    reload_interval: '200ms',
    pseudonym_key_file: 'pseudonym.key',
    targets: { source: { url: `${upstreamUrl}/metrics` } },
    views: { all: { target: 'source' } },
    credentials: {
      scraper: { bearer_token_file: tokenFile, view: 'all' },
      operator: { bearer_token_digest: operator.digest, view: 'all', self: true },
    },
  };
}

async function startScene(tokenFile: string): Promise<{ readonly gate: Gate; readonly config: object }> {
  const upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: PAGE }));
  running.push(upstream);
  const config = configFor(upstream.url, tokenFile);
  const gate = await startGate({ files: { 'pseudonym.key': makePseudonymKey() }, config });
  running.push(gate);
  return { gate, config };
}

/** Waits until the gate has logged `event` this many times. */
async function logged(gate: Gate, event: string, times: number): Promise<Readonly<Record<string, unknown>>> {
  return eventually(() => gate.log().filter((line) => line['event'] === event)[times - 1], {
    what: `${event} is in the log ${String(times)} times`,
    deadlineMs: DEADLINE_MS,
    context: gate.child.stderr,
  });
}

async function scrapeStatus(gate: Gate, token: string): Promise<number> {
  return (await gate.get('/metrics', { headers: bearer(token) })).status;
}

async function reloadState(gate: Gate): Promise<number | undefined> {
  const own = await gate.get('/-/metrics', { headers: bearer(operator.token) });
  return readPage(own.text).samples.find(({ name }) => name === 'scrapegate_config_last_reload_successful')
    ?.value;
}

/** A scrape over a connection that stays; the socket says whether it was the same one. */
function scrapeOver(
  agent: HttpAgent,
  gate: Gate,
  token: string,
): Promise<{ status: number; socket: Socket }> {
  return new Promise((resolve, reject) => {
    request(`${gate.url}/metrics`, { agent, headers: bearer(token) }, (answer) => {
      const { socket, statusCode = 0 } = answer;
      answer.resume().once('end', () => resolve({ status: statusCode, socket }));
    })
      .once('error', reject)
      .end();
  });
}

describe('without a signal', () => {
  test('a token is rotated by a swapped link, and an open connection goes on', async () => {
    const folder = join(mount(), 'swapped');
    await mountSecrets(folder, '..2026_01', { token: first.token });
    const { gate } = await startScene(join(folder, 'token'));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const before = await scrapeOver(agent, gate, first.token);
    expect(before.status).toBe(200);

    await mountSecrets(folder, '..2026_02', { token: second.token });
    await logged(gate, 'reloaded', 1);
    const refused = await scrapeOver(agent, gate, first.token);
    const after = await scrapeOver(agent, gate, second.token);
    expect([refused.status, after.status]).toEqual([401, 200]);
    expect(refused.socket).toBe(before.socket);
    expect(after.socket).toBe(before.socket);
    agent.destroy();
  });

  test('a broken file keeps what was, says so once, and is taken over when it is right again', async () => {
    const tokenFile = join(mount(), 'broken');
    await writeFile(tokenFile, first.token);
    const { gate } = await startScene(tokenFile);

    await writeFile(tokenFile, '\n');
    const failure = await logged(gate, 'reload_failed', 1);
    expect(JSON.stringify(failure['problems'])).toContain('is empty; expected content');
    expect(await scrapeStatus(gate, first.token)).toBe(200);
    expect(await reloadState(gate)).toBe(0);

    await unlink(tokenFile);
    expect(JSON.stringify((await logged(gate, 'reload_failed', 2))['problems'])).toContain('does not exist');
    expect(await scrapeStatus(gate, first.token)).toBe(200);

    await writeFile(tokenFile, second.token);
    await logged(gate, 'reloaded', 1);
    expect(await scrapeStatus(gate, first.token)).toBe(401);
    expect(await scrapeStatus(gate, second.token)).toBe(200);
    expect(await reloadState(gate)).toBe(1);
    expect(gate.log().filter(({ event }) => event === 'reload_failed')).toHaveLength(2);
  });

  test('a broken configuration file keeps what was, and a mended one is taken over', async () => {
    const tokenFile = join(mount(), 'configured');
    await writeFile(tokenFile, first.token);
    const { gate, config } = await startScene(tokenFile);
    await writeFile(gate.configFile, 'targets: {');
    await logged(gate, 'reload_failed', 1);
    expect(await scrapeStatus(gate, first.token)).toBe(200);

    const mended = {
      ...config,
      credentials: { scraper: { bearer_token_digest: second.digest, view: 'all' } },
    };
    await writeFile(gate.configFile, gateConfig(gate.port, mended));
    await logged(gate, 'reloaded', 1);
    expect(await scrapeStatus(gate, first.token)).toBe(401);
    expect(await scrapeStatus(gate, second.token)).toBe(200);
  });

  test('nothing is loaded while nothing changes', async () => {
    const tokenFile = join(mount(), 'quiet');
    await writeFile(tokenFile, first.token);
    const { gate } = await startScene(tokenFile);
    await writeFile(join(gate.folder, 'a-neighbour'), 'of no concern');
    // Ten looks long.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(gate.log().filter(({ event }) => String(event).startsWith('reload'))).toEqual([]);
    expect(await scrapeStatus(gate, first.token)).toBe(200);
  });
});
