import { describe, expect, test } from 'vitest';
import type { ExpositionFormat } from '../../../src/exposition/model.js';
import { borrow, MemoryPool } from '../../../src/internal/memory-pool.js';
import { fail, ok, type Result } from '../../../src/internal/result.js';
import { coalesceFetches } from '../../../src/targets/coalesce.js';
import type { FetchedExposition, Target, TargetFailure } from '../../../src/targets/target.js';

type Outcome = Result<FetchedExposition, TargetFailure>;

interface Upstream {
  readonly target: Target;
  /** The format of each fetch, in order. */
  readonly fetches: ExpositionFormat[];
  /** Ends the oldest fetch under way. */
  readonly answer: (outcome: Outcome | Error) => Promise<void>;
  readonly closed: () => boolean;
}

function upstream(): Upstream {
  const fetches: ExpositionFormat[] = [];
  const pending: { resolve: (outcome: Outcome) => void; reject: (error: Error) => void }[] = [];
  let closed = false;
  return {
    fetches,
    target: {
      name: 'upstream',
      fetch: (wanted) => {
        fetches.push(wanted);
        return new Promise((resolve, reject) => {
          pending.push({ resolve, reject });
        });
      },
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    },
    answer: async (outcome) => {
      const oldest = pending.shift();
      if (outcome instanceof Error) oldest?.reject(outcome);
      else oldest?.resolve(outcome);
      await settled();
    },
    closed: () => closed,
  };
}

/** Lets everything that is ready run. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function body(text: string): Outcome {
  return bodyOf(Buffer.from(text));
}

function bodyOf(bytes: Buffer): Outcome {
  return ok({
    format: 'text',
    quotedNames: false,
    body: bytes,
    receivedBytes: bytes.length,
    durationMs: 1,
  });
}

describe('coalesceFetches', () => {
  test('never has two fetches under way, whatever is wanted', async () => {
    const { target, fetches, answer } = upstream();
    const shared = coalesceFetches(target);
    const order: string[] = [];
    const waiters = (['text', 'openmetrics', 'text', 'openmetrics'] as const).map(async (wanted) => {
      const outcome = await shared.fetch(wanted);
      order.push(wanted);
      return outcome;
    });
    await settled();
    expect(fetches).toEqual(['text']);
    await answer(body('first'));
    expect(fetches).toEqual(['text', 'openmetrics']);
    expect(order).toEqual(['text', 'text']);
    await answer(body('second'));
    expect(order).toEqual(['text', 'text', 'openmetrics', 'openmetrics']);
    expect((await Promise.all(waiters)).map((outcome) => outcome.ok)).toEqual([true, true, true, true]);
    expect(fetches).toHaveLength(2);
  });

  test('gives everybody who waits the same body, and later askers a new one', async () => {
    const { target, fetches, answer } = upstream();
    const shared = coalesceFetches(target);
    const [a, b] = [shared.fetch('text'), shared.fetch('text')];
    await settled();
    const c = shared.fetch('text');
    await answer(body('first'));
    expect(await a).toBe(await b);
    expect(await a).toBe(await c);
    const later = shared.fetch('text');
    await settled();
    await answer(body('second'));
    expect(await later).toEqual(body('second'));
    expect(fetches).toHaveLength(2);
  });

  test('keeps no failure: it is shared, then asked anew', async () => {
    const { target, answer } = upstream();
    const shared = coalesceFetches(target);
    const waiting = [shared.fetch('text'), shared.fetch('text')];
    await settled();
    await answer(fail({ reason: 'timeout' }));
    expect(await Promise.all(waiting)).toEqual([fail({ reason: 'timeout' }), fail({ reason: 'timeout' })]);
    const later = shared.fetch('text');
    await settled();
    await answer(body('whole'));
    expect(await later).toEqual(body('whole'));
  });

  test('lets neither format starve the other', async () => {
    const { target, fetches, answer } = upstream();
    const shared = coalesceFetches(target);
    const waiting: Promise<Outcome>[] = [shared.fetch('text'), shared.fetch('openmetrics')];
    await settled();
    await answer(body('1'));
    // Text asks again as soon as it has its answer, and OpenMetrics still comes first.
    waiting.push(shared.fetch('text'));
    await answer(body('2'));
    await answer(body('3'));
    await Promise.all(waiting);
    expect(fetches).toEqual(['text', 'openmetrics', 'text']);
  });

  test('tells once of a failed fetch, however many wait for it, and of no other', async () => {
    const { target, answer } = upstream();
    const told: TargetFailure[] = [];
    const shared = coalesceFetches(target, (failure) => told.push(failure));
    const waiting = [shared.fetch('text'), shared.fetch('text')];
    await settled();
    await answer(fail({ reason: 'timeout' }));
    expect(await Promise.all(waiting)).toEqual([fail({ reason: 'timeout' }), fail({ reason: 'timeout' })]);
    expect(told).toEqual([{ reason: 'timeout' }]);
    void shared.fetch('text');
    await settled();
    await answer(body('whole'));
    expect(told).toHaveLength(1);
  });

  test('goes on after a target that rejects against its promise', async () => {
    const { target, fetches, answer } = upstream();
    const shared = coalesceFetches(target);
    const broken = shared.fetch('text').catch((error: unknown) => error);
    const behind = shared.fetch('openmetrics');
    await settled();
    await answer(new Error('broken'));
    expect(await broken).toBeInstanceOf(Error);
    expect(fetches).toEqual(['text', 'openmetrics']);
    await answer(body('whole'));
    expect((await behind).ok).toBe(true);
  });

  test('keeps the memory of a body from the next one until everybody who waits has it', async () => {
    const { target, answer } = upstream();
    const shared = coalesceFetches(target);
    const pool = new MemoryPool(1000);
    const first = pool.take(10);
    const inUseAgain: boolean[] = [];
    const waiters = [1, 2].map(async () => {
      const outcome = await shared.fetch('text');
      if (!outcome.ok) return;
      inUseAgain.push(pool.take(10).buffer === first.buffer);
      borrow(outcome.value.body)();
    });
    await settled();
    await answer(bodyOf(first));
    await Promise.all(waiters);
    expect(inUseAgain).toEqual([false, false]);
    await settled();
    expect(pool.take(10).buffer).toBe(first.buffer);
  });

  test('has the name of the target and closes it', async () => {
    const { target, closed } = upstream();
    const shared = coalesceFetches(target);
    expect(shared.name).toBe('upstream');
    await shared.close();
    expect(closed()).toBe(true);
  });
});
