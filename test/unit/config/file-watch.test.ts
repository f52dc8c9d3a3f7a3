import { describe, expect, it } from 'vitest';
import { createFileWatch, type FileWatch } from '../../../src/config/file-watch.js';
import { nextTurn } from '../../support/next-turn.js';
import { ManualClock } from '../../support/manual-clock.js';

interface Scene {
  readonly files: Map<string, string>;
  readonly watch: FileWatch;
  readonly changes: () => number;
  readonly looks: () => number;
  readonly pendingTimers: () => number;
  /** Lets one interval pass, and the look at its end take place. */
  tick(times?: number): Promise<void>;
}

const INTERVAL_MS = 5_000;

function createScene(): Scene {
  const clock = new ManualClock();
  const files = new Map([
    ['/gate.yml', 'v1'],
    ['/token', 'v1'],
  ]);
  let changes = 0;
  let looks = 0;
  const watch = createFileWatch({
    clock,
    onChange: () => (changes += 1),
    identify: async (path) => {
      looks += 1;
      return files.get(path) ?? 'ENOENT';
    },
  });
  return {
    files,
    watch,
    changes: () => changes,
    looks: () => looks,
    pendingTimers: () => clock.pendingTimers,
    async tick(times = 1) {
      for (let i = 0; i < times; i += 1) {
        clock.advance(INTERVAL_MS);
        await nextTurn();
      }
    },
  };
}

function watching(): Scene {
  const scene = createScene();
  scene.watch.watch(new Map(scene.files), INTERVAL_MS);
  return scene;
}

describe('a watch', () => {
  it('says nothing while nothing changes, and looks once an interval', async () => {
    const scene = watching();
    await scene.tick(10);
    expect(scene.changes()).toBe(0);
    expect(scene.looks()).toBe(20);
  });

  it('says nothing of a file that is still being written', async () => {
    const scene = watching();
    for (let version = 2; version < 8; version += 1) {
      scene.files.set('/token', `v${version}`);
      await scene.tick();
    }
    expect(scene.changes()).toBe(0);
    await scene.tick();
    expect(scene.changes()).toBe(1);
  });

  it('says nothing of a change that was taken back', async () => {
    const scene = watching();
    scene.files.set('/token', 'v2');
    await scene.tick();
    scene.files.set('/token', 'v1');
    await scene.tick(3);
    expect(scene.changes()).toBe(0);
  });

  it('waits for all files: the second half of a change begins the rest anew', async () => {
    const scene = watching();
    scene.files.set('/gate.yml', 'v2');
    await scene.tick();
    scene.files.set('/token', 'v2');
    await scene.tick();
    expect(scene.changes()).toBe(0);
    await scene.tick();
    expect(scene.changes()).toBe(1);
  });

  it.each([
    ['goes', () => undefined],
    ['comes back', () => 'v1'],
  ])('notices a file that %s', async (_, next) => {
    const scene = createScene();
    if (next() === undefined) scene.watch.watch(new Map(scene.files), INTERVAL_MS);
    else scene.watch.watch(new Map([['/token', 'ENOENT']]), INTERVAL_MS);
    if (next() === undefined) scene.files.delete('/token');
    await scene.tick(2);
    expect(scene.changes()).toBe(1);
  });

  it('tells of a change once, and looks no further until it hears what was read', async () => {
    const scene = watching();
    scene.files.set('/token', 'v2');
    await scene.tick(5);
    expect(scene.changes()).toBe(1);
    expect(scene.pendingTimers()).toBe(0);

    scene.watch.watch(new Map(scene.files), INTERVAL_MS);
    await scene.tick(5);
    expect(scene.changes()).toBe(1);
    scene.files.set('/token', 'v3');
    await scene.tick(2);
    expect(scene.changes()).toBe(2);
  });

  it('notices what changed between the reading and the first look', async () => {
    const scene = createScene();
    scene.watch.watch(new Map([['/token', 'v0']]), INTERVAL_MS);
    await scene.tick(2);
    expect(scene.changes()).toBe(1);
  });

  it('forgets a look that was under way when it was told of other files, or stopped', async () => {
    const clock = new ManualClock();
    let answer: (identity: string) => void = () => {};
    let changes = 0;
    const watch = createFileWatch({
      clock,
      onChange: () => (changes += 1),
      identify: () => new Promise((resolve) => (answer = resolve)),
    });
    watch.watch(new Map([['/a', 'v1']]), INTERVAL_MS);
    clock.advance(INTERVAL_MS);
    watch.watch(new Map([['/b', 'v1']]), INTERVAL_MS);
    answer('v2');
    await nextTurn();
    expect(clock.pendingTimers).toBe(1);
    clock.advance(INTERVAL_MS);
    watch.stop();
    answer('v2');
    await nextTurn();
    expect(clock.pendingTimers).toBe(0);
    expect(changes).toBe(0);
  });
});
