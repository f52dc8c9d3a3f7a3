// Calls that are measured give what they give, throw what they throw, and are counted once.

import { EventEmitter } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LlmOutcome } from '../../../src/llm/records.js';
import { llmScene, REQUEST, type LlmScene } from '../../support/llm-scene.js';
import { nextTurn } from '../../support/next-turn.js';
import { callUntyped } from '../../support/untyped.js';

const LABELS = 'gen_ai_operation_name=chat,gen_ai_provider_name=openai,gen_ai_request_model=gpt-4o';

async function durations(scene: LlmScene): Promise<Readonly<Record<string, number>>> {
  return scene.values('gen_ai_server_request_duration_seconds_sum');
}

function throws(): never {
  throw new TypeError('not today');
}

describe('measure', () => {
  it('throws what a call throws at once, at once', async () => {
    const scene = llmScene();
    const error = new RangeError('of the call');
    const call = (): Promise<string> => {
      scene.clock.advance(30);
      throw error;
    };
    let thrown: unknown;
    try {
      void scene.metrics.measure(REQUEST, call);
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
    expect(await durations(scene)).toEqual({ [`error_type=RangeError,${LABELS}`]: 0.03 });
  });

  it('rejects with what a call rejects with', async () => {
    const scene = llmScene();
    const error = Object.assign(new Error('slow down'), { status: 429 });
    await expect(scene.metrics.measure(REQUEST, () => Promise.reject(error))).rejects.toBe(error);
    expect(Object.keys(await durations(scene))).toEqual([`error_type=429,${LABELS}`]);
  });

  it('leaves an error that nobody handles unhandled, once', async () => {
    const seen: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    const listener = (reason: unknown): void => void seen.push(reason);
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
    onTestFinished(() => {
      process.removeListener('unhandledRejection', listener);
      for (const other of listeners) process.on('unhandledRejection', other);
    });
    const error = new Error('nobody looks');
    void llmScene().metrics.measure(REQUEST, () => Promise.reject(error));
    await nextTurn();
    await nextTurn();
    expect(seen).toEqual([error]);
  });

  it('gives the answer itself, and reads the outcome from it', async () => {
    const scene = llmScene();
    const answer = { usage: { prompt: 7, completion: 3 } };
    const measured = scene.metrics.measure(
      REQUEST,
      async () => {
        await Promise.resolve();
        scene.clock.advance(250);
        return answer;
      },
      ({ usage }) => ({ inputTokens: usage.prompt, outputTokens: usage.completion, cache: 'miss' }),
    );
    expect(measured).toBeInstanceOf(Promise);
    expect(await measured).toBe(answer);
    expect(await durations(scene)).toEqual({ [LABELS]: 0.25 });
    expect(Object.values(await scene.values('gen_ai_client_token_usage_sum'))).toEqual([7, 3]);
    expect(Object.values(await scene.values('llm_cache_misses_total'))).toEqual([1]);
  });

  it('gives at once what a call gives at once', async () => {
    const scene = llmScene();
    // oxlint-disable-next-line unicorn/no-thenable -- what is tested
    const answer = { then: 'is no function' };
    expect(scene.metrics.measure(REQUEST, () => answer)).toBe(answer);
    expect(scene.metrics.measure(REQUEST, () => undefined)).toBeUndefined();
    expect(await scene.values('gen_ai_server_request_duration_seconds_count')).toEqual({ [LABELS]: 2 });
  });

  it('waits for whatever can be waited for', async () => {
    const scene = llmScene();
    let asked = 0;
    // A query of a database begins when it is waited for, and each time again.
    const query: PromiseLike<number> = {
      // oxlint-disable-next-line unicorn/no-thenable -- what is tested
      then(onValue, onError) {
        asked += 1;
        return Promise.resolve(5).then(onValue, onError);
      },
    };
    expect(await scene.metrics.measure(REQUEST, () => query)).toBe(5);
    expect(asked).toBe(1);
  });

  it('gives an answer that nobody can wait for', () => {
    // oxlint-disable-next-line unicorn/no-thenable -- what is tested
    const answer = Object.defineProperty({}, 'then', { get: throws });
    expect(llmScene().metrics.measure(REQUEST, () => answer)).toBe(answer);
  });

  it('goes on when a function of the server throws, and counts that', async () => {
    const scene = llmScene({ errorTypeOf: throws });
    expect(await scene.metrics.measure(REQUEST, () => Promise.resolve(1), throws)).toBe(1);
    await expect(scene.metrics.measure(REQUEST, () => Promise.reject(new RangeError('x')))).rejects.toThrow(
      'x',
    );
    expect(await scene.values('llm_recording_failures_total')).toEqual({ '': 2 });
    expect(Object.keys(await durations(scene))).toEqual([LABELS, `error_type=RangeError,${LABELS}`]);
  });

  it('takes no promise from a function of the server, and counts it, whatever becomes of it', async () => {
    const late = (): Promise<never> => Promise.reject(new Error('of the server'));
    const scene = callUntyped(llmScene, { errorTypeOf: late });
    expect(await callUntyped(scene.metrics.measure, REQUEST, () => Promise.resolve(1), late)).toBe(1);
    await expect(scene.metrics.measure(REQUEST, () => Promise.reject(new RangeError('x')))).rejects.toThrow(
      'x',
    );
    const early = (): Promise<LlmOutcome> => Promise.resolve({ inputTokens: 5 });
    expect(await callUntyped(scene.metrics.measure, REQUEST, () => 1, early)).toBe(1);
    // Nobody handles what was rejected: vitest fails where that is seen.
    await nextTurn();
    expect(await scene.values('llm_recording_failures_total')).toEqual({ '': 3 });
    expect(await scene.values('gen_ai_client_token_usage_sum')).toEqual({});
    expect(await scene.values('gen_ai_server_request_duration_seconds_count')).toEqual({
      [LABELS]: 2,
      [`error_type=RangeError,${LABELS}`]: 1,
    });
  });

  it('does not begin what begins when it is waited for', async () => {
    const scene = llmScene();
    // oxlint-disable-next-line unicorn/no-thenable -- what is tested
    const query = { then: throws };
    expect(
      await callUntyped(
        scene.metrics.measure,
        REQUEST,
        () => 1,
        () => query,
      ),
    ).toBe(1);
    await nextTurn();
    expect(await scene.values('llm_recording_failures_total')).toEqual({ '': 1 });
  });

  it.each([
    ['no request', undefined],
    ['a request that throws', new Proxy({}, { get: throws })],
  ])('runs the call of %s', async (_, request) => {
    const scene = llmScene();
    const measured: unknown = callUntyped(scene.metrics.measure, request, () => Promise.resolve('answer'));
    expect(await measured).toBe('answer');
    expect(await scene.values('llm_recording_failures_total')).toEqual({ '': 1 });
  });

  it('counts a request as it was when it began', async () => {
    const scene = llmScene();
    const request = { ...REQUEST, requestModel: 'before' };
    await scene.metrics.measure(request, () => {
      request.requestModel = 'after';
      return Promise.resolve();
    });
    expect(Object.keys(await durations(scene))[0]).toContain('before');
  });

  it('keeps calls apart that run at the same time', async () => {
    const scene = llmScene();
    const ends: (() => void)[] = [];
    const calls = ['a', 'b', 'c'].map((requestModel) =>
      scene.metrics.measure({ ...REQUEST, requestModel }, () => new Promise<void>((end) => ends.push(end))),
    );
    for (const end of ends.toReversed()) {
      scene.clock.advance(100);
      end();
      await nextTurn();
    }
    await Promise.all(calls);
    expect(Object.values(await durations(scene)).toSorted((a, b) => a - b)).toEqual([0.1, 0.2, 0.3]);
  });

  it('asks the server first what an error is', async () => {
    const said: Readonly<Record<string, string>> = { budget: 'budget_exceeded', empty: '' };
    const scene = llmScene({ errorTypeOf: (error) => said[String(error)] });
    for (const error of ['budget', 'else', 'empty']) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- servers do
      await scene.metrics.measure(REQUEST, () => Promise.reject(error)).catch(() => undefined);
    }
    expect(Object.keys(await durations(scene))).toEqual([
      `error_type=budget_exceeded,${LABELS}`,
      `error_type=_OTHER,${LABELS}`,
    ]);
  });
});

