import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ScrapegateError } from '../../../src/errors.js';
import { createCounterStore, type CounterStore } from '../../../src/gateway/counter-store.js';
import { ManualClock } from '../../support/manual-clock.js';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scrapegate-store-'));
  path = join(folder, 'state.json');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

interface Scene {
  readonly store: CounterStore;
  readonly clock: ManualClock;
  readonly errors: readonly ScrapegateError[];
  saved: number;
  collected: number;
}

function scene(statePath = path): Scene {
  const clock = new ManualClock();
  const errors: ScrapegateError[] = [];
  const made = {
    clock,
    errors,
    saved: 0,
    collected: 0,
    store: createCounterStore({
      path: statePath,
      clock,
      onSaved: () => {
        made.saved += 1;
      },
      onError: (error) => errors.push(error),
      collect: () => {
        made.collected += 1;
        return new Map();
      },
    }),
  };
  return made;
}

describe('createCounterStore', () => {
  it('writes nothing when nothing changed', async () => {
    const { store } = scene();
    await store.close();
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reports a failed write, goes on, and tries again after the next change', async () => {
    const made = scene(join(folder, 'missing', 'state.json'));
    made.store.changed();
    await made.store.close();
    expect(made.errors.map(({ code }) => code)).toEqual(['ERR_SCRAPEGATE_STATE_UNREADABLE']);
    await rm(folder, { recursive: true });
    await made.store.close();
    expect(made.errors).toHaveLength(2);
    expect(made.saved).toBe(0);
  });

  it('writes once for many changes, some time after the first', async () => {
    const made = scene();
    made.store.changed();
    made.clock.advance(4_000);
    made.store.changed();
    expect([made.collected, made.clock.pendingTimers]).toEqual([0, 1]);
    made.clock.advance(1_000);
    expect(made.clock.pendingTimers).toBe(0);
    await made.store.close();
    expect([made.collected, made.saved]).toEqual([1, 1]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ version: 1, views: {} });
  });

  it('writes what changed since, when it is closed, and holds no timer then', async () => {
    const made = scene();
    made.store.changed();
    await made.store.close();
    expect([made.collected, made.clock.pendingTimers]).toEqual([1, 0]);
  });

  it('leaves the file alone once it is closed: another process may own it', async () => {
    const made = scene();
    made.store.changed();
    await made.store.close();
    await writeFile(path, 'of another');
    made.store.changed();
    expect(made.clock.pendingTimers).toBe(0);
    await made.store.close();
    expect(await readFile(path, 'utf8')).toBe('of another');
  });
});
