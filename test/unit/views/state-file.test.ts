import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
import type { SlotReading } from '../../../src/views/counter-reading.js';
import { readStateFile, writeStateFile, type SavedViews } from '../../../src/views/state-file.js';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-state-'));
  path = join(folder, 'state.json');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const views: SavedViews = new Map([
  [
    'operations',
    {
      fingerprint: 'f',
      counters: {
        slots: [
          {
            id: 'slot',
            metric: 'metric',
            parts: [
              ['+Inf', true, [Number.POSITIVE_INFINITY]],
              ['1', false, [0.5, 2]],
            ],
            inputs: [['input', 17, [['value', 3.25]]]],
          },
        ],
        admitted: [
          ['set', ['a', 'b']],
          ['empty', []],
        ],
        memberships: { inside: ['x'], outside: [], both: ['y', 'z'] },
      },
    },
  ],
]);

describe('state file', () => {
  test('gives back what was written, infinities included', async () => {
    await writeStateFile(path, views);
    expect(await readStateFile(path)).toEqual({ kind: 'read', views });
  });

  test('of an older version, without admitted values and memberships, is read', async () => {
    const file = { version: 1, views: { v: { fingerprint: 'f', counters: { slots: [] } } } };
    await writeFile(path, JSON.stringify(file));
    expect(await readStateFile(path)).toEqual({
      kind: 'read',
      views: new Map([['v', { fingerprint: 'f', counters: { slots: [] } }]]),
    });
  });

  test('is readable by its owner alone, and nothing is left beside it', async () => {
    await writeStateFile(path, views);
    await writeStateFile(path, views);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  test('an absent file is an empty state', async () => {
    expect(await readStateFile(path)).toEqual({ kind: 'absent' });
  });

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"version":2,"views":{}}',
    '{"version":1}',
    '{"version":1,"views":{"v":{"fingerprint":1,"counters":{"slots":[]}}}}',
    '{"version":1,"views":{"v":{"fingerprint":"f","counters":{"slots":[{"id":"x","metric":"m","parts":[["a",true,[null]]],"inputs":[]}]}}}}',
    '{"version":1,"views":{"v":{"fingerprint":"f","counters":{"slots":[{"id":"x","metric":"m","parts":[],"inputs":[[]]}]}}}}',
    '{"version":1,"views":{"v":{"fingerprint":"f","counters":{"slots":[],"admitted":null}}}}',
    '{"version":1,"views":{"v":{"fingerprint":"f","counters":{"slots":[],"admitted":[["set"]]}}}}',
    '{"version":1,"views":{"v":{"fingerprint":"f","counters":{"slots":[],"admitted":[["set",[1]]]}}}}',
    '{"version":1,"views":{"v":{"fingerprint":"f","counters":{"slots":[],"memberships":[]}}}}',
    '{"version":1,"views":{"v":{"fingerprint":"f","counters":{"slots":[],"memberships":{"inside":[],"outside":[]}}}}}',
    '{"version":1,"views":{"v":{"fingerprint":"f","counters":{"slots":[],"memberships":{"inside":[],"outside":[],"both":[null]}}}}}',
  ])('a damaged file is set aside, not lost: %j', async (content) => {
    await writeFile(path, content);
    expect(await readStateFile(path)).toEqual({ kind: 'damaged', movedTo: `${path}.damaged` });
    expect(await readFile(`${path}.damaged`, 'utf8')).toBe(content);
    expect(await readStateFile(path)).toEqual({ kind: 'absent' });
  });

  describe('unfinished files', () => {
    const UNFINISHED = '0d9f6a1e-3b52-4c7d-8e9f-a0b1c2d3e4f5.tmp';

    test.each([true, false])(
      'that a crash left are removed at the start, with a state file: %j',
      async (isThere) => {
        if (isThere) await writeStateFile(path, views);
        await writeFile(`${path}.${UNFINISHED}`, '{"version":1,"vi');
        await writeFile(`${path}.${UNFINISHED.replace('0', '1')}`, '');
        expect((await readStateFile(path)).kind).toBe(isThere ? 'read' : 'absent');
        expect(await readdir(folder)).toEqual(isThere ? ['state.json'] : []);
      },
    );

    test('are told from what only looks like them', async () => {
      const others = [
        `state.json.${UNFINISHED.toUpperCase()}`,
        `state.json.${UNFINISHED}.tmp`,
        `state.json.${UNFINISHED.slice(1)}`,
        `state.json${UNFINISHED}`,
        `other-state.json.${UNFINISHED}`,
        `stateXjson.${UNFINISHED}`,
        'state.json.tmp',
        'state.json.damaged',
      ];
      for (const name of others) await writeFile(join(folder, name), 'of another');
      const link = `state.json.${UNFINISHED}`;
      await symlink(join(folder, 'state.json.tmp'), join(folder, link));
      const inner = `state.json.${UNFINISHED.replace('0', '1')}`;
      await mkdir(join(folder, inner));
      await readStateFile(path);
      expect((await readdir(folder)).toSorted()).toEqual([...others, link, inner].toSorted());
    });

    test('that cannot be looked for are no error', async () => {
      expect(await readStateFile(join(folder, 'missing', 'state.json'))).toEqual({ kind: 'absent' });
    });
  });

  test('a write that cannot happen keeps the old file and says so', async () => {
    await writeStateFile(path, views);
    const before = await readFile(path, 'utf8');
    await expect(writeStateFile(join(folder, 'missing', 'state.json'), views)).rejects.toThrow(
      ScrapegateError,
    );
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test('larger than a piece of it comes back whole', async () => {
    const inputs = Array.from(
      { length: 20_000 },
      (_, at) => [`i${at}`, at, [['value', at] as const]] as const,
    );
    const slots = [{ id: 'slot', metric: 'metric', parts: [], inputs }];
    const large: SavedViews = new Map([['v', { fingerprint: 'f', counters: { slots } }]]);
    await writeStateFile(path, large);
    expect(await readStateFile(path)).toEqual({ kind: 'read', views: large });
  });

  test('a write that breaks off keeps the old file, leaves nothing beside it, and lets go of what it read', async () => {
    await writeStateFile(path, views);
    const before = await readFile(path, 'utf8');
    let isReleased = false;
    function* slots(): Generator<SlotReading, void> {
      try {
        const inputs = Array.from({ length: 20_000 }, (_, at) => [`i${at}`, at, []] as const);
        yield { id: 'slot', metric: 'metric', parts: [], inputs };
        throw new Error('full');
      } finally {
        isReleased = true;
      }
    }
    await expect(
      writeStateFile(path, new Map([['v', { fingerprint: 'f', counters: { slots: slots() } }]])),
    ).rejects.toThrow(ScrapegateError);
    expect(isReleased).toBe(true);
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  test('a folder in its place is an error, never a silent new start', async () => {
    await expect(readStateFile(folder)).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_STATE_UNREADABLE' });
  });
});
