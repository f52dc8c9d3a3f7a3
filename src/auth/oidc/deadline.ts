// An end for a question to an identity provider: when its time is up, or when nobody wants the answer any more.

import type { Clock } from '../../internal/clock.js';

/** Ends questions. */
export interface Deadlines {
  /** Runs `work` with a signal that is aborted after `timeoutMs` (reason `timeout`), or on `close` (`closed`). */
  run<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends all work under way, and all that is begun later. */
  close(): void;
}

/** Creates the deadlines of one identity provider. */
export function createDeadlines(clock: Clock): Deadlines {
  const underWay = new Set<(reason: 'timeout' | 'closed') => void>();
  let isClosed = false;
  return {
    async run(timeoutMs, work) {
      const controller = new AbortController();
      const end = (reason: 'timeout' | 'closed'): void => {
        timer.cancel();
        underWay.delete(end);
        controller.abort(reason);
      };
      const timer = clock.after(timeoutMs, () => end('timeout'));
      underWay.add(end);
      if (isClosed) end('closed');
      try {
        return await work(controller.signal);
      } finally {
        timer.cancel();
        underWay.delete(end);
      }
    },
    close() {
      isClosed = true;
      for (const end of underWay) end('closed');
    },
  };
}
