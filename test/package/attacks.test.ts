// test/attacks/README.md explains exactly the attacks that tests and comments speak of.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPage } from '../support/documentation.js';
import { tableUnder } from '../support/markdown.js';
import { REPOSITORY } from '../support/rooms.js';

const PAGE = 'test/attacks/README.md';
const FOLDER = 'test/attacks';
const PLAYED = [
  'Credentials',
  'Tokens of identity providers',
  'Clients and addresses',
  'Paths, headers, HTTP',
  'TLS',
  'Expositions and views',
];

function sources(folder: string): readonly string[] {
  return readdirSync(`${REPOSITORY}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);
}

function textOf(path: string): string {
  return readFileSync(`${REPOSITORY}${path}`, 'utf8');
}

/** Id → the files with a title that begins with it. */
function titledIds(): ReadonlyMap<string, ReadonlySet<string>> {
  const filesOf = new Map<string, Set<string>>();
  for (const path of sources('test')) {
    for (const [, ids = ''] of textOf(path).matchAll(/['"`]((?:[A-Z]\d{1,2}, )*[A-Z]\d{1,2}): /g)) {
      for (const id of ids.split(', ')) filesOf.set(id, (filesOf.get(id) ?? new Set()).add(path));
    }
  }
  return filesOf;
}

const titled = titledIds();
const played = PLAYED.flatMap((heading) => tableUnder(readPage(PAGE), heading));
const missing = tableUnder(readPage(PAGE), 'Not applicable in this version');

describe('the table of attacks', () => {
  it('has exactly the ids that titles of tests begin with, each once', () => {
    expect(played.map(([id = '']) => id).toSorted()).toEqual([...titled.keys()].toSorted());
  });

  it.each(played)('%s: %s', (id = '', attack, seenIn, tests = '') => {
    expect([attack, seenIn]).not.toContain('');
    const linked = [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => join(FOLDER, target));
    const files = [...(titled.get(id) ?? [])];
    const inFolder = files.filter((path) => path.startsWith(`${FOLDER}/`));
    expect(linked.length).toBeGreaterThan(0);
    expect(linked.filter((path) => !files.includes(path))).toEqual([]);
    // Where the assembled gate is attacked, the row says so in full.
    expect(linked.filter((path) => path.startsWith(`${FOLDER}/`)).toSorted()).toEqual(inFolder.toSorted());
  });

  it('counts without gaps: what is not played says why', () => {
    const ids = [...played, ...missing].map(([id = '']) => id);
    const highest = new Map<string, number>();
    for (const id of ids) {
      highest.set(id.slice(0, 1), Math.max(highest.get(id.slice(0, 1)) ?? 0, Number(id.slice(1))));
    }
    const all = [...highest].flatMap(([letter, last]) =>
      Array.from({ length: last }, (_, index) => `${letter}${String(index + 1)}`),
    );
    expect(ids.toSorted()).toEqual(all.toSorted());
    expect(missing.filter(([, attack, reason]) => attack === '' || reason === '')).toEqual([]);
  });

  it('explains every id in a comment of the source', () => {
    const known = new Set(played.map(([id]) => id));
    const comments = sources('src')
      .flatMap((path) => textOf(path).split('\n'))
      .filter((line) => /^\s*(?:\/\/|\/?\*)/.test(line));
    const ids = comments.flatMap((line) => line.match(/\b[A-DPT][1-9]\d?\b/g) ?? []);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
  });
});
