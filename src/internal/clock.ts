// The only place that asks what time it is or sets a timer, so that tests can move time themselves.

/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** Time as the rooms see it. */
export interface Clock {
  /** Wall clock: milliseconds since the Unix epoch. May jump. */
  nowMs(): number;
  /** Milliseconds from an arbitrary start that never go back; for durations and windows. */
  monotonicMs(): number;
  /** Calls `action` once after `delayMs`. Does not keep the process alive. */
  after(delayMs: number, action: () => void): Timer;
}

/** Microseconds of the monotonic clock of the machine, which other processes read as well (CLOCK_MONOTONIC). */
export function machineMonotonicMicros(): bigint {
  return process.hrtime.bigint() / 1000n;
}

/** Longer than anything waits for; as long as a timer can be. */
const FOREVER_MS = 2 ** 31 - 1;

/** Keeps the process alive, whatever is waited for, until what it gives is called. */
export function keepAlive(): () => void {
  const handle = setInterval(() => undefined, FOREVER_MS);
  return () => clearInterval(handle);
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, action) {
    const handle = setTimeout(action, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
