// Asks each target once it is configured, until it answers: so that the gate can say when it is ready without waiting
// for a scraper, and can warn of a target that answers strangers as well. Never delays the start.

import type { Clock, Timer } from '../internal/clock.js';
import type { Target } from '../targets/target.js';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/** A probe under way. */
export interface TargetProbe {
  stop(): void;
}

/** Calls `onAnswer` once, when `target` has given a whole exposition; tries again with growing pauses until then. */
export function probeTarget(target: Target, clock: Clock, onAnswer: () => void): TargetProbe {
  let timer: Timer | undefined;
  let isStopped = false;
  const attempt = async (retryMs: number): Promise<void> => {
    const fetched = await target.fetch('text');
    if (isStopped) return;
    if (fetched.ok) onAnswer();
    else timer = clock.after(retryMs, () => void attempt(Math.min(retryMs * 2, MAX_RETRY_MS)));
  };
  void attempt(FIRST_RETRY_MS);
  return {
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}
