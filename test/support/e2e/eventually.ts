// Waits for something that another process does: asks again and again until a deadline, never a fixed sleep.

const INTERVAL_MS = 100;

/** What to wait for. */
export interface Awaited {
  /** For the error: what did not happen. */
  readonly what: string;
  readonly deadlineMs: number;
  /** More for the error, asked at the deadline. */
  readonly context?: () => string;
}

/**
 * The first value of `probe` that is not `undefined`. Errors of the probe count as "not yet".
 * @throws {Error} at the deadline, with the last error of the probe.
 */
export async function eventually<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  awaited: Awaited,
): Promise<T> {
  const deadline = performance.now() + awaited.deadlineMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) {
      const context = awaited.context === undefined ? '' : `\n${awaited.context()}`;
      throw new Error(`not within ${String(awaited.deadlineMs)} ms: ${awaited.what}${context}`, {
        cause: lastError,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