describe('start', () => {
  it('measures by hand, and only the first end counts', async () => {
    const scene = llmScene();
    const call = scene.metrics.start(REQUEST);
    scene.clock.advance(50);
    call.firstToken();
    scene.clock.advance(100);
    call.firstToken();
    call.end({ outputTokens: 11 });
    call.end({ outputTokens: 1000 });
    call.fail(new Error('too late'));
    call.firstToken();
    expect(await durations(scene)).toEqual({ [LABELS]: 0.15 });
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_sum')).toEqual({ [LABELS]: 0.05 });
    expect(await scene.values('gen_ai_server_time_per_output_token_seconds_sum')).toEqual({ [LABELS]: 0.01 });
  });

  it('has functions that can be taken out of it', async () => {
    const scene = llmScene();
    const { firstToken, end } = scene.metrics.start(REQUEST);
    const { fail } = scene.metrics.start(REQUEST);
    const source = new EventEmitter().once('data', firstToken).once('end', end).once('error', fail);
    scene.clock.advance(50);
    source.emit('data', 'piece');
    source.emit('end');
    source.emit('error', new RangeError('x'));
    expect(await durations(scene)).toEqual({ [LABELS]: 0.05, [`error_type=RangeError,${LABELS}`]: 0.05 });
    expect(await scene.values('gen_ai_server_time_to_first_token_seconds_sum')).toEqual({ [LABELS]: 0.05 });
    expect(await scene.values('llm_recording_failures_total')).toEqual({});
  });

  it('takes what is known of a request that failed, but not what its error is', async () => {
    const scene = llmScene();
    scene.metrics.start(REQUEST).fail(new RangeError('x'), { inputTokens: 4, errorType: undefined });
    expect(Object.keys(await durations(scene))).toEqual([`error_type=RangeError,${LABELS}`]);
    expect(Object.values(await scene.values('gen_ai_client_token_usage_sum'))).toEqual([4]);
  });

  it('refuses a time that a broken clock gives, and counts the request', async () => {
    const scene = llmScene();
    const call = scene.metrics.start(REQUEST);
    scene.clock.monotonicMs = throws;
    call.end();
    expect(await scene.values('llm_refused_values_total')).toEqual({ 'field=durationMs': 1 });
  });
});
