import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { writeFiles } from '../../../src/cli/write-files.js';
import { ScrapegateError } from '../../../src/errors.js';

const FILES = [
  { name: 'a.yml', text: 'a: 1\n', mode: 0o644 },
  { name: 'b.token', text: 'secret', mode: 0o600 },
  { name: 'c.yml', text: 'c: 1\n', mode: 0o644 },
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scrapegate-write-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

/** Code and problems of the error. @throws when there is none of ours. */
function problemsOf(act: () => void): readonly string[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ScrapegateError) || error.code !== 'ERR_SCRAPEGATE_OUTPUT_FAILED') throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const mode = (name: string): number => statSync(join(folder, name)).mode & 0o777;

describe('writeFiles', () => {
  it('names every file that is there, and writes none', () => {
    writeFileSync(join(folder, 'b.token'), 'mine');
    symlinkSync('/nowhere/at/all', join(folder, 'c.yml'));
    expect(problemsOf(() => writeFiles(folder, FILES, false))).toEqual([
      expect.stringMatching(/^b\.token: is there already; --force/),
      expect.stringMatching(/^c\.yml: is there already; --force/),
    ]);
    expect(readdirSync(folder).toSorted()).toEqual(['b.token', 'c.yml']);
    expect(text('b.token')).toBe('mine');
  });

  it('replaces no pipe and no device, whatever was asked for', () => {
    execFileSync('mkfifo', [join(folder, 'b.token')]);
    expect(problemsOf(() => writeFiles(folder, FILES, true))).toEqual([
      expect.stringMatching(/^b\.token: is a device/),
    ]);
    expect(statSync(join(folder, 'b.token')).isFIFO()).toBe(true);
  });

  it('replaces no folder, whatever was asked for', () => {
    mkdirSync(join(folder, 'c.yml'));
    expect(problemsOf(() => writeFiles(folder, FILES, true))).toEqual([
      expect.stringMatching(/^c\.yml: is a folder/),
    ]);
    expect(readdirSync(folder)).toEqual(['c.yml']);
  });

  it('leaves nothing behind where one of them cannot be written', () => {
    const long = [...FILES, { name: 'x'.repeat(300), text: '', mode: 0o644 }];
    const inside = join(folder, 'new', 'deep');
    expect(problemsOf(() => writeFiles(inside, long, false))).toEqual([
      expect.stringMatching(/^x{300}: cannot be written \(ENAMETOOLONG\)$/),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('puts everything back where one of them cannot be put into its place', () => {
    writeFileSync(join(folder, 'a.yml'), 'mine');
    chmodSync(join(folder, 'a.yml'), 0o640);
    // Twice the same name: the second one finds the first.
    const twice = [
      ...FILES,
      { name: 'd.yml', text: '1', mode: 0o644 },
      { name: 'd.yml', text: '2', mode: 0o644 },
    ];
    expect(problemsOf(() => writeFiles(folder, twice.slice(1), false))).toEqual([
      'd.yml: was made by somebody else meanwhile (EEXIST)',
    ]);
    expect(readdirSync(folder)).toEqual(['a.yml']);
    const long = [
      FILES[0] ?? { name: '', text: '', mode: 0 },
      { name: 'y'.repeat(240), text: '', mode: 0o644 },
    ];
    expect(problemsOf(() => writeFiles(folder, long, true))).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['a.yml']);
    expect([text('a.yml'), mode('a.yml')]).toEqual(['mine', 0o640]);
  });

  it('is refused below something that is no folder', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(problemsOf(() => writeFiles(join(folder, 'file', 'x'), FILES, true))).toHaveLength(1);
    expect(text('file')).toBe('');
  });

  it('writes all of them, with their permissions, whatever the umask', () => {
    const inside = join(folder, 'new', 'deep');
    const umask = process.umask(0o077);
    onTestFinished(() => void process.umask(umask));
    writeFiles(inside, FILES, false);
    expect(readdirSync(inside).toSorted()).toEqual(['a.yml', 'b.token', 'c.yml']);
    expect(['a.yml', 'b.token', 'c.yml'].map((name) => mode(join('new', 'deep', name)))).toEqual([
      0o644, 0o600, 0o644,
    ]);
  });

  it('replaces what is there where that was asked for; a link, not what it leads to', () => {
    writeFileSync(join(folder, 'b.token'), 'mine', { mode: 0o644 });
    writeFileSync(join(folder, 'elsewhere'), 'untouched');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'c.yml'));
    writeFiles(folder, FILES, true);
    expect([text('b.token'), mode('b.token')]).toEqual(['secret', 0o600]);
    expect([text('c.yml'), text('elsewhere')]).toEqual(['c: 1\n', 'untouched']);
    expect(readdirSync(folder).toSorted()).toEqual(['a.yml', 'b.token', 'c.yml', 'elsewhere']);
    expect(existsSync(join(folder, 'b.token'))).toBe(true);
  });
});
