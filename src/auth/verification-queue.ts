// Lets few password verifications run at once and few wait: strangers can keep it busy, never the machine.
// Equal submissions share one run; the key is made of what was submitted alone, so known and unknown users are shared
// alike (A5). Each client prefix gets a few places, so that one client alone cannot take them all (A7). After a run its
// place rests for as long as the run took, so that a flood of guesses leaves processor time to the scrapers.

import type { Clock } from '../internal/clock.js';
import { fail, ok, type Result } from '../internal/result.js';

/** Bounds of a queue. */
export interface VerificationQueueOptions {
  readonly maxRunning: number;
  readonly maxWaiting: number;
  /** Running and waiting for one client prefix. */
  readonly maxPerClient: number;
}

/** One submission to verify. */
export interface VerificationJob<T> {
  readonly key: string;
  readonly clientPrefix: string;
  readonly work: () => Promise<T>;
}

/** Runs verifications in the order in which they came. */
export interface VerificationQueue<T> {
  /** The work's value, or `verification_busy` when there is no place or the work failed. Never rejects. */
  run(job: VerificationJob<T>): Promise<Result<T, 'verification_busy'>>;
}

/** A run that took longer found a busy machine: a longer rest would only delay who is right. */
const MAX_REST_MS = 250;

/** Creates a queue. */
export function createVerificationQueue<T>(
  options: VerificationQueueOptions,
  clock: Clock,
): VerificationQueue<T> {
  const { maxRunning, maxWaiting, maxPerClient } = options;
  const underWay = new Map<string, Promise<Result<T, 'verification_busy'>>>();
  const placesOf = new Map<string, number>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const passOn = (): void => {
    const next = waiting.shift();
    // The place passes to the next one directly: a newcomer must not slip in between.
    if (next === undefined) running -= 1;
    else next();
  };

  const start = async (job: VerificationJob<T>): Promise<Result<T, 'verification_busy'>> => {
    if (running >= maxRunning) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    const startedMs = clock.monotonicMs();
    try {
      return ok(await job.work());
    } catch {
      // scrypt fails when memory runs out: that is no verdict on the password.
      return fail('verification_busy');
    } finally {
      underWay.delete(job.key);
      release(placesOf, job.clientPrefix);
      const tookMs = clock.monotonicMs() - startedMs;
      if (tookMs > 0) clock.after(Math.min(tookMs, MAX_REST_MS), passOn);
      else passOn();
    }
  };

  return {
    run(job) {
      const shared = underWay.get(job.key);
      if (shared !== undefined) return shared;
      const places = placesOf.get(job.clientPrefix) ?? 0;
      if (places >= maxPerClient || (running >= maxRunning && waiting.length >= maxWaiting)) {
        return Promise.resolve(fail('verification_busy'));
      }
      placesOf.set(job.clientPrefix, places + 1);
      const outcome = start(job);
      underWay.set(job.key, outcome);
      return outcome;
    },
  };
}

function release(placesOf: Map<string, number>, clientPrefix: string): void {
  const left = (placesOf.get(clientPrefix) ?? 1) - 1;
  if (left === 0) placesOf.delete(clientPrefix);
  else placesOf.set(clientPrefix, left);
}
