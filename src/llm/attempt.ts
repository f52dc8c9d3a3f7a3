// Runs functions that are not ours. Whatever they do, the measured call goes on: what they throw is counted, and so is a
// promise, which would come too late to be of use. A promise that is rejected must not end the process either.

import { isPromise } from 'node:util/types';
import { isThenable } from './observe.js';

/** Hears of each function that failed. */
export interface FailureCount {
  failed(): void;
}

/** What `action` gives; undefined where it throws, or gives something to wait for. Never throws. */
export function attempt<T>(failures: FailureCount, action: () => T): T | undefined {
  try {
    const result = action();
    if (!isThenable(result)) return result;
    // Others may begin their work when somebody waits for them, and nobody does.
    if (isPromise(result)) void Promise.prototype.then.call(result, undefined, ignore);
  } catch {
    // Counted below.
  }
  failures.failed();
  return undefined;
}

function ignore(): void {
  // It was counted when it was given.
}
