// Work that is done in slices: a generator that yields whenever others may have their turn.

import { nothing } from './nothing.js';

/** Does all of the work, and lets others run between its slices. */
export async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    // Not a microtask: sockets and timers come before the next slice.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Does all of the work at once. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Runs one piece of work after the other, in the order in which they were asked for. */
export class Queue {
  #last: Promise<void> = Promise.resolve();

  /** Runs `work` when everything before it has ended, well or badly. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // Its end alone is waited for: what it gave can be large, and is not kept.
    this.#last = turn.then(nothing, nothing);
    return turn;
  }
}
