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

/** The buffer of one socket. */
export class SocketBuffer {
  /**
   * Whether what was read is lent until the next read, instead of copied. Only for a reader who takes everything at
   * once, and keeps nothing of it: not while the head of an answer may come in pieces, nor for one who pauses.
   */
  lends = false;

  /** To make the socket with. */
  readonly options: BufferedSocketOptions;

  constructor() {
    const push = (socket: Socket, read: Uint8Array): void =>
      void socket.push(this.lends ? read : Buffer.from(read));
    this.options = {
      // Nothing is read ahead of whoever asks.
      highWaterMark: undefined,
      readableHighWaterMark: 0,
      onread: {
        buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
        callback(this: Socket, length, buffer) {
          push(this, buffer.subarray(0, length));
          return false;
        },
      },
    };
  }
}
