// The table of rooms holds, and would be seen to be broken; the process, time and sizes stay where they belong.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeSpans, tableUnder } from '../support/markdown.js';
import { allowedImports, cruise, doors, REPOSITORY, ruleNames, type Violation } from '../support/rooms.js';
import { ambientUses, sourceFiles } from '../support/source-files.js';

const CRUISE_TIMEOUT_MS = 120_000;
const MAX_LINES = 400;

describe('imports between rooms', () => {
  it(
    'are as the table allows',
    async () => {
      const { violations, modules } = await cruise(REPOSITORY);
      expect(violations).toEqual([]);
      expect(modules).toBeGreaterThanOrEqual(sourceFiles().length);
    },
    CRUISE_TIMEOUT_MS,
  );

  it('have a rule for every folder of src, and no rule for a folder that is not there', () => {
    const folders = new Set(sourceFiles().flatMap(({ path }) => path.split('/').slice(1, -1).slice(0, 1)));
    expect([...allowedImports().keys()].toSorted()).toEqual([...folders].toSorted());
  });

  it('are described in ARCHITECTURE.md as they are enforced', () => {
    const page = readFileSync(`${REPOSITORY}ARCHITECTURE.md`, 'utf8');
    const described = new Map(
      tableUnder(page, 'Rooms').map(([room = '', , imports = '']) => [
        room.replaceAll('`', ''),
        new Set(codeSpans(imports)),
      ]),
    );
    const enforced = new Map([...allowedImports()].map(([room, imports]) => [room, new Set(imports)]));
    expect(described).toEqual(enforced);
  });
});

describe('doors to disk and network', () => {
  it('are described in ARCHITECTURE.md as they are enforced', () => {
    const page = readFileSync(`${REPOSITORY}ARCHITECTURE.md`, 'utf8');
    const rows = tableUnder(page, 'Doors').map((row) => row.map(codeSpans));
    expect(doors().size).toBeGreaterThan(0);
    for (const [name, { leadsTo, rooms }] of doors()) {
      const row = rows.find(([modules = []]) => modules.some(leadsTo));
      expect([name, row?.[0]?.filter((module) => !leadsTo(module))]).toEqual([name, []]);
      expect([name, row?.[1]]).toEqual([name, rooms]);
    }
  });
});

describe('a planted violation', () => {
  /** Rule → a file and what it imports against that rule. */
  const planted: Readonly<Record<string, readonly [file: string, imports: string]>> = {
    'no-circular': ['src/internal/about.ts', './round.js'],
    'errors-import-nothing': ['src/errors.ts', './internal/leaf.js'],
    'room-internal': ['src/internal/low.ts', '../exposition/leaf.js'],
    'room-exposition': ['src/exposition/low.ts', '../views/leaf.js'],
    'room-network': ['src/network/low.ts', '../auth/leaf.js'],
    'room-auth': ['src/auth/low.ts', '../limits/leaf.js'],
    'room-limits': ['src/limits/low.ts', '../auth/leaf.js'],
    'room-views': ['src/views/low.ts', '../guard/leaf.js'],
    'room-guard': ['src/guard/low.ts', '../http/leaf.js'],
    'room-http': ['src/http/low.ts', '../views/leaf.js'],
    'room-targets': ['src/targets/low.ts', '../views/leaf.js'],
    'room-llm': ['src/llm/low.ts', '../gateway/leaf.js'],
    'room-adapters': ['src/adapters/low.ts', '../gateway/leaf.js'],
    'room-gateway': ['src/gateway/low.ts', '../config/leaf.js'],
    'room-audit': ['src/audit/low.ts', '../gateway/leaf.js'],
    'room-setup': ['src/setup/low.ts', '../gateway/leaf.js'],
    'room-status': ['src/status/low.ts', '../gateway/leaf.js'],
    'room-embedded': ['src/embedded/low.ts', '../config/leaf.js'],
    'room-config': ['src/config/low.ts', '../cli/leaf.js'],
    'room-cli': ['src/cli/low.ts', '../exposition/leaf.js'],
    'door-node-fs': ['src/guard/disk.ts', 'node:fs'],
    'door-node-net': ['src/views/socket.ts', 'node:http'],
    'door-node-child-process': ['src/gateway/child.ts', 'node:child_process'],
    'door-undici': ['src/gateway/client.ts', 'undici'],
    'door-ioredis': ['src/guard/store.ts', 'ioredis'],
  };
  const folder = mkdtempSync(join(tmpdir(), 'scrapegate-rooms-'));
  let found: readonly Violation[] = [];

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  beforeAll(async () => {
    cpSync(`${REPOSITORY}tsconfig.json`, join(folder, 'tsconfig.json'));
    symlinkSync(`${REPOSITORY}node_modules`, join(folder, 'node_modules'));
    for (const room of allowedImports().keys())
      write(`src/${room}/leaf.ts`, 'export const leaf: number = 1;\n');
    write('src/internal/round.ts', "import './about.js';\n");
    for (const [file, imports] of Object.values(planted)) write(file, `import '${imports}';\n`);
    found = (await cruise(folder)).violations;
  }, CRUISE_TIMEOUT_MS);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('exists for every rule', () => {
    expect(Object.keys(planted).toSorted()).toEqual(ruleNames().toSorted());
  });

  it.each(Object.entries(planted))('of %s is found', (rule, [file]) => {
    expect(found.filter((violation) => violation.rule === rule).map(({ from }) => from)).toContain(file);
  });
});

