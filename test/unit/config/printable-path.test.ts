import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFolder } from '../../../src/config/file-access.js';
import { printablePath } from '../../../src/config/printable-path.js';

const FOLDERS = ['/', '/etc/scrapegate', '/gate', '/gate/secrets'];

function printed(written: string): string | undefined {
  return printablePath(written, resolve('/gate', written), (path) => FOLDERS.includes(path));
}

describe('printablePath', () => {
  it.each([
    ['a word', 'hunter2'],
    ['a token', 'q7Gm2VtX9cKpL4sZ8wYb3nRd6fHj1uTe5aQx0oEiCvM'],
    ['a key of a provider', 'sk-proj.AbCdEf123456'],
    ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r'],
    ['base64 with a slash', 'q7Gm2VtX9/KpL4sZ8wYb3nRd6fHj1uTe5aQx0oEiCvM='],
    ['base64 that begins with a slash', '/7Gm2VtX9cKpL4sZ8wYb3nRd6fHj1uTe5aQx0oEiCvM='],
    ['a URL', 'https://user:hunter2@gate.example/secrets'],
    ['a folder that is not there', '/run/nowhere/token'],
    ['a strange name in a folder that is there', '/gate/hunter 2'],
    ['a very long name in a folder that is there', `/gate/${'x'.repeat(65)}`],
    ['characters of a terminal', '/gate/\u001b[31m'],
    ['another alphabet', '/gate/ключ.key'],
    ['PEM', '-----BEGIN PRIVATE KEY-----\nMC4CAQAw.pem'],
  ])('keeps %s', (_, written) => expect(printed(written)).toBeUndefined());

  it.each([
    ['/etc/scrapegate/litellm.key', '"/etc/scrapegate/litellm.key"'],
    ['/etc/scrapegate/token', '"/etc/scrapegate/token"'],
    ['secrets/token', '"/gate/secrets/token"'],
    ['./token', '"/gate/token"'],
    ['litellm.key', '"/gate/litellm.key"'],
    ['scrapegate.example.pem', '"/gate/scrapegate.example.pem"'],
  ])('repeats %s', (written, expected) => expect(printed(written)).toBe(expected));
});

it('a folder is a folder, and nothing else is', () => {
  expect([isFolder('/'), isFolder('/dev/null'), isFolder('/dev/null/x'), isFolder('/nowhere')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
