// The commands of README.md, typed one after the other into a shell: every file that the set-ups then speak of is there,
// and nobody else may read it.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPage } from '../support/documentation.js';
import { fencedBlocks } from '../support/markdown.js';

const FOLDERS = /\/(?:etc|var\/lib)\/(?:scrapegate|prometheus)\b/g;
/** Programs that a bare machine may lack, and what does the same here. */
const STAND_INS = {
  sudo: 'exec "$@"',
  openssl: `exec "${process.execPath}" -e 'console.log(require("crypto").randomBytes(32).toString("hex"))'`,
};

const blocks = fencedBlocks(readPage('README.md'));
const start = blocks.findIndex(({ heading }) => heading === 'Folders and rights');
const setUps = blocks.slice(start).filter(({ heading }) => /^(?:Folders and rights|Set-up \d)/.test(heading));

let disk = '';

function onDisk(path: string): string {
  return join(disk, path);
}

function modeOf(path: string): string {
  return (statSync(onDisk(path)).mode & 0o777).toString(8);
}

/** Runs all shell blocks under the headings that begin so in one shell; whoever reads input reads `typed`. */
function type(headings: RegExp, typed: string): void {
  const lines = setUps
    .filter(({ info, heading }) => info === 'sh' && headings.test(heading))
    .flatMap(({ text }) => text.split('\n'))
    // What the program itself does is shown elsewhere; the last command of set-up 3 reads variables for it.
    .filter((line) => line !== '' && !/^(?:#|scrapegate |set -a)/.test(line))
    .map((line) => line.replaceAll(FOLDERS, (folder) => onDisk(folder)))
    .map((line) => line.replace('-o prometheus', '-o "$(id -un)"'));
  const script = lines.map((line) => `{ ${line}\n} <<'TYPED'\n${typed}\nTYPED\n`).join('');
  const PATH = [onDisk('bin'), process.env['PATH']].join(delimiter);
  const { status, stderr } = spawnSync('sh', ['-euc', script], { env: { PATH }, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}

beforeAll(() => {
  disk = mkdtempSync(join(tmpdir(), 'scrapegate-set-up-'));
  for (const folder of ['bin', 'etc', 'var', 'var/lib']) mkdirSync(onDisk(folder));
  for (const [name, command] of Object.entries(STAND_INS)) {
    writeFileSync(onDisk(`bin/${name}`), `#!/bin/sh\n${command}\n`);
    chmodSync(onDisk(`bin/${name}`), 0o755);
  }
});
afterAll(() => rmSync(disk, { recursive: true, force: true }));

describe('the commands of README.md, in order', () => {
  it('make folders that only the gate may open, and the key of the gate in a file of its own', () => {
    type(/^Folders and rights$/, 'sk-key-of-the-gate');
    expect([modeOf('/etc/scrapegate'), modeOf('/var/lib/scrapegate'), modeOf('/etc/prometheus')]).toEqual([
      '700',
      '700',
      '755',
    ]);
    expect(modeOf('/etc/scrapegate/litellm.key')).toBe('600');
    expect(readFileSync(onDisk('/etc/scrapegate/litellm.key'), 'utf8')).toBe('sk-key-of-the-gate\n');
  });

  it('of set-up 1 give Prometheus the token that was typed', () => {
    type(/^(?:Folders and rights|Set-up 1)/, 'a-token');
    expect(modeOf('/etc/prometheus/scrapegate-prometheus.token')).toBe('600');
    expect(readFileSync(onDisk('/etc/prometheus/scrapegate-prometheus.token'), 'utf8')).toBe('a-token\n');
  });

  it('of set-up 3 give gate and Prometheus the same token', () => {
    type(/^(?:Folders and rights|Set-up 3)/, 'unread');
    const [gate, prometheus] = [
      '/etc/scrapegate/scrape.token',
      '/etc/prometheus/scrapegate-prometheus.token',
    ];
    expect([modeOf(gate), modeOf(prometheus)]).toEqual(['600', '600']);
    expect(readFileSync(onDisk(gate), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(readFileSync(onDisk(prometheus), 'utf8')).toBe(readFileSync(onDisk(gate), 'utf8'));
  });

  it('leave nothing to make by hand: every file that a configuration reads is there', () => {
    const read = setUps
      .filter(({ text }) => /^# (?:scrapegate|prometheus)\.(?:yml|env)\n/.test(text))
      .flatMap(({ text }) => [...text.matchAll(/\/(?:etc|var\/lib)\/[\w./-]+/g)])
      .map(([path]) => path)
      // The gate makes the one itself; the other is on the machine of a tenant.
      .filter(
        (path) => !['/var/lib/scrapegate/state.json', '/etc/prometheus/scrapegate-acme.token'].includes(path),
      );
    expect(new Set(read)).toEqual(
      new Set([
        '/etc/scrapegate/litellm.key',
        '/etc/scrapegate/scrape.token',
        '/etc/prometheus/scrapegate-prometheus.token',
      ]),
    );
    expect(read.filter((path) => !existsSync(onDisk(path)))).toEqual([]);
  });

  it('of set-up 2 make a token for each credential', () => {
    const [commands, configuration] = setUps.filter(({ heading }) => heading.startsWith('Set-up 2'));
    const named = [...(commands?.text ?? '').matchAll(/--name (\w+)/g)].map(([, name]) => name);
    const credentials = configuration?.text.split('\ncredentials:\n')[1] ?? '';
    expect(named).toEqual([...credentials.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name));
    expect(named).toHaveLength(3);
  });
});
