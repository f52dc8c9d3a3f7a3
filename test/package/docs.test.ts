// Documentation in step with the program: links, commands, options, exit codes, scripts, dependencies, versions.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/program.js';
import { asRecord } from '../../src/internal/option-problems.js';
import { createTestContext } from '../support/cli-context.js';
import { documentationPages, readPage } from '../support/documentation.js';
import { anchorsOf, codeSpans, fencedBlocks, linkTargets, proseOf, tableUnder } from '../support/markdown.js';
import { REPOSITORY } from '../support/rooms.js';

const PAGES = documentationPages();
const MANIFEST: Readonly<Record<string, unknown>> = {
  ...asRecord(JSON.parse(readFileSync(`${REPOSITORY}package.json`, 'utf8'))),
};

function keysOf(member: string): readonly string[] {
  return Object.keys(asRecord(MANIFEST[member]) ?? {});
}

async function output(args: readonly string[]): Promise<string> {
  const context = createTestContext();
  expect(await run(args, context)).toBe(0);
  return context.out();
}

describe('links', () => {
  it.each(PAGES)('of $path lead somewhere', ({ path, text }) => {
    const broken = linkTargets(text).filter((target) => !leadsSomewhere(path, target));
    expect(broken).toEqual([]);
  });

  it('that are broken are seen', () => {
    expect(leadsSomewhere('docs/README.md', 'nowhere.md')).toBe(false);
    expect(leadsSomewhere('docs/README.md', 'views.md#nothing-of-the-kind')).toBe(false);
    expect(leadsSomewhere('docs/README.md', '../../outside.md')).toBe(false);
    expect(leadsSomewhere('docs/README.md', 'views.md#presets')).toBe(true);
  });

  it('reach every page from README.md', () => {
    const reached = new Set<string>();
    const follow = (path: string): void => {
      if (reached.has(path) || !path.endsWith('.md')) return;
      reached.add(path);
      for (const target of linkTargets(readPage(path))) {
        if (!target.includes('://')) follow(resolveLink(path, target).path);
      }
    };
    follow('README.md');
    expect(PAGES.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });
});

function resolveLink(page: string, target: string): { readonly path: string; readonly anchor: string } {
  const [file = '', anchor = ''] = target.split('#', 2);
  return { path: file === '' ? page : join(dirname(page), file), anchor };
}

function leadsSomewhere(page: string, target: string): boolean {
  if (target.startsWith('https://')) return true;
  const { path, anchor } = resolveLink(page, target);
  if (path.startsWith('..') || !existsSync(`${REPOSITORY}${path}`)) return false;
  if (anchor === '') return true;
  return statSync(`${REPOSITORY}${path}`).isFile() && anchorsOf(readPage(path)).includes(anchor);
}

describe('files', () => {
  it.each(PAGES)('that $path names exist', ({ text }) => {
    const named = codeSpans(proseOf(text)).filter((span) =>
      /^(?:src|test|schema|scripts|docs|examples|deploy)\/[\w./-]*$/.test(span),
    );
    expect(named.filter((path) => !existsSync(`${REPOSITORY}${path}`))).toEqual([]);
  });
});

describe('scripts', () => {
  const scripts = keysOf('scripts').filter((name) => !name.startsWith('pre'));
  const called = (text: string): readonly string[] =>
    [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, ran, short]) => ran ?? short ?? '');

  it.each(PAGES)('that $path calls exist', ({ text }) => {
    expect(called(text).filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('are all in CONTRIBUTING.md', () => {
    const table = tableUnder(readPage('CONTRIBUTING.md'), 'Set-up');
    expect(table.flatMap(([command = '']) => called(command)).toSorted()).toEqual(scripts.toSorted());
  });

  it('of the two commands of README.md are there', () => {
    const commands = fencedBlocks(readPage('README.md')).map(({ text }) => text);
    expect(commands).toContain('npm ci && npm start\n');
    expect(commands).toContain('npm ci && npm test\n');
  });
});

describe('commands', () => {
  /** Command → its long options, as its own help lists them. */
  const known = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
    const names = [...(await output(['--help'])).matchAll(/^ {2}([a-z-]+)(?: \[| {2})/gm)]
      .map(([, name]) => name ?? '')
      .filter((name) => name !== 'help');
    const commands = new Map<string, readonly string[]>();
    for (const name of names) {
      const help = await output([name, '--help']);
      commands.set(
        name,
        [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z.-]+)/gm)].map(([, option]) => option ?? ''),
      );
    }
    return commands;
  };

  it('that are shown anywhere exist, with the options that are shown', async () => {
    const commands = await known();
    const wrong: string[] = [];
    for (const { path, text } of PAGES) {
      for (const [, name = '', rest = ''] of text.matchAll(/(?:^|`)scrapegate ([a-z-]+)([^`\n]*)/gm)) {
        const options = [...rest.matchAll(/--[a-z]+(?:[.-][a-z]+)*/g)].map(([option]) => option);
        const allowed = commands.get(name);
        if (allowed === undefined || options.some((option) => !allowed.includes(option))) {
          wrong.push(`${path}: scrapegate ${name}${rest}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('are all in docs/operations.md, with all of their options', async () => {
    const documented = tableUnder(readPage('docs/operations.md'), 'Commands').map(
      ([command = '', meaning = '']) => [
        command.replaceAll(/`|scrapegate /g, ''),
        codeSpans(meaning).filter((span) => span.startsWith('--')),
      ],
    );
    const expected = [...(await known())].map(([name, options]) => [
      name,
      options.filter((option) => option !== '--help'),
    ]);
    expect(documented).toEqual(expected);
  });

  it('end with the exit codes that docs/operations.md lists', async () => {
    const table = tableUnder(readPage('docs/operations.md'), 'Exit codes');
    const help = await output(['--help']);
    expect(help.slice(help.indexOf('Exit codes:')).trim()).toBe(
      ['Exit codes:', ...table.map(([code = '', meaning = '']) => `  ${code}  ${meaning}`)].join('\n'),
    );
  });

  it('token prints what README.md shows', async () => {
    const blocks = fencedBlocks(readPage('README.md'));
    const at = blocks.findIndex(({ info }) => info === 'text token');
    const shown = blocks[at]?.text;
    const command = blocks[at - 1]?.text.trim().split(' ') ?? [];
    const printed = (await output(command.slice(1)))
      .replace(/^ {2}[\w-]{43}$/m, '  <token>')
      .replace(/sha256:[0-9a-f]{64}/, 'sha256:<digest>');
    expect(printed).toBe(shown);
  });
});

