import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ScrapegateError } from '../../../src/errors.js';
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

  test('a write that cannot happen keeps the old file and says so', async () => {
    await writeStateFile(path, views);
    const before = await readFile(path, 'utf8');
    await expect(writeStateFile(join(folder, 'missing', 'state.json'), views)).rejects.toThrow(
      ScrapegateError,
    );
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test('a folder in its place is an error, never a silent new start', async () => {
    await expect(readStateFile(folder)).rejects.toMatchObject({ code: 'ERR_SCRAPEGATE_STATE_UNREADABLE' });
  });
});
