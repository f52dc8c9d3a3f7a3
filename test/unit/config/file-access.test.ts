import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBoundedFile, tryReadFile } from '../../../src/config/file-access.js';

const folder = mkdtempSync(join(tmpdir(), 'scrapegate-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tryReadFile', () => {
  it('reads a file whole', () => {
    const path = join(folder, 'secret');
    writeFileSync(path, 'x'.repeat(100_000));
    expect(tryReadFile(path, readBoundedFile)).toMatchObject({ ok: true, value: { length: 100_000 } });
  });

  it('waits for nobody: a named pipe is refused', () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    expect(tryReadFile(path, readBoundedFile)).toEqual({ ok: false, error: 'is not a regular file' });
  });

  it.each([
    ['/dev/zero', 'is not a regular file'],
    [folder, 'is a folder'],
    [join(folder, 'absent'), 'does not exist'],
  ])('refuses %s', (path, error) => {
    expect(tryReadFile(path, readBoundedFile)).toEqual({ ok: false, error });
  });
});