describe('what package.json says', () => {
  it('of dependencies is in ARCHITECTURE.md, each with a reason', () => {
    const table = tableUnder(readPage('ARCHITECTURE.md'), 'Dependencies');
    expect(table.map(([name = '']) => name.replaceAll('`', '')).toSorted()).toEqual(
      keysOf('dependencies').toSorted(),
    );
    expect(table.every(([, reason = '']) => reason.length > 10)).toBe(true);
  });

  it('of its version is the newest in CHANGELOG.md, in known categories, and supported', () => {
    const changelog = readPage('CHANGELOG.md');
    expect(/^## (\S+)/m.exec(changelog)?.[1]).toBe(MANIFEST['version']);
    const entries = changelog.split('\n').filter((line) => line.startsWith('- '));
    expect(
      entries.filter((line) => !/^- \[(?:CHANGE|FEATURE|ENHANCEMENT|BUGFIX|SECURITY)\] /.test(line)),
    ).toEqual([]);
    const [major, minor] = String(MANIFEST['version']).split('.');
    expect(tableUnder(readPage('SECURITY.md'), 'Supported versions')).toContainEqual([
      `${String(major)}.${String(minor)}.x`,
      'yes',
    ]);
  });

  it('of Node.js is what README.md and CONTRIBUTING.md ask for', () => {
    expect(MANIFEST['engines']).toEqual({ node: '^20.19.0 || >=22.12.0' });
    for (const page of ['README.md', 'CONTRIBUTING.md']) {
      expect(readPage(page)).toContain('Node.js ^20.19 or >= 22.12');
    }
  });
});
