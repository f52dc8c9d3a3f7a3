// One measured request, from its start to its end. Whatever ends it first counts, and only once; nothing here throws.

import { attempt } from './attempt.js';
import { ABANDONED_ERROR, CANCELLED_ERROR, errorTypeOf } from './error-type.js';
import { readRequest } from './record-fields.js';
import type { LlmOutcome, LlmRequest } from './records.js';
import type { Recorder } from './recorder.js';

/** A request under way, for those who cannot hand over a call or a stream. None of its functions needs a `this`. */
export interface LlmCall {
  /** The first token is there, or the first piece of an answer. Further ones change nothing. */
  readonly firstToken: () => void;
  /** The request was answered. Only the first end of a request counts. */
  readonly end: (outcome?: LlmOutcome) => void;
  /** The request failed; `error` is what was thrown. */
  readonly fail: (error: unknown, outcome?: LlmOutcome) => void;
}

/** What measured calls share. */
export interface CallContext {
  readonly recorder: Recorder;
  /** Milliseconds that never go back. Does not throw. */
  readonly nowMs: () => number;
  /** What class of error something is; nothing, where only the library can say. */
  readonly errorTypeOf: (error: unknown) => string | undefined;
}

/** A request for those who measure by hand: they may hand its functions on, one by one. */
export function startCall(context: CallContext, request: LlmRequest): LlmCall {
  const watched = new WatchedCall(context, request);
  return {
    firstToken: () => watched.firstToken(),
    end: (outcome) => watched.end(outcome),
    fail: (error, outcome) => watched.fail(error, outcome),
  };
}

/** A request that the library itself watches. */
export class WatchedCall {
  readonly #context: CallContext;
  readonly #request: LlmRequest | undefined;
  readonly #startMs: number;
  #firstTokenMs: number | undefined;
  #lastMs: number;
  #outcome: LlmOutcome = {};
  #isOver = false;

  constructor(context: CallContext, request: LlmRequest) {
    this.#context = context;
    this.#request = attempt(context.recorder, () => readRequest(request));
    this.#startMs = context.nowMs();
    this.#lastMs = this.#startMs;
  }

  firstToken(): void {
    if (!this.#isOver) this.#firstTokenMs ??= this.#context.nowMs() - this.#startMs;
  }

  end(outcome?: LlmOutcome): void {
    if (this.#isOver) return;
    this.#lastMs = this.#context.nowMs();
    this.#record(outcome);
  }

  fail(error: unknown, outcome?: LlmOutcome): void {
    if (this.#isOver) return;
    // The empty text would be no error at all.
    const errorType =
      attempt(this.#context.recorder, () => this.#context.errorTypeOf(error)) || errorTypeOf(error);
    this.#lastMs = this.#context.nowMs();
    this.#learn(outcome);
    this.#record({ errorType });
  }

  /** A piece of the answer came. What the server says about it is asked after the time was taken. */
  progress(isToken: () => unknown, outcome: () => LlmOutcome | undefined): void {
    if (this.#isOver) return;
    this.#lastMs = this.#context.nowMs();
    if (this.#firstTokenMs === undefined && attempt(this.#context.recorder, isToken)) {
      this.#firstTokenMs = this.#lastMs - this.#startMs;
    }
    this.#learn(attempt(this.#context.recorder, outcome));
  }

  /** Ends with an answer, of which `outcome` may know more. */
  answered(outcome: () => LlmOutcome | undefined): void {
    if (this.#isOver) return;
    this.#lastMs = this.#context.nowMs();
    this.#record(attempt(this.#context.recorder, outcome));
  }

  /** Whoever read the answer does not want the rest. */
  cancel(): void {
    this.end({ errorType: CANCELLED_ERROR });
  }

  /** Nobody can read the answer any more. Its time ended with the last piece of it. */
  abandon(): void {
    this.#record({ errorType: ABANDONED_ERROR });
  }

  /** Later words replace earlier ones, where they say something. */
  #learn(outcome: LlmOutcome | undefined): void {
    if (outcome === undefined || outcome === null) return;
    const learnt = attempt(this.#context.recorder, () => definedMembers(outcome));
    if (learnt !== undefined) this.#outcome = { ...this.#outcome, ...learnt };
  }

  #record(last: LlmOutcome | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#learn(last);
    // A request that could not be read was counted as a failure then.
    if (this.#request === undefined) return;
    this.#context.recorder.record({
      ...this.#outcome,
      ...this.#request,
      durationMs: this.#lastMs - this.#startMs,
      timeToFirstTokenMs: this.#firstTokenMs,
    });
  }
}

function definedMembers(outcome: LlmOutcome): LlmOutcome {
  return Object.fromEntries(Object.entries(outcome).filter(([, value]) => value !== undefined));
}
