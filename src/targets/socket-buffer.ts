// Reads a socket into one buffer, again and again. Node otherwise gives each piece memory of its own: as much garbage as
// the bodies are large, outside of the heap, where it sets off collections long before it is worth one.

import type { OnReadOpts, Socket } from 'node:net';

/** As much as Node reads at a time. */
const BUFFER_BYTES = 64 * 1024;

/** Options of a socket that is read in this way. */
export interface BufferedSocketOptions {
  readonly highWaterMark: undefined;
  readonly readableHighWaterMark: number;
  readonly onread: OnReadOpts;
}

/**
 * Options for one socket, which lends what it read until the next read: whoever wants to keep it has to copy it. Nothing
 * is read ahead, so that it is not overwritten before somebody took it. Only reads that fill the buffer are lent: what
 * the client keeps until it is complete, the head of an answer, is smaller.
 */
export function readIntoOneBuffer(): BufferedSocketOptions {
  return {
    // A mark of zero: only who asks for more sets off the next read.
    highWaterMark: undefined,
    readableHighWaterMark: 0,
    onread: {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback(this: Socket, length, buffer) {
        const read = buffer.subarray(0, length);
        this.push(length === BUFFER_BYTES ? read : Buffer.from(read));
        return false;
      },
    },
  };
}
