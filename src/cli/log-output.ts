// Standard error for the log of a program that serves: written behind its back, so that a reader who is slow, or has
// stopped reading, holds up no request. What does not fit into a bounded queue is left out, and counted in the log.

import sonic from 'sonic-boom';
import type { Clock } from '../internal/clock.js';
import type { LogOutput } from './context.js';

/** Bytes that wait for a slow reader: some thousand requests. */
const MAX_WAITING = 1024 * 1024;

/** Opens a file descriptor for the log; `tellLost` makes the line that says how many were left out. */
export function openLogOutput(fd: number, clock: Clock, tellLost: (lines: number) => string): LogOutput {
  const stream = new sonic.SonicBoom({ fd, sync: false, maxLength: MAX_WAITING });
  let lost = 0;
  let hasEnded = false;
  // Whoever read the log has gone: that is no reason to stop serving.
  stream.on('error', () => undefined);
  stream.on('drop', (lines: string) => {
    lost += lines.split('\n').length - 1;
  });
  const tell = (): void => {
    if (lost === 0) return;
    const line = tellLost(lost);
    lost = 0;
    stream.write(line);
  };
  stream.on('drain', tell);
  return {
    write(text) {
      // A request that a stop cut off is told of when nobody listens any more.
      if (!hasEnded) stream.write(text);
    },
    end: (deadlineMs) =>
      new Promise((resolve) => {
        tell();
        hasEnded = true;
        const deadline = clock.after(deadlineMs, () => resolve(false));
        stream.once('finish', () => {
          deadline.cancel();
          resolve(true);
        });
        stream.end();
      }),
  };
}
