// One upstream fetch at a time for each target, shared by everybody who waits for the same format.
// Bodies leave in the order in which they were sampled: counters that a view aggregates compare each body with the
// one before, and two overlapping bodies handed over in the wrong order would look like a reset of the target.

import type { ExpositionFormat } from '../exposition/model.js';
import { pin } from '../internal/memory-pool.js';
import { nothing } from '../internal/nothing.js';
import type { Target, TargetFailure } from './target.js';

/**
 * `target` with its fetches shared and serialised: whoever asks while a fetch of the same format is waiting or under
 * way gets that one's outcome, and fetches of different formats follow each other. What is shared is the target's own
 * answer; nothing in it belongs to one scraper. `onFailed` hears of a failed fetch once, however many wait for it:
 * also when nobody does any more.
 */
export function coalesceFetches(
  target: Target,
  onFailed: (failure: TargetFailure) => void = nothing,
): Target {
  const shared = new Map<ExpositionFormat, ReturnType<Target['fetch']>>();
  let last: Promise<unknown> = Promise.resolve();

  return {
    name: target.name,
    fetch(wanted) {
      const joined = shared.get(wanted);
      if (joined !== undefined) return joined;
      const mine = last
        .then(() => target.fetch(wanted))
        .then((outcome) => {
          if (!outcome.ok) onFailed(outcome.error);
          return outcome;
        })
        .finally(() => {
          shared.delete(wanted);
        });
      shared.set(wanted, mine);
      // Whoever waits goes on within this turn: nobody is done with the body before all of them have it.
      void mine.then((outcome) => {
        if (outcome.ok) setImmediate(pin(outcome.value.body));
      }, nothing);
      // A target that breaks its promise and rejects must not stop the fetches behind it. The outcome itself is not
      // kept: a body of some hundred megabytes would stay in memory until the next fetch.
      last = mine.then(nothing, nothing);
      return mine;
    },
    close: () => target.close(),
  };
}
