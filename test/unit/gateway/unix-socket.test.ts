// Unix sockets on the disk: whose they are, who may connect, and what is never removed.

import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startListener } from '../../support/start-listener.js';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scrapegate-unix-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'gate.sock');
}

function ask(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ socketPath: path, path: '/', agent: false }, (response) => {
      response.setEncoding('utf8').once('data', resolve);
    }).once('error', reject);
  });
}

describe('a Unix socket', () => {
  it.each([0o660, 0o600, 0o666])(
    'has the permissions %s from the beginning, and goes when the gate stops',
    async (mode) => {
      const path = place();
      const umask = process.umask();
      const { listener } = await startListener({ address: { path, mode } });
      expect([lstatSync(path).mode & 0o777, process.umask()]).toEqual([mode, umask]);
      expect([listener.url, listener.loopbackHost]).toEqual([`unix:${path}`, undefined]);
      expect(await ask(path)).toBe('{"peerAddress":"unix"}');
      await listener.stop();
      expect(existsSync(path)).toBe(false);
    },
  );

  it('replaces one that a dead process left behind', async () => {
    const path = place();
    const old = createServer().listen({ path });
    await once(old, 'listening');
    // A process that is killed removes nothing: the file stays, and nobody listens.
    const moved = `${path}.old`;
    renameSync(path, moved);
    old.close();
    renameSync(moved, path);
    await startListener({ address: { path, mode: 0o600 } });
    expect(await ask(path)).toBe('{"peerAddress":"unix"}');
  });

  it.each<readonly [string, RegExp, (path: string) => Promise<void> | void]>([
    [
      'a socket on which somebody listens',
      /another program listens there/,
      async (path: string) => {
        const other = createServer().listen({ path });
        onTestFinished(() => void other.close());
        await once(other, 'listening');
      },
    ],
    ['a file', /a file is there that is no socket/, (path: string) => writeFileSync(path, 'kept')],
    ['a link', /a file is there that is no socket/, (path: string) => symlinkSync('/dev/null', path)],
    [
      'a folder that is not there',
      /the folder is not there/,
      (path: string) => rmSync(join(path, '..'), { recursive: true }),
    ],
  ])('is not opened over %s', async (_, message, prepare) => {
    const path = place();
    await prepare(path);
    const before = existsSync(path);
    await expect(startListener({ address: { path, mode: 0o600 } })).rejects.toThrow(message);
    expect(existsSync(path)).toBe(before);
  });

  it('has no cap for its clients, and cannot be had with a PROXY header of nobody', async () => {
    const path = place();
    chmodSync(join(path, '..'), 0o700);
    const { closed } = await startListener({ address: { path, mode: 0o600 }, maxPerClient: 1 });
    expect(await Promise.all([ask(path), ask(path), ask(path)])).toHaveLength(3);
    const demanding = place();
    const told = await startListener({
      address: { path: demanding, mode: 0o600 },
      policy: () => ({ trusts: (peer) => peer !== 'unix', demandsProxyHeader: true }),
    });
    await expect(ask(demanding)).rejects.toThrow(/hang up|ECONNRESET|EPIPE/);
    expect([closed, told.closed]).toEqual([[], ['proxy_untrusted']]);
  });
});
