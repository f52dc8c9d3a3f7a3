// Feeds a body reader from chunks, as an HTTP client does: no more than it wants, and to the end unless it gave up.

import type { Result } from '../../src/internal/result.js';
import { createBodyReader, type ReceivedBody } from '../../src/targets/body.js';
import type { TargetFailure } from '../../src/targets/target.js';

/** What became of a body that came in `chunks`. `afterCreation` runs once the reader exists. */
export async function readAll(
  chunks: Iterable<Buffer>,
  options: { readonly gzip: boolean; readonly maxBytes: number },
  afterCreation: () => void = () => undefined,
): Promise<Result<ReceivedBody, TargetFailure>> {
  let isSettled = false;
  let ready: () => void = () => undefined;
  let settle: (outcome: Result<ReceivedBody, TargetFailure>) => void = () => undefined;
  const outcome = new Promise<Result<ReceivedBody, TargetFailure>>((resolve) => (settle = resolve));
  const reader = createBodyReader({
    ...options,
    expectedBytes: undefined,
    onSettled: (received) => {
      isSettled = true;
      settle(received);
      ready();
    },
    onReady: () => ready(),
  });
  afterCreation();
  for (const chunk of chunks) {
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    if (!reader.take(chunk)) await isReady;
    if (isSettled) return outcome;
  }
  reader.end();
  return outcome;
}
