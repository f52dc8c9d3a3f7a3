// Asks each target once it is configured, until it answers: so that the gate can say when it is ready without waiting
// for a scraper, can say why it is not, and can warn of a target that answers strangers as well. Never delays the start.

import type { Clock, Timer } from '../internal/clock.js';
import type { FetchedExposition, Target, TargetFailure } from '../targets/target.js';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/** A probe under way. */
export interface TargetProbe {
  stop(): void;
}

/** Whom a probe tells. */
export interface ProbeListener {
  /** Once: the target has given a whole exposition. */
  onAnswer(fetched: FetchedExposition): void;
  /** The target gave none, for another reason than the time before. */
  onFailure(failure: TargetFailure): void;
}

/** Asks `target` until it has given a whole exposition, with growing pauses. */
export function probeTarget(target: Target, clock: Clock, listener: ProbeListener): TargetProbe {
  let timer: Timer | undefined;
  let isStopped = false;
  let reported: TargetFailure | undefined;
  const attempt = async (retryMs: number): Promise<void> => {
    const fetched = await target.fetch('text');
    if (isStopped) return;
    if (fetched.ok) return listener.onAnswer(fetched.value);
    const { error } = fetched;
    timer = clock.after(retryMs, () => void attempt(Math.min(retryMs * 2, MAX_RETRY_MS)));
    if (reported?.reason === error.reason && reported.detail === error.detail) return;
    reported = error;
    listener.onFailure(error);
  };
  void attempt(FIRST_RETRY_MS);
  return {
    stop() {
      isStopped = true;
      timer?.cancel();
    },
  };
}
