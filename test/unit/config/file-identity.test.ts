import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { identifyFile, notingReader } from '../../../src/config/file-identity.js';

const root = mkdtempSync(join(tmpdir(), 'scrapegate-identity-'));
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
  path = join(folder, 'token');
  writeFileSync(path, 'first');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the identity of a file', () => {
  it('is the same while nobody touches it', async () => {
    const before = await identifyFile(path);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(await identifyFile(path)).toBe(before);
  });

  it.each<readonly [string, () => void]>([
    ['is written with another length', () => writeFileSync(path, 'second, longer')],
    [
      'is replaced by one of the same length and time',
      () => {
        const other = join(folder, 'other');
        writeFileSync(other, 'later');
        utimesSync(other, 1, 1);
        renameSync(other, path);
      },
    ],
    ['is touched', () => utimesSync(path, 1, 1)],
    ['is removed', () => unlinkSync(path)],
  ])('is another one when the file %s', async (_, change) => {
    const before = await identifyFile(path);
    change();
    expect(await identifyFile(path)).not.toBe(before);
  });

  it('is another one when a folder on its way is swapped, as Kubernetes does, even for the same file', async () => {
    for (const version of ['..v1', '..v2']) mkdirSync(join(folder, version));
    writeFileSync(join(folder, '..v1', 'key'), 'same');
    linkSync(join(folder, '..v1', 'key'), join(folder, '..v2', 'key'));
    symlinkSync('..v1', join(folder, '..data'));
    symlinkSync(join('..data', 'key'), join(folder, 'key'));
    const before = await identifyFile(join(folder, 'key'));
    symlinkSync('..v2', join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
    expect(await identifyFile(join(folder, 'key'))).not.toBe(before);
  });

  it('of a missing file is one state, which ends when the file comes', async () => {
    unlinkSync(path);
    const missing = await identifyFile(path);
    expect(await identifyFile(path)).toBe(missing);
    writeFileSync(path, 'first');
    expect(await identifyFile(path)).not.toBe(missing);
  });
});

describe('a reader that takes notes', () => {
  it('notes what the file was before it was read', async () => {
    const before = await identifyFile(path);
    const noted = new Map<string, string>();
    const read = notingReader((name) => {
      writeFileSync(name, 'changed while it was read');
      return readFileSync(name);
    }, noted);
    read(path);
    expect([...noted]).toEqual([[path, before]]);
    expect(await identifyFile(path)).not.toBe(before);
  });

  it('notes a file that cannot be read', async () => {
    const noted = new Map<string, string>();
    const absent = join(folder, 'absent');
    const read = notingReader((name) => readFileSync(name), noted);
    expect(() => read(absent)).toThrow('ENOENT');
    expect(noted.get(absent)).toBe(await identifyFile(absent));
  });
});
