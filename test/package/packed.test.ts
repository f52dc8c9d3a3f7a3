// The packed tarball in a project of its own: every entry of `exports` from ESM, CommonJS and TypeScript, without the optional
// peers, judged by publint and attw as well; and nothing in it that does not belong there.

import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VERSION } from '../../src/internal/version.js';
import { CHAT_EXAMPLES, startChatExample } from '../support/chat-example.js';
import { bareEnvironment, startChild } from '../support/e2e/child.js';
import { eventually } from '../support/e2e/eventually.js';
import { TEXT_ACCEPT } from '../support/e2e/http-get.js';
import { readPage } from '../support/documentation.js';
import { fencedBlocks } from '../support/markdown.js';
import { installPacked, MANIFEST, type ConsumerProject } from '../support/packed-package.js';
import { REPOSITORY } from '../support/rooms.js';

const DEADLINE_MS = 60_000;
const require = createRequire(import.meta.url);

const STRICT = {
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  resolveJsonModule: true,
  noEmit: true,
};

/** What users write behind `from`. */
const specifiers = Object.keys(MANIFEST.exports).map((entry) => join('scrapegate', entry));
const modules = specifiers.filter((specifier) => !specifier.endsWith('.json'));
const documents = specifiers.filter((specifier) => specifier.endsWith('.json'));

let project: ConsumerProject;

beforeAll(async () => {
  project = await installPacked();
}, DEADLINE_MS);

afterAll(() => project?.remove());

/** What Node.js prints that runs a script in the project, once it has ended without a word of complaint. */
async function printed(type: 'module' | 'commonjs', script: string): Promise<string> {
  const { stdout, stderr } = await project.run(process.execPath, [`--input-type=${type}`, '--eval', script]);
  expect(stderr).toBe('');
  return stdout;
}

const listings = new Map<string, Promise<readonly string[]>>();

/** The names that an entry exports, asked for once. Node.js adds two to what `require` gives. */
function namesFrom(type: 'module' | 'commonjs', specifier: string): Promise<readonly string[]> {
  const load = type === 'module' ? `await import('${specifier}')` : `require('${specifier}')`;
  const listing = listings.get(load) ?? listNames(type, load);
  listings.set(load, listing);
  return listing;
}

async function listNames(type: 'module' | 'commonjs', load: string): Promise<readonly string[]> {
  const names: unknown = JSON.parse(await printed(type, `console.log(JSON.stringify(Object.keys(${load})))`));
  return z
    .array(z.string())
    .parse(names)
    .filter((name) => !['__esModule', 'module.exports'].includes(name))
    .toSorted();
}

function write(name: string, text: string): void {
  writeFileSync(join(project.folder, name), text);
}

/** What the compiler says of files of the project under strict options, and which files it read. */
async function checkTypes(
  name: string,
  options: object,
  include: readonly string[],
): Promise<{ readonly problems: readonly string[]; readonly files: readonly string[] }> {
  const config = `tsconfig.${name}.json`;
  write(config, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, include }));
  const { code, stdout } = await project.run(process.execPath, [
    require.resolve('typescript/bin/tsc'),
    '--project',
    config,
    '--listFiles',
  ]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const problems = lines.filter((line) => !line.startsWith('/'));
  return { problems: code === 0 ? problems : [`exit ${String(code)}`, ...problems], files: lines };
}

