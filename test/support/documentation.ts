// The pages of the documentation, and the snippets in them that can be run.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { fencedBlocks, type FencedBlock } from './markdown.js';
import { REPOSITORY } from './rooms.js';

/** One page: its path from the repository on, and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

const PAGES_OUTSIDE_DOCS = [
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'examples/README.md',
  'test/attacks/README.md',
];

/** Every page. */
export function documentationPages(): readonly Page[] {
  const inDocs = readdirSync(`${REPOSITORY}docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return [...PAGES_OUTSIDE_DOCS, ...inDocs.toSorted()].map((path) => ({ path, text: readPage(path) }));
}

/** The text of a page. */
export function readPage(path: string): string {
  return readFileSync(`${REPOSITORY}${path}`, 'utf8');
}

/** A snippet with the place where it stands, for the titles of tests. */
export interface Snippet extends FencedBlock {
  readonly place: string;
}

/** The blocks of all pages whose first line is the comment `# <name>`: `scrapegate.yml`, `prometheus.yml`, … */
export function snippetsCalled(name: string): readonly Snippet[] {
  return documentationPages().flatMap(({ path, text }) =>
    fencedBlocks(text)
      .filter((block) => block.text.startsWith(`# ${name}\n`))
      .map((block) => ({ ...block, place: `${path}:${String(block.line)}` })),
  );
}

/** Folders that the documentation writes as if they were on the reader's machine. */
const FOLDERS = ['/etc/scrapegate/', '/var/lib/scrapegate/'];

/** What a documented file holds in tests. Every name has to be known here, so that no snippet loads by accident. */
const FILES: Readonly<Record<string, string>> = {
  '/etc/scrapegate/litellm.key': 'sk-key-of-the-gate-for-its-target\n',
  '/etc/scrapegate/scrape.token': '3f9c1be07a52d4864e0db7c86125f39a90e4c73bd81f562ea7304bc95d68e1f2\n',
  '/etc/scrapegate/pseudonym.key': 'c81d5a3e97f0426bb35e8c174da09f62e7418b5dc3962f0a84be715d3c69a0f7\n',
  '/etc/scrapegate/idp.secret': 'secret-of-the-gate-at-its-issuer\n',
  '/etc/scrapegate/books.hash':
    '$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n',
  '/etc/scrapegate/users.htpasswd': 'anna:$2y$12$nawvaJa3fWDAuGAaXjkc8.c2ar0gnG/ZT.vJ7uSBwRLMxpitCJAMK\n',
};

/**
 * The text with its absolute folders moved below a folder of this test, in which every file that the documentation
 * speaks of exists. Gone after the test.
 */
export function movedToDisk(text: string): { readonly folder: string; readonly text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'scrapegate-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const path of FOLDERS) mkdirSync(join(folder, path), { recursive: true });
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: 0o600 });
  }
  return { folder, text: FOLDERS.reduce((moved, path) => moved.replaceAll(path, join(folder, path)), text) };
}
