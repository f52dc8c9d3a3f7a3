import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfiguration, type LoadedConfiguration } from '../../../src/config/load.js';
import { createFileOnce } from '../../../src/config/file-access.js';
import { ScrapegateError } from '../../../src/errors.js';

const root = mkdtempSync(join(tmpdir(), 'scrapegate-key-'));
afterAll(() => rmSync(root, { recursive: true }));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'case-'));
});

function load(settings: string, more: { createFiles?: boolean } = {}): Promise<LoadedConfiguration> {
  const configPath = join(folder, 'gate.yml');
  writeFileSync(configPath, `targets: { litellm: { url: "http://litellm.example/metrics" } }\n${settings}\n`);
  return loadConfiguration({ configPath, env: {}, nodeVersion: '24.17.0', ...more });
}

async function problemOf(settings: string): Promise<string> {
  const error: unknown = await load(settings).catch((thrown: unknown) => thrown);
  if (!(error instanceof ScrapegateError)) throw new Error('expected problems');
  expect(error.problems).toHaveLength(1);
  return `${error.problems[0]?.path ?? ''}: ${error.problems[0]?.message ?? ''}`;
}

describe('P7: a key that could be guessed is refused', () => {
  it.each([
    ['31 bytes', randomBytes(31), 'names a file that has 31 bytes; expected at least 32'],
    ['31 characters and a line break', `${randomBytes(16).toString('hex').slice(1)}\n`, 'has 31 bytes'],
    ['nothing', '', 'has 0 bytes'],
    ['zeros', new Uint8Array(64), 'repeats a few bytes'],
    ['one word again and again', 'abcabc'.repeat(10), 'repeats a few bytes'],
  ])('%s', async (_, content, part) => {
    writeFileSync(join(folder, 'key'), content);
    const problem = await problemOf('pseudonym_key_file: key');
    expect(problem).toContain('pseudonym_key_file: ');
    expect(problem).toContain(part);
  });

  it('is told with the path of its file', async () => {
    for (const content of ['8 bytes.', new Uint8Array(64)]) {
      writeFileSync(join(folder, 'short.key'), content);
      expect(await problemOf('pseudonym_key_file: short.key')).toMatch(
        new RegExp(`^pseudonym_key_file: names a file that .*: "${join(folder, 'short.key')}"$`),
      );
    }
  });

  it('a missing file', async () => {
    expect(await problemOf('pseudonym_key_file: key')).toBe(
      'pseudonym_key_file: names a file that does not exist',
    );
  });
});

describe('a key in a file', () => {
  it('is taken without the line break of a text', async () => {
    const text = randomBytes(32).toString('hex');
    writeFileSync(join(folder, 'key'), `${text}\n`);
    const { options } = await load('pseudonym_key_file: key');
    expect(Buffer.from(options.pseudonymKey ?? []).toString()).toBe(text);
  });

  it('keeps a last byte that only looks like a line break', async () => {
    const bytes = Buffer.concat([Uint8Array.of(0xff), randomBytes(30), Uint8Array.of(0x0a)]);
    writeFileSync(join(folder, 'key'), bytes);
    const { options } = await load('pseudonym_key_file: key');
    expect(Buffer.from(options.pseudonymKey ?? [])).toEqual(bytes);
  });
});

describe('a key beside the state file', () => {
  it('is made once, for this user alone, and kept', async () => {
    const first = await load('state_file: state.json');
    const path = join(folder, 'pseudonym.key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path)).toHaveLength(32);
    expect(first.options.stateFile).toBe(join(folder, 'state.json'));
    const second = await load('state_file: state.json');
    expect(second.options.pseudonymKey).toEqual(first.options.pseudonymKey);
    expect(readdirSync(folder).toSorted()).toEqual(['gate.yml', 'pseudonym.key']);
  });

  it('is not made by a look at the configuration', async () => {
    const { options, keySource } = await load('state_file: state.json', { createFiles: false });
    // As there will be one, nothing has to be warned of.
    expect(options.pseudonymKey).toHaveLength(32);
    expect(keySource).toEqual({
      kind: 'beside_state_file',
      path: join(folder, 'pseudonym.key'),
      made: false,
    });
    expect(existsSync(join(folder, 'pseudonym.key'))).toBe(false);
  });

  it('is not made for a configuration with problems', async () => {
    await expect(load('state_file: state.json\nlisten: nowhere')).rejects.toThrow(ScrapegateError);
    expect(existsSync(join(folder, 'pseudonym.key'))).toBe(false);
  });

  it('is not made where a key file is named', async () => {
    writeFileSync(join(folder, 'key'), randomBytes(32));
    await load('state_file: state.json\npseudonym_key_file: key');
    expect(existsSync(join(folder, 'pseudonym.key'))).toBe(false);
  });

  it('is refused when what is there is no key', async () => {
    writeFileSync(join(folder, 'pseudonym.key'), 'short');
    expect(await problemOf('state_file: state.json')).toMatch(
      /^state_file: names a file that has 5 bytes; .*pseudonym\.key"$/,
    );
  });

  it('needs a folder', async () => {
    expect(await problemOf('state_file: nowhere/state.json')).toBe(
      'state_file: is in a folder that does not exist; create the folder and give it to this user',
    );
    writeFileSync(join(folder, 'plain'), '');
    expect(await problemOf('state_file: plain/state.json')).toContain('not a folder');
  });

  it.skipIf(process.getuid?.() === 0)('needs a folder that it may write to', async () => {
    mkdirSync(join(folder, 'closed'));
    chmodSync(join(folder, 'closed'), 0o500);
    expect(await problemOf('state_file: closed/state.json')).toContain('may not be written');
  });
});

describe('createFileOnce', () => {
  it('leaves a file that was there alone, and nothing else behind', () => {
    const path = join(folder, 'once');
    expect(createFileOnce(path, Buffer.from('first'))).toBe('created');
    expect(createFileOnce(path, Buffer.from('second'))).toBe('existed');
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['once']);
  });
});
