// One upstream fetch at a time for each target, shared by everybody who waits for the same format.
// Bodies leave in the order in which they were sampled: counters that a view aggregates compare each body with the
// one before, and two overlapping bodies handed over in the wrong order would look like a reset of the target.

import type { ExpositionFormat } from '../exposition/model.js';
import type { Target } from './target.js';

/**
 * `target` with its fetches shared and serialised: whoever asks while a fetch of the same format is waiting or under
 * way gets that one's outcome, and fetches of different formats follow each other. What is shared is the target's own
 * answer; nothing in it belongs to one scraper.
 */
export function coalesceFetches(target: Target): Target {
  const shared = new Map<ExpositionFormat, ReturnType<Target['fetch']>>();
  let last: Promise<unknown> = Promise.resolve();

  return {
    name: target.name,
    fetch(wanted) {
      const joined = shared.get(wanted);
      if (joined !== undefined) return joined;
      const mine = last
        .then(() => target.fetch(wanted))
        .finally(() => {
          shared.delete(wanted);
        });
      shared.set(wanted, mine);
      // A target that breaks its promise and rejects must not stop the fetches behind it. The outcome itself is not
      // kept: a body of some hundred megabytes would stay in memory until the next fetch.
      last = mine.then(
        () => undefined,
        () => undefined,
      );
      return mine;
    },
    close: () => target.close(),
  };
}
