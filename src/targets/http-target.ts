// A target behind HTTP or HTTPS: one fetch, one connection, one deadline over all of it.
// A connection is used again only after a flawless answer; after any other it is destroyed, so that nothing which a
// target sent out of turn can become the answer to a later request.

import { Client } from 'undici';
import type { ExpositionFormat } from '../exposition/model.js';
import type { Clock } from '../internal/clock.js';
import { MemoryPool } from '../internal/memory-pool.js';
import { fail, ok, type Result } from '../internal/result.js';
import { createAddressLookup } from './address-lookup.js';
import { SocketBuffer } from './socket-buffer.js';
import { exchange, type ExchangedExposition } from './http-exchange.js';
import type { HttpTargetOptions, ResolvedHttpTargetOptions } from './options.js';
import { resolveHttpTargetOptions } from './resolve-options.js';
import type { FetchedExposition, Target, TargetFailure, TargetReason } from './target.js';

/** Fetches of one target follow each other (see coalesce.ts), so one connection is all that can be of use again. */
const MAX_IDLE_CONNECTIONS = 1;

/** Whatever a target offers: idle for longer, a connection may have been dropped on the way without a word. */
const MAX_IDLE_MS = 60_000;

/** New series come with every scrape; few targets grow by more than this between two. */
const GROWTH_BETWEEN_FETCHES = 1.25;

/** The memory of a larger body is not kept for the next one. */
const MAX_KEPT_BYTES = 48 * 1024 * 1024;

/**
 * A target that is fetched over the network.
 *
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID, as `resolveHttpTargetOptions` says.
 */
export function createHttpTarget(options: HttpTargetOptions, deps: { readonly clock: Clock }): Target {
  return new HttpTarget(resolveHttpTargetOptions(options), deps.clock);
}

type FetchOutcome = Result<FetchedExposition, TargetFailure>;

class HttpTarget implements Target {
  readonly name: string;
  readonly #options: ResolvedHttpTargetOptions;
  readonly #clock: Clock;
  readonly #idle: Connection[] = [];
  readonly #underWay = new Set<(reason: TargetReason) => void>();
  readonly #pool = new MemoryPool(MAX_KEPT_BYTES);
  #closed = false;
  /** What the next body may need, where its head does not say. */
  #expectedBytes: number | undefined;

  constructor(options: ResolvedHttpTargetOptions, clock: Clock) {
    this.name = options.name;
    this.#options = options;
    this.#clock = clock;
  }

  fetch(wanted: ExpositionFormat): Promise<FetchOutcome> {
    if (this.#closed) return Promise.resolve(fail({ reason: 'closed' }));
    const startedMs = this.#clock.monotonicMs();
    const connection = this.#takeIdle() ?? new Connection(this.#options);
    return new Promise((resolve) => {
      const settle = (outcome: Result<ExchangedExposition, TargetFailure>): void => {
        if (!this.#underWay.delete(stop)) return;
        timer.cancel();
        this.#release(connection, outcome.ok);
        if (!outcome.ok) {
          resolve(outcome);
          return;
        }
        this.#expectedBytes = Math.ceil(outcome.value.body.length * GROWTH_BETWEEN_FETCHES);
        resolve(ok({ ...outcome.value, durationMs: this.#clock.monotonicMs() - startedMs }));
      };
      const stop = (reason: TargetReason): void => settle(fail({ reason }));
      this.#underWay.add(stop);
      const timer = this.#clock.after(this.#options.timeoutMs, () => stop('timeout'));
      void exchange(connection, this.#options, wanted, {
        pool: this.#pool,
        expectedBytes: this.#expectedBytes,
      }).then(settle);
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#underWay) stop('closed');
    for (const connection of this.#idle.splice(0)) connection.destroy();
    return Promise.resolve();
  }

  #takeIdle(): Connection | undefined {
    const connection = this.#idle.pop();
    return connection?.isOpen === true ? connection : undefined;
  }

  #release(connection: Connection, flawless: boolean): void {
    if (flawless && connection.isOpen && this.#idle.length < MAX_IDLE_CONNECTIONS)
      this.#idle.push(connection);
    else connection.destroy();
  }
}

/**
 * A client with a single connection, which can be destroyed in every state, also while it is being opened. It is never
 * connected a second time: each time would leave a listener on the signal, and with it the old socket.
 */
class Connection {
  readonly client: Client;
  readonly buffer: SocketBuffer = new SocketBuffer();
  readonly #lifetime = new AbortController();

  constructor(options: ResolvedHttpTargetOptions) {
    this.client = new Client(options.url.origin, {
      // The fetch's own deadline covers all of it; the client's timers would run on a clock that nobody injected.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveMaxTimeout: MAX_IDLE_MS,
      connect: {
        timeout: 0,
        signal: this.#lifetime.signal,
        lookup: createAddressLookup(),
        ...this.buffer.options,
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      },
    });
    this.client.once('disconnect', () => this.destroy());
  }

  /** Whether it can be of use again. Not from the moment on at which it is closed, of which events tell only later. */
  get isOpen(): boolean {
    return !this.#lifetime.signal.aborted && this.client.stats.connected;
  }

  destroy(): void {
    this.#lifetime.abort();
    void this.client.destroy();
  }
}
