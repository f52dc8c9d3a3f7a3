// How many tokens are asked about at once and each second. Two classes: tokens and clients that were good before go
// first and cannot be crowded out by the others. Equal tokens share one question. Bounded; no timers of its own.

import type { Clock } from '../../internal/clock.js';
import { fail, type Result } from '../../internal/result.js';

/** A question about one token. */
export interface IntrospectionJob<R> {
  readonly key: string;
  /** Whether the token, or the client that presents it, was good before. */
  readonly isFirst: boolean;
  /** Never rejects. */
  readonly work: () => Promise<R>;
}

/** Runs questions. */
export interface IntrospectionPlaces<R> {
  /** What the work gives, or `verification_busy` where there is no place for it. Never rejects. */
  run(job: IntrospectionJob<R>): Promise<R | Result<never, 'verification_busy'>>;
}

/** Questions under way at once; half of the places are never taken by tokens that nobody knows. */
export const INTROSPECTION_PLACES = { all: 8, unknown: 4 };
const MAX_WAITING = { first: 128, unknown: 32 };
/** Questions begun in a second, for each of the two classes; at most twice as many begin around the end of one. */
const PER_SECOND = { first: 100, unknown: 50 };
const SECOND_MS = 1000;

/** Creates places, all of them free. */
export function createIntrospectionPlaces<R>(clock: Clock): IntrospectionPlaces<R> {
  const underWay = new Map<string, Promise<R>>();
  const waiting = { first: [] as (() => void)[], unknown: [] as (() => void)[] };
  const begun = { first: newWindow(clock), unknown: newWindow(clock) };
  let running = 0;

  /** Whoever waits longest in the class that may run, first class first. */
  const next = (): void => {
    while (running < INTROSPECTION_PLACES.all) {
      const start =
        waiting.first.shift() ??
        (running < INTROSPECTION_PLACES.unknown ? waiting.unknown.shift() : undefined);
      if (start === undefined) return;
      running += 1;
      start();
    }
  };

  const start = async ({ key, work }: IntrospectionJob<R>, queue: (() => void)[]): Promise<R> => {
    const turn = new Promise<void>((resolve) => queue.push(resolve));
    next();
    await turn;
    try {
      return await work();
    } finally {
      underWay.delete(key);
      running -= 1;
      next();
    }
  };

  return {
    run(job) {
      const shared = underWay.get(job.key);
      if (shared !== undefined) return shared;
      const kind = job.isFirst ? 'first' : 'unknown';
      if (waiting[kind].length >= MAX_WAITING[kind] || !begun[kind].take(PER_SECOND[kind])) {
        return Promise.resolve(fail('verification_busy'));
      }
      const answer = start(job, waiting[kind]);
      underWay.set(job.key, answer);
      return answer;
    },
  };
}

/** Counts what begins in each second. */
function newWindow(clock: Clock): { take(limit: number): boolean } {
  let startedMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    take(limit) {
      const nowMs = clock.monotonicMs();
      if (nowMs - startedMs >= SECOND_MS) {
        startedMs = nowMs;
        count = 0;
      }
      if (count >= limit) return false;
      count += 1;
      return true;
    },
  };
}
