// The examples of docs/getting-started.md, run: what the page shows is what the commands print and write.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../src/cli/program.js';
import { planFiles } from '../../src/setup/init/plan.js';
import { FORMS, type SetUp } from '../../src/setup/init/set-up.js';
import { createTestContext } from '../support/cli-context.js';
import { readPage } from '../support/documentation.js';
import { codeSpans, fencedBlocks, tableUnder } from '../support/markdown.js';

const PAGE = readPage('docs/getting-started.md');
const block = (info: string): string =>
  fencedBlocks(PAGE).find((candidate) => candidate.info === info)?.text ?? '';

const SET_UP: SetUp = {
  folder: '/etc/scrapegate',
  listen: { host: '127.0.0.1', port: 9087 },
  target: { name: 'target', url: 'http://target.example/metrics', preset: 'generic', isMalformed: false },
  tokenDigest: `sha256:${'0'.repeat(64)}`,
  version: '1.2.3',
};

async function preview(args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'scrapegate-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'metrics.txt');
  writeFileSync(file, block('text before'));
  const context = createTestContext();
  expect(await run(['preview', ...args, file], context)).toBe(0);
  return context.out();
}

describe('docs/getting-started.md', () => {
  it('shows a preview as it is printed', async () => {
    expect(await preview(['--preset', 'litellm'])).toBe(block('text preview'));
  });

  it('shows an explanation as it is printed', async () => {
    const args = ['--preset', 'litellm', '--explain', 'requests_total{code="200"}'];
    expect(await preview(args)).toBe(block('text explain'));
    expect(PAGE).toContain(
      `scrapegate preview --preset litellm --explain 'requests_total{code="200"}' metrics.txt`,
    );
  });

  it('lists the files that are always written, with their modes', () => {
    const always = planFiles(SET_UP, [], 'token').map(({ name, mode }) => [name, `0${mode.toString(8)}`]);
    const listed = [
      ...PAGE.matchAll(/^\| `(scrapegate\.yml|scrapegate\.token|prometheus\.yml)` +\| (\d{4}) /gm),
    ];
    expect(listed.map(([, name, mode]) => [name, mode])).toEqual(always);
    expect(tableUnder(PAGE, 'init')).toHaveLength(always.length);
  });

  it.each(FORMS)('lists the files for %s', (form) => {
    const always = new Set(planFiles(SET_UP, [], 'token').map(({ name }) => name));
    const more = planFiles(SET_UP, [form], 'token').flatMap(({ name }) => (always.has(name) ? [] : [name]));
    const [, row = ''] = new RegExp(`^\\| \`${form}\` +\\|([^|]*)\\|`, 'm').exec(PAGE) ?? [];
    expect(codeSpans(row)).toEqual(more);
  });
});