describe('the project', () => {
  it('has the package and what it depends on, and no optional peer', () => {
    const installed = readdirSync(join(project.folder, 'node_modules'), { recursive: true, encoding: 'utf8' })
      .filter((path) =>
        /^(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*\/package\.json$/.test(path),
      )
      .map((path) => join('node_modules', dirname(path)));
    expect(installed.toSorted()).toEqual(project.expectedPackages.toSorted());
    for (const peer of Object.keys(MANIFEST.peerDependencies)) {
      expect(existsSync(join(project.folder, 'node_modules', peer))).toBe(false);
    }
  });
});

describe.each(modules)('%s', (specifier) => {
  it('gives the same names to import and to require', async () => {
    const names = await namesFrom('module', specifier);
    expect(names.length).toBeGreaterThan(0);
    expect(names).not.toContain('default');
    expect(await namesFrom('commonjs', specifier)).toEqual(names);
  });
});

describe.each(documents)('%s', (specifier) => {
  it('is the document that it is here', async () => {
    const file = z.string().parse(MANIFEST.exports[specifier.replace('scrapegate', '.')]);
    const own: unknown = JSON.parse(readFileSync(`${REPOSITORY}${file}`, 'utf8'));
    const required = await printed('commonjs', `console.log(JSON.stringify(require('${specifier}')))`);
    expect(JSON.parse(required)).toEqual(own);
    // Node.js 20 calls the import of JSON an experiment.
    const imported = await printed(
      'module',
      `process.removeAllListeners('warning');
       const { default: document } = await import('${specifier}', { with: { type: 'json' } });
       console.log(JSON.stringify(document))`,
    );
    expect(JSON.parse(imported)).toEqual(own);
  });
});

it('what is private cannot be imported', async () => {
  const script = "import('scrapegate/dist/guard/guard.js').catch(({ code }) => console.log(code))";
  expect(await printed('module', script)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
});

describe('TypeScript', () => {
  beforeAll(async () => {
    // The user's own development dependencies.
    project.link('@types/node');
    for (const [at, specifier] of modules.entries()) {
      const uses = (await namesFrom('module', specifier)).map((name) => `entry.${name}`);
      const rest = `\nexport const used = [${uses.join(', ')}];\n// @ts-expect-error -- no such name\nentry.nothing;\n`;
      write(`module-${String(at)}.mts`, `import * as entry from '${specifier}';${rest}`);
      write(`required-${String(at)}.cts`, `import entry = require('${specifier}');${rest}`);
    }
    const imports = documents.map(
      (specifier, at) => `export { default as d${String(at)} } from '${specifier}' with { type: 'json' };\n`,
    );
    write('documents.mts', imports.join(''));
  });

  it.each([
    ['nodenext', { module: 'nodenext' }, ['*.mts', '*.cts']],
    // What a bundler is given is ESM.
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }, ['*.mts']],
  ])('checks under %s, declarations included', async (name, resolution, include) => {
    const { problems, files } = await checkTypes(name, { ...resolution, skipLibCheck: false }, include);
    expect(problems).toEqual([]);
    for (const target of Object.values(MANIFEST.exports)) {
      if (typeof target === 'string') continue;
      const declarations = join('node_modules', 'scrapegate', target.types);
      expect(files.filter((file) => file.endsWith(declarations))).toHaveLength(1);
    }
  });
});

describe('the judges of packages', () => {
  const read = (path: string): { readonly name: string; readonly data: Uint8Array } => ({
    name: `package/${path}`,
    data: readFileSync(join(project.folder, 'node_modules', 'scrapegate', path)),
  });
  const messagesOf = async (paths: readonly string[]): Promise<readonly string[]> => {
    const { messages } = await publint({ pkgDir: 'package', pack: { files: paths.map(read) }, strict: true });
    return messages.map(({ code, path }) => `${code} ${path.join('.')}`);
  };

  it('publint has nothing to say', async () => {
    expect(await messagesOf(project.packedFiles)).toEqual([]);
  });

  it('publint speaks up when a file is missing', async () => {
    const rest = project.packedFiles.filter((path) => path !== 'dist/llm/index.js');
    expect(await messagesOf(rest)).toEqual(['FILE_DOES_NOT_EXIST exports../llm.default']);
  });

  it('attw finds the types of every entry', async () => {
    const cli = dirname(require.resolve('@arethetypeswrong/cli/package.json'));
    const { code, stdout } = await project.run(process.execPath, [
      join(cli, 'dist', 'index.js'),
      project.tarball,
      '--profile=esm-only',
      '--no-definitely-typed',
      '--format=json',
    ]);
    const { analysis } = z
      .object({ analysis: z.object({ entrypoints: z.record(z.string(), z.unknown()) }) })
      .parse(JSON.parse(stdout));
    expect(Object.keys(analysis.entrypoints).toSorted()).toEqual(Object.keys(MANIFEST.exports).toSorted());
    expect(code).toBe(0);
  });
});

describe('the tarball', () => {
  /** Everything that may be in it. */
  const ALLOWED = [
    /^(?:package\.json|LICENSE|(?:README|ARCHITECTURE|CHANGELOG|CONTRIBUTING|SECURITY)\.md)$/,
    /^dist\/[\w/-]+(?<!\.test)\.(?:js|d\.ts)$/,
    /^schema\/scrapegate\.schema\.json$/,
    /^docs\/[\w/-]+\.md$/,
    /^deploy\/(?!.*\btests\b)[\w/-]+\.(?:yml|json|md)$/,
    /^examples\/[\w/-]+\.(?:md|yml|env|service|socket|mjs)$/,
  ];

  it('has nothing that should not be in it: no tests, no sources, no maps, nothing hidden', () => {
    const strangers = project.packedFiles.filter((path) => !ALLOWED.some((pattern) => pattern.test(path)));
    expect(strangers).toEqual([]);
    expect(ALLOWED.some((pattern) => pattern.test('dist/index.js.map'))).toBe(false);
  });

  it('says nothing of the machine that built it, and points to no map', () => {
    const own = join(project.folder, 'node_modules', 'scrapegate');
    const told = project.packedFiles.filter((path) => {
      const text = readFileSync(join(own, path), 'utf8');
      return text.includes(REPOSITORY) || /^\/\/# source(?:Mapping)?URL/m.test(text);
    });
    expect(told).toEqual([]);
  });

  it('has every source compiled, with its types, and nothing from another time', () => {
    const sources = readdirSync(`${REPOSITORY}src`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `dist/${path.slice(0, -'.ts'.length)}`);
    const expected = sources.flatMap((path) => [`${path}.js`, `${path}.d.ts`]);
    const built = project.packedFiles.filter((path) => path.startsWith('dist/'));
    expect(built.toSorted()).toEqual(expected.toSorted());
  });
});

