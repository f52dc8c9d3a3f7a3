import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readBoundedFile, type ReadFile } from '../../../src/config/file-access.js';
import { ProblemList } from '../../../src/config/problems.js';
import { FileReader } from '../../../src/config/secrets.js';

const folder = mkdtempSync(join(tmpdir(), 'scrapegate-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function secretOf(content: Uint8Array | string | { code: string }): {
  secret: string | undefined;
  problem: string;
} {
  const problems = new ProblemList();
  const readFile: ReadFile = () => {
    if (typeof content === 'object' && 'code' in content) throw Object.assign(new Error('x'), content);
    return Buffer.from(content);
  };
  const reader = new FileReader({ configPath: '/etc/scrapegate.yml', readFile, problems });
  const secret = reader.secretFile('token_file', 'hunter2');
  const [problem] = problems.all;
  return {
    secret: secret?.reveal(),
    problem: problem === undefined ? '' : `${problem.path} ${problem.message}`,
  };
}

describe('A10: files that hold no sound secret', () => {
  it.each([
    ['nothing', '', 'is empty'],
    ['a line break', '\n', 'is empty'],
    ['blanks', ' \t \n', 'is empty'],
    ['two line breaks', 'abc\n\n', 'more than one line'],
    ['a blank first line', '\nabc', 'more than one line'],
    ['two lines', 'abc\ndef\n', 'more than one line'],
    ['a carriage return within', 'a\rb', 'more than one line'],
    ['a byte order mark', '\uFEFFabc', 'byte order mark'],
    ['a NUL', 'abc\0', 'NUL'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe), 'UTF-8'],
  ])('%s', (_, content, part) => {
    const { secret, problem } = secretOf(content);
    expect(secret).toBeUndefined();
    expect(problem).toContain(part);
  });

  it.each([
    ['ENOENT', 'does not exist'],
    ['EACCES', 'may not be read by this user'],
    ['EISDIR', 'is a folder'],
    ['EFBIG', 'is larger than 1048576 bytes'],
    ['EIO', 'cannot be read (EIO)'],
  ])('%s is told without the path, which may be the secret itself', (code, part) => {
    const { problem } = secretOf({ code });
    expect(problem).toBe(`token_file names a file that ${part}`);
    expect(problem).not.toContain('hunter2');
  });
});

describe('sound secrets', () => {
  it.each([
    ['abc', 'abc'],
    ['abc\n', 'abc'],
    ['abc\r\n', 'abc'],
    [' abc ', ' abc '],
    ['pässwörd\n', 'pässwörd'],
  ])('%j is %j', (content, expected) => expect(secretOf(content)).toEqual({ secret: expected, problem: '' }));
});

describe('paths', () => {
  it('start at the folder of the configuration file', () => {
    const input = { readFile: readBoundedFile, problems: new ProblemList() };
    const reader = new FileReader({ ...input, configPath: '/etc/scrapegate/gate.yml' });
    expect(reader.resolvePath('secrets/token')).toBe('/etc/scrapegate/secrets/token');
    expect(reader.resolvePath('/run/token')).toBe('/run/token');
    expect(new FileReader({ ...input, configPath: undefined }).resolvePath('token')).toBe(
      join(process.cwd(), 'token'),
    );
  });

  it('never have a NUL', () => {
    const problems = new ProblemList();
    const reader = new FileReader({ configPath: undefined, readFile: readBoundedFile, problems });
    expect(reader.bytes('token_file', 'a\0b')).toBeUndefined();
    expect(problems.all).toEqual([
      { path: 'token_file', message: 'names a file that has a name that no file can have' },
    ]);
  });
});

describe('readBoundedFile', () => {
  it('reads a file whole', () => {
    const path = join(folder, 'whole');
    writeFileSync(path, 'x'.repeat(200_000));
    expect(readBoundedFile(path)).toHaveLength(200_000);
  });

  it.each([
    ['a device without end', '/dev/zero', 'ENOTFILE'],
    ['a folder', folder, 'EISDIR'],
    ['nothing', join(folder, 'nothing'), 'ENOENT'],
  ])('refuses %s', (_, path, code) => {
    expect(() => readBoundedFile(path)).toThrow(expect.objectContaining({ code }));
  });
});
