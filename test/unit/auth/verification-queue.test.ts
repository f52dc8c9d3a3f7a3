import { describe, expect, test } from 'vitest';

import { createVerificationQueue, type VerificationQueue } from '../../../src/auth/verification-queue.js';
import { ManualClock } from '../../support/manual-clock.js';

const BUSY = { ok: false, error: 'verification_busy' };

/** Jobs that end when a test says so. */
function scene(options: { maxRunning: number; maxWaiting: number; maxPerClient: number }) {
  const clock = new ManualClock();
  const queue: VerificationQueue<string> = createVerificationQueue(options, clock);
  const started: string[] = [];
  const endings = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const submit = (key: string, clientPrefix: string = key) =>
    queue.run({
      key,
      clientPrefix,
      work: () => {
        started.push(key);
        return new Promise<string>((resolve, reject) => endings.set(key, { resolve, reject }));
      },
    });
  /** Lets everything run that can. */
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  };
  return { clock, started, submit, settle, ending: (key: string) => endings.get(key) };
}

describe('createVerificationQueue', () => {
  test('A7: a place rests after a run for as long as it took, and its answer waits for nothing', async () => {
    const { clock, started, submit, settle, ending } = scene({
      maxRunning: 1,
      maxWaiting: 9,
      maxPerClient: 4,
    });
    const outcome = submit('a');
    const waiting = submit('b');
    clock.advance(80);
    ending('a')?.resolve('A');
    expect(await outcome).toEqual({ ok: true, value: 'A' });
    const newcomer = submit('c');
    clock.advance(79);
    await settle();
    expect(started).toEqual(['a']);
    clock.advance(1);
    await settle();
    expect(started).toEqual(['a', 'b']);
    // A machine that is busy is no reason to let others wait for long.
    clock.advance(10_000);
    ending('b')?.resolve('B');
    await waiting;
    clock.advance(250);
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
    ending('c')?.resolve('C');
    expect(await newcomer).toEqual({ ok: true, value: 'C' });
    expect(clock.pendingTimers).toBe(0);
  });

  test('A7: runs few at once, lets few wait, and turns away the rest at once', async () => {
    const { started, submit, settle, ending } = scene({ maxRunning: 2, maxWaiting: 2, maxPerClient: 4 });
    const outcomes = ['a', 'b', 'c', 'd'].map((key) => submit(key));
    expect(await submit('e')).toEqual(BUSY);
    expect(started).toEqual(['a', 'b']);
    ending('b')?.resolve('B');
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
    const late = submit('f');
    for (const key of ['a', 'c', 'd', 'f']) {
      ending(key)?.resolve(key.toUpperCase());
      await settle();
    }
    expect(await Promise.all([...outcomes, late])).toEqual(
      ['A', 'B', 'C', 'D', 'F'].map((value) => ({ ok: true, value })),
    );
  });

  test('A7: one client has few places, and they come back', async () => {
    const { submit, ending } = scene({ maxRunning: 1, maxWaiting: 9, maxPerClient: 2 });
    const first = submit('a', 'client');
    const second = submit('b', 'client');
    expect(await submit('c', 'client')).toEqual(BUSY);
    const other = submit('d', 'other');
    ending('a')?.resolve('A');
    await first;
    const third = submit('e', 'client');
    expect(await submit('f', 'client')).toEqual(BUSY);
    for (const [key, outcome] of [
      ['b', second],
      ['d', other],
      ['e', third],
    ] as const) {
      ending(key)?.resolve(key);
      expect(await outcome).toEqual({ ok: true, value: key });
    }
  });

  test('A5: equal submissions share one run, and take one place', async () => {
    const { started, submit, ending } = scene({ maxRunning: 1, maxWaiting: 0, maxPerClient: 1 });
    const outcomes = Array.from({ length: 100 }, () => submit('same', 'client'));
    expect(started).toEqual(['same']);
    ending('same')?.resolve('value');
    expect(new Set((await Promise.all(outcomes)).map((outcome) => outcome.ok && outcome.value))).toEqual(
      new Set(['value']),
    );
    void submit('same', 'client');
    expect(started).toEqual(['same', 'same']);
  });

  test('work that fails is no verdict, and gives its place back', async () => {
    const { submit, ending } = scene({ maxRunning: 1, maxWaiting: 0, maxPerClient: 1 });
    const failing = submit('a', 'client');
    ending('a')?.reject(new Error('out of memory'));
    expect(await failing).toEqual(BUSY);
    const next = submit('b', 'client');
    ending('b')?.resolve('B');
    expect(await next).toEqual({ ok: true, value: 'B' });
  });
});