describe('the program', () => {
  const program = (): string => join(project.folder, 'node_modules', '.bin', 'scrapegate');

  it('is linked by npm, and runs', async () => {
    expect(Object.keys(MANIFEST.bin)).toEqual(['scrapegate']);
    expect(await project.run(program(), ['--version'])).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
  });

  it('serves the demo', async () => {
    const child = startChild({
      command: program(),
      args: ['serve', '--demo', '--listen', '127.0.0.1:0'],
      env: bareEnvironment(),
      cwd: project.folder,
    });
    try {
      await eventually(() => (child.stdout().includes('curl') ? true : undefined), {
        what: 'the demo says how to scrape it',
        deadlineMs: DEADLINE_MS,
        context: child.stderr,
      });
    } finally {
      expect(await child.stop()).toMatchObject({ code: 0 });
    }
  });
});

/** Each entry as its users call it. */
const SERVERS = `
import { createServer } from 'node:http';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { register } from 'prom-client';
import * as inExpress from 'scrapegate/express';
import { metricsPlugin } from 'scrapegate/fastify';
import * as inHono from 'scrapegate/hono';
import { createLlmMetrics } from 'scrapegate/llm';
import { createMetricsHandler } from 'scrapegate/node';

const llm = createLlmMetrics({ register });
const options = { register, llm, apiKey: process.env['METRICS_API_KEY'] };
inExpress.mountMetrics(express(), options);
await fastify().register(metricsPlugin, options);
inHono.mountMetrics(new Hono(), options);
createServer(createMetricsHandler(options).protect((_, response) => response.end()));
`;
const FRAMEWORKS = ['express', 'fastify', 'hono', '@hono/node-server'];

describe('with the frameworks installed', () => {
  beforeAll(() => {
    project.link(...FRAMEWORKS, '@types/express');
    cpSync(join(project.folder, 'node_modules', 'scrapegate', 'examples'), join(project.folder, 'examples'), {
      recursive: true,
    });
  });

  it('TypeScript lets the gate into their applications', async () => {
    write('servers.mts', SERVERS);
    const { problems } = await checkTypes('servers', { module: 'nodenext', skipLibCheck: true }, [
      'servers.mts',
    ]);
    expect(problems).toEqual([]);
  });

  it.each(CHAT_EXAMPLES)('%s runs where it is copied to, and needs no more than it says', async (name) => {
    const example = await startChatExample(name, project.folder);
    try {
      const question = { prompt: 'Hello dear reader', user: 'anna@acme.example' };
      expect(await example.stream(question)).toMatchObject({
        text: 'You said: Hello dear reader ',
        tokens: 5,
      });
      expect(await example.ask(question)).toMatchObject({ usage: { cache: 'miss' } });
      const metrics = await example.get('/metrics');
      expect(metrics.status).toBe(200);
      expect(metrics.text).toMatch(/^llm_identity_requests_total\{.*user="p_[a-z2-7]{26}".*\} 2$/m);
      expect(metrics.text).not.toContain('anna');
      expect(JSON.parse((await example.get('/v1/metrics')).text)).toMatchObject({
        cache: { cache_hits: 0, cache_misses: 1 },
        latency: { count: 2 },
      });
      expect(example.child.stderr()).toBe('');
    } finally {
      await example.stop();
    }
  });

  it('express-chat is what README.md shows, and answers as it shows', async () => {
    const shown = (info: string): string =>
      fencedBlocks(readPage('README.md')).find((block) => block.info === info)?.text ?? '';
    const linesOf = (text: string): readonly string[] =>
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    const code = linesOf(readPage('examples/express-chat/server.mjs'));
    expect(linesOf(shown('js express-chat')).filter((line) => !code.includes(line))).toEqual([]);
    // Numbers and pseudonyms are those of one run.
    const masked = (line: string): string => line.replace(/ [\d.e-]+$/, ' 0').replace(/p_[a-z2-7]{26}/, 'p_');
    const example = await startChatExample('express-chat', project.folder);
    try {
      await example.stream({ prompt: 'Hello', user: 'anna@acme.example' });
      const metrics = linesOf((await example.get('/metrics', { accept: TEXT_ACCEPT })).text).map(masked);
      const lines = linesOf(shown('text express-chat')).map(masked);
      expect(lines.length).toBeGreaterThan(2);
      expect(lines.filter((line) => !metrics.includes(line))).toEqual([]);
      const summary = (await example.get('/v1/metrics')).text;
      const zeros = (json: string): unknown => JSON.parse(json.replaceAll(/(?<=: ?)-?[\d.e-]+/g, '0'));
      expect(zeros(shown('json express-chat'))).toEqual(zeros(summary));
    } finally {
      await example.stop();
    }
  });
});
