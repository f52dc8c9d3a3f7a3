// Streams that are measured reach their reader as they are, whatever source and reader do, and are counted once.

import { describe, expect, it } from 'vitest';
import { isLetGo } from '../../support/collect-garbage.js';
import { llmScene, REQUEST, type LlmScene } from '../../support/llm-scene.js';
import { nextTurn } from '../../support/next-turn.js';
import { callUntyped } from '../../support/untyped.js';

const LABELS = 'gen_ai_operation_name=chat,gen_ai_provider_name=openai,gen_ai_request_model=gpt-4o';

/** A piece of an answer. */
interface Piece {
  readonly text?: string;
  readonly tokens?: number;
}

const PIECES: readonly Piece[] = [{}, { text: 'a' }, { text: 'b' }, { tokens: 11 }];

/** Gives the pieces, 100 ms apart. */
async function* generate(scene: LlmScene, pieces: readonly Piece[] = PIECES): AsyncGenerator<Piece> {
  for (const piece of pieces) {
    scene.clock.advance(100);
    await Promise.resolve();
    yield piece;
  }
}

async function readAll<T>(stream: AsyncIterable<T>): Promise<readonly T[]> {
  const pieces: T[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

async function errorTypes(scene: LlmScene): Promise<Readonly<Record<string, number>>> {
  const values = await scene.values('gen_ai_server_request_duration_seconds_count');
  return Object.fromEntries(
    Object.entries(values).map(([labels, count]) => [/error_type=(\w+)/.exec(labels)?.[1] ?? 'none', count]),
  );
}

function throws(): never {
  throw new TypeError('not today');
}

/** A source that is an iterable and not its own iterator, and notes what is asked of it. */
function recordingSource(asked: string[], results: readonly unknown[]): AsyncIterable<number> {
  let at = 0;
  const iterator = {
    next(...args: unknown[]): unknown {
      asked.push(`next(${args.map(String).join()})`);
      return results[at++];
    },
    return(...args: unknown[]): unknown {
      asked.push(`return(${args.map(String).join()})`);
      return Promise.resolve({ done: true, value: 'returned' });
    },
  };
  const source: unknown = { [Symbol.asyncIterator]: () => iterator };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sources do not keep to the types either
  return source as AsyncIterable<number>;
}

/** An object that throws when it is asked for what it does not have. */
function strict<T extends object>(object: T): T {
  return new Proxy(object, {
    get(target, name) {
      if (!(name in target)) throw new Error(`no ${String(name)}`);
      return Reflect.get(target, name);
    },
  });
}

describe('measureStream', () => {
  it('throws and rejects as the source does, before there is a stream', async () => {
    const scene = llmScene();
    expect(() => scene.metrics.measureStream(REQUEST, throws)).toThrow(TypeError);
    const rejected = scene.metrics.measureStream(REQUEST, () =>
      Promise.reject<AsyncIterable<number>>(new RangeError('x')),
    );
    await expect(rejected).rejects.toThrow('x');
    const source: AsyncIterable<number> = { [Symbol.asyncIterator]: throws };
    const stream = scene.metrics.measureStream(REQUEST, () => source);
    await expect(readAll(stream)).rejects.toThrow(TypeError);
    expect(await errorTypes(scene)).toEqual({ TypeError: 2, RangeError: 1 });
  });

  it('gives all pieces, themselves and in order, and then the error', async () => {
    const scene = llmScene();
    const error = Object.assign(new Error('cut'), { code: 'ECONNRESET' });
    async function* failing(): AsyncGenerator<Piece> {
      yield* PIECES;
      await Promise.resolve();
      throw error;
    }
    const pieces: Piece[] = [];
    let caught: unknown;
    try {
      for await (const piece of scene.metrics.measureStream(REQUEST, failing)) pieces.push(piece);
    } catch (thrown) {
      caught = thrown;
    }
    expect(caught).toBe(error);
    expect(pieces.every((piece, at) => piece === PIECES[at])).toBe(true);
    expect(pieces).toHaveLength(PIECES.length);
    expect(await errorTypes(scene)).toEqual({ ECONNRESET: 1 });
  });

  it('times tokens by when they come, and learns the outcome from the pieces', async () => {
    const scene = llmScene();
    const stream = await scene.metrics.measureStream(REQUEST, () => Promise.resolve(generate(scene)), {
      isToken: ({ text }) => text !== undefined,
      outcomeOf: ({ tokens }) => ({ outputTokens: tokens, responseModel: 'gpt-4o-2024-11-20' }),
    });
    expect(await readAll(stream)).toEqual(PIECES);
    const labels = `${LABELS},gen_ai_response_model=gpt-4o-2024-11-20`;
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_sum')).toEqual({ [labels]: 0.2 });
    expect(await scene.values('gen_ai_server_request_duration_seconds_sum')).toEqual({ [labels]: 0.4 });
    expect(await scene.values('gen_ai_server_time_per_output_token_seconds_sum')).toEqual({ [labels]: 0.02 });
  });

  it('takes every piece for a token unless it is told otherwise, and an empty stream for none', async () => {
    const scene = llmScene();
    await readAll(scene.metrics.measureStream(REQUEST, () => generate(scene)));
    await readAll(scene.metrics.measureStream(REQUEST, () => generate(scene, [])));
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_sum')).toEqual({ [LABELS]: 0.1 });
    expect(await errorTypes(scene)).toEqual({ none: 2 });
  });

  it('is not disturbed by functions of the server that throw', async () => {
    const scene = llmScene();
    const options = { isToken: throws, outcomeOf: throws };
    expect(await readAll(scene.metrics.measureStream(REQUEST, () => generate(scene), options))).toEqual(
      PIECES,
    );
    expect(await scene.values('llm_recording_failures_total')).toEqual({ '': 2 * PIECES.length });
    expect(await errorTypes(scene)).toEqual({ none: 1 });
  });

  it('takes no promise from functions of the server, and counts each, whatever becomes of it', async () => {
    const scene = llmScene();
    const late = (): Promise<never> => Promise.reject(new Error('of the server'));
    const options = { isToken: late, outcomeOf: late };
    const stream = callUntyped(scene.metrics.measureStream<Piece>, REQUEST, () => generate(scene), options);
    expect(await readAll(stream)).toEqual(PIECES);
    // Nobody handles what was rejected: vitest fails where that is seen.
    await nextTurn();
    expect(await scene.values('llm_recording_failures_total')).toEqual({ '': 2 * PIECES.length });
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_sum')).toEqual({});
    expect(await errorTypes(scene)).toEqual({ none: 1 });
  });

  it('takes whatever is truthy for a token', async () => {
    const scene = llmScene();
    const options = { isToken: ({ text }: Piece): unknown => text };
    const stream = callUntyped(scene.metrics.measureStream<Piece>, REQUEST, () => generate(scene), options);
    await readAll(stream);
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_sum')).toEqual({ [LABELS]: 0.2 });
  });

  it('stops the source when its reader stops, or throws', async () => {
    const scene = llmScene();
    let closed = 0;
    async function* closing(): AsyncGenerator<Piece> {
      try {
        yield* PIECES;
        await Promise.resolve();
      } finally {
        closed += 1;
      }
    }
    for await (const piece of scene.metrics.measureStream(REQUEST, closing)) if (piece.text === 'a') break;
    const reading = async (): Promise<void> => {
      for await (const piece of scene.metrics.measureStream(REQUEST, closing))
        if (piece.text === 'a') throws();
    };
    await expect(reading()).rejects.toThrow(TypeError);
    expect(closed).toBe(2);
    expect(await errorTypes(scene)).toEqual({ cancelled: 2 });
  });

  it('counts a stream once, however often it ends', async () => {
    const scene = llmScene();
    const stream = scene.metrics.measureStream(REQUEST, () => generate(scene));
    await readAll(stream);
    await readAll(stream);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    await iterator.throw?.(new Error('late')).catch(() => undefined);
    expect(await errorTypes(scene)).toEqual({ none: 1 });
  });

  it('asks the source what it is asked, when it is asked, and never more', async () => {
    const scene = llmScene();
    const asked: string[] = [];
    const ends: ((result: IteratorResult<number>) => void)[] = [];
    const pending = Array.from({ length: 3 }, () => new Promise((resolve) => ends.push(resolve)));
    const stream = scene.metrics.measureStream(REQUEST, () => recordingSource(asked, pending));
    expect(asked).toEqual([]);
    const iterator = stream[Symbol.asyncIterator]();
    const order: number[] = [];
    // Three at once, and the last one is answered first.
    const reads = [1, 2, 3].map((number) =>
      iterator.next(`argument ${String(number)}`).then((result) => {
        order.push(number);
        return result;
      }),
    );
    expect(asked).toEqual(['next(argument 1)', 'next(argument 2)', 'next(argument 3)']);
    for (const at of [2, 0, 1]) {
      ends[at]?.({ done: false, value: at });
      await nextTurn();
    }
    expect(order).toEqual([3, 1, 2]);
    expect(await Promise.all(reads)).toEqual([0, 1, 2].map((value) => ({ done: false, value })));
    expect(await iterator.return?.('the rest')).toEqual({ done: true, value: 'returned' });
    expect(asked.at(-1)).toBe('return(the rest)');
    expect(await errorTypes(scene)).toEqual({ cancelled: 1 });
  });

  it('can do what the source can do, and no more', async () => {
    const { metrics } = llmScene();
    const asked: string[] = [];
    const iterator = metrics.measureStream(REQUEST, () => recordingSource(asked, []))[Symbol.asyncIterator]();
    expect('return' in iterator).toBe(true);
    expect('throw' in iterator).toBe(false);
    const bare: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
    };
    expect('return' in metrics.measureStream(REQUEST, () => bare)[Symbol.asyncIterator]()).toBe(false);
    const generator = metrics.measureStream(REQUEST, () => generate(llmScene()));
    expect(generator[Symbol.asyncIterator]()).toBe(generator);
    expect('next' in generator && 'throw' in generator).toBe(true);
  });

  it('lets a source handle an error that its reader throws into it', async () => {
    const scene = llmScene();
    async function* stubborn(): AsyncGenerator<string> {
      try {
        yield 'a';
      } catch {
        yield 'caught';
      }
    }
    const iterator = scene.metrics.measureStream(REQUEST, stubborn)[Symbol.asyncIterator]();
    await iterator.next();
    expect(await iterator.throw?.(new Error('into it'))).toEqual({ done: false, value: 'caught' });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await errorTypes(scene)).toEqual({ none: 1 });
  });

  it('passes on results that are none', async () => {
    const scene = llmScene();
    const results = [
      undefined,
      'text',
      {
        get done(): never {
          return throws();
        },
      },
      { done: true, value: 1 },
    ];
    const stream = scene.metrics.measureStream(REQUEST, () => recordingSource([], results));
    const iterator = stream[Symbol.asyncIterator]();
    const given: unknown[] = [];
    for (const _ of results) given.push(iterator.next());
    expect(given).toEqual(results);
    expect(await errorTypes(scene)).toEqual({ none: 1 });
  });

  it.each([[[1, 2]], [undefined], ['text']])('leaves %j, which is no stream, as it is', async (source) => {
    const scene = llmScene();
    expect(callUntyped(scene.metrics.measureStream, REQUEST, () => source)).toBe(source);
    expect(await errorTypes(scene)).toEqual({ none: 1 });
  });

  it.each<[what: string, source: () => AsyncIterable<number>]>([
    [
      'an iterable',
      () =>
        strict({
          async *[Symbol.asyncIterator]() {
            await Promise.resolve();
            yield 1;
          },
        }),
    ],
    [
      'an iterator',
      () => {
        let at = 0;
        const next = (): Promise<IteratorResult<number>> =>
          Promise.resolve(at++ === 0 ? { done: false, value: 1 } : { done: true, value: undefined });
        return { [Symbol.asyncIterator]: () => strict({ next }) };
      },
    ],
    [
      'a function',
      () =>
        Object.assign(() => 0, {
          async *[Symbol.asyncIterator]() {
            await Promise.resolve();
            yield 1;
          },
        }),
    ],
  ])('looks up no more than its reader does, of %s', async (_what, source) => {
    const scene = llmScene();
    const measured = scene.metrics.measureStream(REQUEST, source);
    expect(await readAll(measured)).toEqual([1]);
    expect(await errorTypes(scene)).toEqual({ none: 1 });
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_count')).toEqual({ [LABELS]: 1 });
  });

  it('stops as badly as its source where that is asked to stop', async () => {
    const next = (): Promise<IteratorResult<number>> => Promise.resolve({ done: false, value: 1 });
    const source = { [Symbol.asyncIterator]: () => strict({ next }) };
    const stop = async (stream: AsyncIterable<number>): Promise<void> => {
      for await (const _ of stream) break;
    };
    await expect(stop(source)).rejects.toThrow('no return');
    await expect(stop(llmScene().metrics.measureStream(REQUEST, () => source))).rejects.toThrow('no return');
  });

  it('lets go of a stream that its reader left behind, and counts it', async () => {
    const scene = llmScene();
    const leave = async (): Promise<WeakRef<object>> => {
      const stream = scene.metrics.measureStream(REQUEST, () => generate(scene));
      await stream[Symbol.asyncIterator]().next();
      scene.clock.advance(60_000);
      return new WeakRef(stream);
    };
    expect(await isLetGo(await leave())).toBe(true);
    for (let turn = 0; turn < 10 && scene.metrics.summary().latency.count === 0; turn += 1) await nextTurn();
    expect(await errorTypes(scene)).toEqual({ abandoned: 1 });
    const [seconds] = Object.values(await scene.values('gen_ai_server_request_duration_seconds_sum'));
    expect(seconds).toBe(0.1);
  });

  it('gives what a source still gives after its reader stopped', async () => {
    const scene = llmScene();
    const asked: string[] = [];
    const results = [1, 2].map((value) => Promise.resolve({ done: false, value }));
    const stream = scene.metrics.measureStream(REQUEST, () => recordingSource(asked, results));
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: false, value: 2 });
    expect(asked).toEqual(['next()', 'return()', 'next()']);
    expect(await errorTypes(scene)).toEqual({ cancelled: 1 });
  });

  it('sets no timer', async () => {
    const scene = llmScene();
    await readAll(scene.metrics.measureStream(REQUEST, () => generate(scene)));
    expect(scene.clock.pendingTimers).toBe(0);
  });
});
