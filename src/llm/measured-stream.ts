// Measures an answer that comes in pieces, as it is read. Every piece, error and end reaches the reader as it came, in its
// order, at the reader's pace; a reader who stops early stops the source. Nothing is buffered, and no timer is set.
// The first reading is measured; further ones of the same stream are the source's own.

import { attempt } from './attempt.js';
import type { CallContext, WatchedCall } from './call.js';
import { observe } from './observe.js';
import type { LlmOutcome } from './records.js';

/** What the server knows about the pieces of its answers. Neither function may change them. */
export interface LlmStreamOptions<T> {
  /**
   * Whether a piece has a token in it: others come before the first one, or after the last. Whatever is truthy says yes.
   * @default each has
   */
  readonly isToken?: ((piece: T) => boolean) | undefined;
  /** What a piece tells about the outcome, as the last one does about tokens. Later words replace earlier ones. */
  readonly outcomeOf?: ((piece: T) => LlmOutcome | undefined) | undefined;
}

/** What is held as long as anybody can still read a stream. */
class StreamWatch<T> {
  readonly call: WatchedCall;
  readonly #context: CallContext;
  readonly #options: LlmStreamOptions<T>;

  constructor(context: CallContext, call: WatchedCall, options: LlmStreamOptions<T>) {
    this.call = call;
    this.#context = context;
    this.#options = options;
  }

  /** A step of the source: a piece, or the end. */
  readonly step = (result: IteratorResult<T, unknown>): IteratorResult<T, unknown> => {
    attempt(this.#context.recorder, () => {
      if (result.done === true) this.call.end();
      else this.#piece(result.value);
    });
    return result;
  };

  readonly fail = (error: unknown): void => this.call.fail(error);

  #piece(piece: T): void {
    const { isToken, outcomeOf } = this.#options;
    this.call.progress(
      () => isToken === undefined || isToken(piece),
      () => outcomeOf?.(piece),
    );
  }
}

/** Measures streams, and hears of those that nobody can read to their end any more. */
export class StreamMeter {
  readonly #context: CallContext;
  readonly #unreachable = new FinalizationRegistry<WatchedCall>((call) => call.abandon());

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** What stands for `source`, which `call` gave. What is no stream ends the call, and stays what it is. */
  measure<T>(call: WatchedCall, source: AsyncIterable<T>, options: LlmStreamOptions<T>): AsyncIterable<T> {
    if (!isAsyncIterable(source)) {
      call.end();
      return source;
    }
    const watch = new StreamWatch(this.#context, call, options);
    // The call must not hold the watch, or nobody would ever let go of it.
    this.#unreachable.register(watch, call);
    // A generator is its own iterator, and may be read as one.
    return isAsyncIterator<T>(source) ? measuredIterator(source, watch) : measuredIterable(source, watch);
  }
}

function measuredIterable<T>(source: AsyncIterable<T>, watch: StreamWatch<T>): AsyncIterable<T> {
  let isMeasured = false;
  return {
    [Symbol.asyncIterator]() {
      if (isMeasured) return source[Symbol.asyncIterator]();
      isMeasured = true;
      return observe(
        () => source[Symbol.asyncIterator](),
        (iterator) => measuredIterator(iterator, watch),
        watch.fail,
      );
    },
  };
}

function measuredIterator<T>(source: AsyncIterator<T>, watch: StreamWatch<T>): AsyncIterableIterator<T> {
  const measured: AsyncIterableIterator<T> = {
    next: (...args) => observe(() => source.next(...args), watch.step, watch.fail),
    [Symbol.asyncIterator]: () => measured,
  };
  // A source that cannot be stopped must not look as if it could.
  if (canHave(source, 'return')) {
    measured.return = (...args) => {
      watch.call.cancel();
      return source.return?.(...args) ?? Promise.resolve({ done: true, value: undefined });
    };
  }
  if (canHave(source, 'throw')) {
    measured.throw = (...args) =>
      observe(() => source.throw?.(...args) ?? Promise.reject(args[0]), watch.step, watch.fail);
  }
  return measured;
}

function isAsyncIterable(value: unknown): boolean {
  return hasFunction(value, Symbol.asyncIterator);
}

function isAsyncIterator<T>(value: object): value is AsyncIterator<T> {
  return hasFunction(value, 'next');
}

function hasFunction(value: unknown, name: string | symbol): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && lookUp(value, name, false);
}

/** A source may throw when it is asked what it has; whoever uses it will see for themselves. */
function canHave(source: object, name: 'return' | 'throw'): boolean {
  return lookUp(source, name, true);
}

function lookUp(object: object, name: string | symbol, otherwise: boolean): boolean {
  try {
    return typeof Reflect.get(object, name) === 'function';
  } catch {
    return otherwise;
  }
}
