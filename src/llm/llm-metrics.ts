// Metrics of LLM requests on a prom-client registry. Measuring never breaks, changes or holds up what is measured; what
// clients send is bounded; tenants, users and keys are pseudonyms before they reach the registry.
// OpenTelemetry semantic conventions for generative AI metrics; see conventions.ts.

import { valueOrThrow } from '../internal/option-problems.js';
import { startCall, WatchedCall, type CallContext, type LlmCall } from './call.js';
import { StreamMeter, type LlmStreamOptions } from './measured-stream.js';
import { createMetricSet, registerAll } from './metric-set.js';
import { observe } from './observe.js';
import type { LlmMetricsOptions } from './options.js';
import { Recorder } from './recorder.js';
import type { LlmOutcome, LlmRecord, LlmRequest } from './records.js';
import { resolveLlmMetricsOptions } from './resolve-options.js';
import { SummarySource } from './summary-source.js';
import type { LlmSummary } from './summary.js';

/** Measures LLM requests. None of its functions throws what is not the measured call's own, nor needs a `this`. */
export interface LlmMetrics {
  /** Counts a request that was measured elsewhere. */
  readonly record: (record: LlmRecord) => void;
  /** Begins to measure a request, for those who cannot hand over a call or a stream. */
  readonly start: (request: LlmRequest) => LlmCall;
  /**
   * Runs `call` and measures until it gives an answer. Gives what it gives, and throws what it throws. A promise becomes one
   * of the same outcome, without further members of its own.
   */
  readonly measure: MeasureCall;
  /**
   * Runs `open` and measures until the stream that it gives was read to its end. Gives a stream of the same pieces, without
   * further members of its own.
   */
  readonly measureStream: MeasureStream;
  /** The numbers that people ask for first. */
  readonly summary: () => LlmSummary;
  /** Takes the metrics out of the registry. What is recorded later is counted, but not seen there. */
  readonly close: () => void;
}

/** Reads the outcome from an answer, and does not change it. Nothing: there is no more to say. */
export type OutcomeOf<T> = (answer: T) => LlmOutcome | undefined;

/** Measures a call; `outcomeOf` reads the outcome from its answer. */
export interface MeasureCall {
  <T>(request: LlmRequest, call: () => PromiseLike<T>, outcomeOf?: OutcomeOf<T>): Promise<T>;
  <T>(request: LlmRequest, call: () => T, outcomeOf?: OutcomeOf<T>): T;
}

/** Measures a stream. */
export interface MeasureStream {
  <T>(
    request: LlmRequest,
    open: () => PromiseLike<AsyncIterable<T>>,
    options?: LlmStreamOptions<T>,
  ): Promise<AsyncIterable<T>>;
  <T>(request: LlmRequest, open: () => AsyncIterable<T>, options?: LlmStreamOptions<T>): AsyncIterable<T>;
}

/**
 * Registers the metrics, and gives the functions that fill them.
 * @throws {ScrapegateError} `ERR_SCRAPEGATE_OPTIONS_INVALID` with every problem.
 */
export function createLlmMetrics(options: LlmMetricsOptions = {}): LlmMetrics {
  const resolved = valueOrThrow('options of createLlmMetrics', resolveLlmMetricsOptions(options));
  const { clock, errorTypeOf } = resolved;
  const metrics = createMetricSet();
  const summary = new SummarySource(resolved);
  const recorder = new Recorder(metrics, resolved, (durationMs, cache) => summary.add(durationMs, cache));
  const context: CallContext = { recorder, errorTypeOf, nowMs: () => timeOf(() => clock.monotonicMs()) };
  const streams = new StreamMeter(context);
  const close = registerAll(metrics, resolved.register);

  function measure<T>(request: LlmRequest, call: () => PromiseLike<T>, outcomeOf?: OutcomeOf<T>): Promise<T>;
  function measure<T>(request: LlmRequest, call: () => T, outcomeOf?: OutcomeOf<T>): T;
  function measure<T>(
    request: LlmRequest,
    call: () => T | PromiseLike<T>,
    outcomeOf?: OutcomeOf<T>,
  ): T | Promise<T> {
    const watched = new WatchedCall(context, request);
    const answered = (answer: T): T => {
      watched.answered(() => outcomeOf?.(answer));
      return answer;
    };
    return observe(call, answered, (error) => watched.fail(error));
  }

  function measureStream<T>(
    request: LlmRequest,
    open: () => PromiseLike<AsyncIterable<T>>,
    options?: LlmStreamOptions<T>,
  ): Promise<AsyncIterable<T>>;
  function measureStream<T>(
    request: LlmRequest,
    open: () => AsyncIterable<T>,
    options?: LlmStreamOptions<T>,
  ): AsyncIterable<T>;
  function measureStream<T>(
    request: LlmRequest,
    open: () => AsyncIterable<T> | PromiseLike<AsyncIterable<T>>,
    streamOptions: LlmStreamOptions<T> = {},
  ): AsyncIterable<T> | Promise<AsyncIterable<T>> {
    const watched = new WatchedCall(context, request);
    const opened = (source: AsyncIterable<T>): AsyncIterable<T> =>
      streams.measure(watched, source, streamOptions);
    return observe(open, opened, (error) => watched.fail(error));
  }

  return {
    record: (record) => recorder.record(record),
    start: (request) => startCall(context, request),
    measure,
    measureStream,
    summary: () => summary.summary(),
    close,
  };
}

/** A clock of the server's own may fail. What was timed by it then has no duration, which is refused and counted. */
function timeOf(clock: () => number): number {
  try {
    return clock();
  } catch {
    return Number.NaN;
  }
}
