// The built program under systemd's own programs: a socket that is opened for it, and messages about how it is doing.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { bareEnvironment, runChild, startChild, type Child } from '../support/e2e/child.js';
import { eventually } from '../support/e2e/eventually.js';
import { freePort } from '../support/e2e/free-port.js';
import { httpGet } from '../support/e2e/http-get.js';
import { makeToken } from '../support/e2e/start-gate.js';
import { startUpstream, TEXT_TYPE, type Upstream } from '../support/e2e/start-upstream.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const DEADLINE_MS = 30_000;
const { token, digest } = makeToken();

/** systemd's end of NOTIFY_SOCKET: prints each message on a line. */
const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    print(s.recv(4096).decode().replace(chr(10), ' '), flush=True)
`;

let upstream: Upstream;
let folder = '';
beforeAll(async () => {
  upstream = await startUpstream(() => ({ type: TEXT_TYPE, body: '# TYPE up gauge\nup 1\n' }));
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-e2e-systemd-'));
});
afterAll(async () => {
  await upstream.stop();
  await rm(folder, { recursive: true, force: true });
});

async function configFile(listen: string): Promise<string> {
  const path = join(folder, 'gate.yml');
  const config = {
    listen,
    allowed_ips: ['unix', '127.0.0.0/8'],
    targets: { upstream: { url: upstream.url } },
    views: { all: { target: 'upstream' } },
    credentials: { prometheus: { bearer_token_digest: digest, view: 'all' } },
  };
  await writeFile(path, stringify(config));
  return path;
}

function isUp(get: () => Promise<{ readonly status: number }>, child: Child): Promise<unknown> {
  return eventually(async () => ((await get().catch(() => undefined))?.status === 200 ? 'up' : undefined), {
    what: 'the gate answers',
    deadlineMs: DEADLINE_MS,
    context: child.stderr,
  });
}

function getUnix(socketPath: string): Promise<{ readonly status: number }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    request({ socketPath, path: '/metrics', headers, agent: false }, (response) => {
      response.resume().once('end', () => resolve({ status: response.statusCode ?? 0 }));
    })
      .once('error', reject)
      .end();
  });
}

describe('systemd', () => {
  it('opens the port before the gate is there', async () => {
    const port = await freePort();
    const config = await configFile('systemd:metrics');
    const child = startChild({
      command: 'systemd-socket-activate',
      args: [
        '-l',
        `127.0.0.1:${port}`,
        '--fdname=metrics',
        process.execPath,
        MAIN,
        'serve',
        '--config',
        config,
      ],
      env: bareEnvironment(),
    });
    try {
      const headers = { authorization: `Bearer ${token}` };
      await isUp(() => httpGet(`http://127.0.0.1:${port}/metrics`, { headers }), child);
      expect(child.stderr()).toContain(`"url":"http://127.0.0.1:${port}"`);
      expect(
        (await httpGet(`http://127.0.0.1:${port}/metrics`, { headers: { host: 'attacker.example' } })).status,
      ).toBe(421);
    } finally {
      await child.stop();
    }
  });

  it('opens a Unix socket as well', async () => {
    const path = join(folder, 'systemd.sock');
    const config = await configFile('systemd');
    const child = startChild({
      command: 'systemd-socket-activate',
      args: ['-l', path, process.execPath, MAIN, 'serve', '--config', config],
      env: bareEnvironment(),
    });
    try {
      await isUp(() => getUnix(path), child);
      await eventually(() => Promise.resolve(child.stderr().includes('"client":"unix"') || undefined), {
        what: 'the request is logged',
        deadlineMs: DEADLINE_MS,
        context: child.stderr,
      });
      expect(child.stderr()).toContain('"url":"unix:systemd"');
    } finally {
      await child.stop();
    }
  });

  it('passes nothing to a gate that was started otherwise', async () => {
    const ended = await runChild({
      command: process.execPath,
      args: [MAIN, 'serve', '--config', await configFile('systemd')],
      env: bareEnvironment({ LISTEN_FDS: '1', LISTEN_PID: '1' }),
      deadlineMs: DEADLINE_MS,
    });
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('systemd passed no socket')]);
  });

  it('is told when the gate is ready, loads again, is alive, and stops', async () => {
    const notify = join(folder, 'notify.sock');
    const socket = join(folder, 'gate.sock');
    const receiver = startChild({
      command: 'python3',
      args: ['-c', RECEIVER, notify],
      env: bareEnvironment(),
    });
    const said = (text: string): Promise<unknown> =>
      eventually(() => Promise.resolve(receiver.stdout().includes(text) ? text : undefined), {
        what: `systemd hears ${text}`,
        deadlineMs: DEADLINE_MS,
        context: receiver.stdout,
      });
    await said('bound');
    const child = startChild({
      command: process.execPath,
      args: [MAIN, 'serve', '--config', await configFile(`unix:${socket}`)],
      env: bareEnvironment({ NOTIFY_SOCKET: notify, WATCHDOG_USEC: '2000000' }),
    });
    try {
      await said('READY=1');
      expect((await getUnix(socket)).status).toBe(200);
      await said('WATCHDOG=1');
      child.signal('SIGHUP');
      await said('RELOADING=1 MONOTONIC_USEC=');
      await said('STATUS=loading');
      const uptime = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) * 1_000_000;
      const told = Number(/MONOTONIC_USEC=(\d+)/.exec(receiver.stdout())?.[1]);
      expect(Math.abs(uptime - told)).toBeLessThan(60_000_000);
      expect(child.stderr()).not.toContain('NOTIFY_FAILED');
    } finally {
      const exit = await child.stop();
      await said('STOPPING=1');
      await receiver.stop();
      expect(exit.code).toBe(0);
    }
  });

  it('takes the units of the example for sound', async () => {
    const units = ['scrapegate.service', 'scrapegate.socket'].map((name) =>
      fileURLToPath(new URL(`../../examples/systemd/${name}`, import.meta.url)),
    );
    const ended = await runChild({
      command: 'systemd-analyze',
      args: ['verify', '--man=no', '--recursive-errors=no', ...units],
      env: bareEnvironment(),
      deadlineMs: DEADLINE_MS,
    });
    const ours = ended.stderr.split('\n').filter((line) => line.includes('scrapegate'));
    expect(ours).toEqual([]);
  });
});
