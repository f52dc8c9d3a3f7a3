// A clock that moves only when a test says so.

import type { Clock, Timer } from '../../src/internal/clock.js';

interface Pending {
  readonly atMs: number;
  readonly action: () => void;
}

/** When a clock begins, unless a test says otherwise; a whole second. */
export const CLOCK_START_MS: number = Date.UTC(2026, 0, 1);

export class ManualClock implements Clock {
  #wallMs: number;
  #elapsedMs = 0;
  #pending: Pending[] = [];

  constructor(startMs: number = CLOCK_START_MS) {
    this.#wallMs = startMs;
  }

  nowMs(): number {
    return this.#wallMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, action: () => void): Timer {
    const entry: Pending = { atMs: this.#elapsedMs + delayMs, action };
    this.#pending.push(entry);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== entry);
      },
    };
  }

  /** Moves time forward and runs what falls due, in order. */
  advance(ms: number): void {
    const untilMs = this.#elapsedMs + ms;
    for (;;) {
      const due = this.#pending
        .filter((entry) => entry.atMs <= untilMs)
        .toSorted((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#pending = this.#pending.filter((entry) => entry !== due);
      this.#elapsedMs = due.atMs;
      due.action();
    }
    this.#elapsedMs = untilMs;
  }

  /** Timers that have not fallen due. */
  get pendingTimers(): number {
    return this.#pending.length;
  }
}