describe('what a file may take from its surroundings', () => {
  const cases = [
    { word: 'process.env', rooms: ['cli', 'config'] },
    { word: 'process.argv', rooms: ['cli', 'config'] },
    { word: 'process.stdin', rooms: ['cli'] },
    { word: 'process.stdout', rooms: ['cli'] },
    { word: 'process.stderr', rooms: ['cli'] },
    { word: 'process.on', rooms: ['cli'] },
    { word: 'process.emitWarning', rooms: ['embedded'] },
    { word: 'process.exit', rooms: ['cli'] },
    { word: 'process.exitCode', rooms: ['cli'] },
    { word: 'process.versions', rooms: ['cli', 'gateway'] },
    { word: 'process.pid', rooms: ['cli'] },
    { word: 'process.hrtime', rooms: ['internal'] },
    { word: 'process.umask', rooms: ['gateway'] },
    { word: 'process.memoryUsage', rooms: ['llm'] },
    { word: 'process.resourceUsage', rooms: ['llm'] },
  ];
  const clockWords = ['Date.now', 'new Date', 'setTimeout', 'setInterval', 'performance.now'];
  const uses = sourceFiles().map((file) => ({ path: file.path, words: ambientUses(file) }));

  it.each(cases)('$word only in $rooms', ({ word, rooms }) => {
    const users = uses.filter(({ words }) => words.includes(word)).map(({ path }) => path.split('/')[1]);
    expect(users.filter((room) => !rooms.includes(room ?? ''))).toEqual([]);
  });

  it('nothing else of the process, and the process never as a whole', () => {
    const known = new Set(cases.map(({ word }) => word));
    const others = uses.flatMap(({ path, words }) =>
      words.filter((word) => /^process\b/.test(word) && !known.has(word)).map((word) => `${path}: ${word}`),
    );
    expect(others).toEqual([]);
  });

  it('the console nowhere, not even in the command line', () => {
    expect(uses.filter(({ words }) => words.some((word) => word.startsWith('console')))).toEqual([]);
  });

  it.each(clockWords)('%s only in internal/clock', (word) => {
    const users = uses.filter(({ words }) => words.includes(word)).map(({ path }) => path);
    expect(users.filter((path) => path !== 'src/internal/clock.ts')).toEqual([]);
  });

  it('is seen where it is used, and not in comments, strings and methods of others', () => {
    const text = [
      'export const a = [process.env, Date.now(), new Date(), performance.now(), console];',
      'setTimeout(() => {}, 1);',
    ].join('\n');
    expect(ambientUses({ path: 'src/x/a.ts', text }).toSorted()).toEqual(
      ['Date.now', 'console', 'new Date', 'performance.now', 'process.env', 'setTimeout'].toSorted(),
    );
    const harmless = '// process.env\nexport const b = (s: Server) => s.setTimeout(1) + "Date.now()";';
    expect(ambientUses({ path: 'src/x/b.ts', text: harmless })).toEqual([]);
  });
});

describe('every source file', () => {
  it.each(sourceFiles())('$path opens with what it is for, and is short', ({ text }) => {
    const lines = text.split('\n');
    const opening = lines[0]?.startsWith('#!') === true ? lines[1] : lines[0];
    expect(opening).toMatch(/^\/\/ \S/);
    expect(lines.length - 1).toBeLessThanOrEqual(MAX_LINES);
  });
});
