// Work that is done in slices: a generator that yields whenever others may have their turn.

import { systemClock, type Clock } from './clock.js';
import { nothing } from './nothing.js';

/** How long work may go on before others have their turn. */
const TURN_MS = 1;

/** Pieces of work that wait for their turn, in the order in which they came. */
const waiting: (() => void)[] = [];

/**
 * Does all of the work, and lets others run between its slices: after each that ends a millisecond or more after the
 * turn began, because a turn costs as much as many a slice. However many pieces of work there are, sockets and timers
 * come between any two turns.
 */
export async function inTurns<T>(
  work: Generator<void, T>,
  clock: Pick<Clock, 'monotonicMs'> = systemClock,
): Promise<T> {
  if (waiting.length > 0) await ownTurn();
  let turnEndsMs = clock.monotonicMs() + TURN_MS;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (clock.monotonicMs() < turnEndsMs) continue;
    await ownTurn();
    turnEndsMs = clock.monotonicMs() + TURN_MS;
  }
}

function ownTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(giveTurn);
  });
}

/** One turn between two looks at the sockets: an immediate that is set in an immediate comes after them. */
function giveTurn(): void {
  const next = waiting.shift();
  if (waiting.length > 0) setImmediate(giveTurn);
  next?.();
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
