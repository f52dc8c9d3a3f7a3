// The built program as a shell runs it: by its path, into a pipe whose reader leaves, onto a disk that is full.

import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { platform } from 'node:process';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/internal/version.js';
import { REPOSITORY } from '../support/rooms.js';

const MANIFEST: { readonly bin: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(`${REPOSITORY}package.json`, 'utf8'),
);
const PROGRAM = `${REPOSITORY}${MANIFEST.bin['scrapegate'] ?? ''}`;
const hasDevFull = existsSync('/dev/full');

function shell(script: string): { readonly status: number | null; readonly stderr: string } {
  const { status, stderr } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], PROGRAM, SCRAPEGATE_TARGET: 'http://127.0.0.1:1/' },
  });
  return { status, stderr };
}

describe.skipIf(platform === 'win32')('the built program', () => {
  it.each(Object.entries(MANIFEST.bin))('%s runs by its path after a build', (_, path) => {
    expect(() => accessSync(`${REPOSITORY}${path}`, constants.X_OK)).not.toThrow();
    expect(execFileSync(`${REPOSITORY}${path}`, ['--version'], { encoding: 'utf8' })).toBe(`${VERSION}\n`);
  });

  it('is silent when nobody reads on', () => {
    const script = 'for i in 1 2 3; do { "$PROGRAM" check; echo "$?" >&2; } | true; done';
    expect(shell(script)).toEqual({ status: 0, stderr: '0\n0\n0\n' });
  });

  it.runIf(hasDevFull)('ends with 1 and one line when its output cannot be written', () => {
    for (const command of ['check', 'token', '--help', 'serve --demo --listen 127.0.0.1:0']) {
      const { status, stderr } = shell(`"$PROGRAM" ${command} > /dev/full`);
      expect(status).toBe(1);
      expect(stderr.split('\n').filter((line) => !line.startsWith('{'))).toEqual([
        'error: standard output cannot be written (ENOSPC)',
        '',
      ]);
    }
  });
});
