// Writes an answer to a Node response: whole, or in a way that nobody takes for whole.
// Holds a piece or two of the body at a time, waits for slow readers, and lets other requests run in between.
// RFC 9112 sections 6 and 8: a length that is not reached, or chunks without an end, tell that something is missing.

import type { ServerResponse } from 'node:http';
import type { ByteChunks } from '../internal/byte-chunks.js';
import { borrow, type LetGo } from '../internal/memory-pool.js';
import type { EncodedAnswer } from './encoding.js';

/** Handed to the socket at a time: pieces together, or a part of one. */
const BATCH_BYTES = 256 * 1024;
/** After so much everybody else has a turn. */
const BYTES_PER_TURN = 512 * 1024;

/** What became of an answer. */
export interface Written {
  /** Bytes of the body that the socket was given. */
  readonly bytesOut: number;
  /** `gone`: the reader went away first. `failed`: the body could not be made, or was not as long as it said. */
  readonly end: 'whole' | 'gone' | 'failed';
  /** The name of what was thrown, for the operator. */
  readonly fault?: string;
}

/** Writes `answer`; resolves when the socket has taken it all, or when it never will. Then the connection is closed. */
export async function writeAnswer(
  response: ServerResponse,
  answer: EncodedAnswer,
  method: string,
): Promise<Written> {
  const body = new BodyWriter(response);
  try {
    writeHead(response, answer);
    if (method !== 'HEAD') await body.write(answer.body);
    response.end();
    await until(response, 'finish', response.writableFinished);
    return { bytesOut: body.bytesOut, end: 'whole' };
  } catch (error) {
    response.destroy();
    if (error instanceof ReaderGone) return { bytesOut: body.bytesOut, end: 'gone' };
    return { bytesOut: body.bytesOut, end: 'failed', fault: faultOf(error) };
  }
}

/** A name for what was thrown. Never its message, which may quote anything. */
export function faultOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function writeHead(response: ServerResponse, answer: EncodedAnswer): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  if ('byteLength' in answer.body) response.setHeader('Content-Length', answer.body.byteLength);
  if (answer.close) response.setHeader('Connection', 'close');
  response.writeHead(answer.status);
}

/** What is handed to the socket, and how to say that the socket is done with it. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly letGo: LetGo;
}

class BodyWriter {
  readonly #response: ServerResponse;
  #sinceTurn = 0;
  /** Bytes that the socket is not given yet. */
  #waiting = 0;
  /** Not where chunks are made: from Node.js 22 on, a response that is corked keeps them, and may then never drain. */
  #inBatches = false;
  bytesOut = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Keeps the last piece until it is known to be the last, so that a body of another length never looks whole. */
  async write(body: ByteChunks | AsyncIterable<Uint8Array>): Promise<void> {
    const length = 'byteLength' in body ? body.byteLength : undefined;
    this.#inBatches = length !== undefined;
    let made = 0;
    let held: Piece | undefined;
    for await (const piece of body) {
      if (piece.length === 0) continue;
      made += piece.length;
      if (length !== undefined && made > length) throw new RangeError('too long');
      const letGo = borrow(piece);
      if (held !== undefined) await this.#writePiece(held);
      held = { bytes: piece, letGo };
    }
    if (length !== undefined && made < length) throw new RangeError('too short');
    if (held !== undefined) await this.#writePiece(held);
    await this.#handOver();
  }

  async #writePiece({ bytes, letGo }: Piece): Promise<void> {
    for (let at = 0; at < bytes.length; at += BATCH_BYTES) {
      const end = at + BATCH_BYTES;
      // A socket may have taken some of it only, and go on reading.
      const gone = (error?: Error | null): void => {
        if (!error && end >= bytes.length) letGo();
      };
      await this.#writeSlice(bytes.subarray(at, end), gone);
    }
  }

  async #writeSlice(slice: Uint8Array, gone: (error?: Error | null) => void): Promise<void> {
    const response = this.#response;
    if (response.destroyed) throw new ReaderGone();
    this.bytesOut += slice.length;
    if (this.#waiting === 0 && this.#inBatches) response.cork();
    this.#waiting += slice.length;
    response.write(slice, gone);
    if (this.#waiting >= BATCH_BYTES || !this.#inBatches) await this.#handOver();
  }

  /** Hands what waits to the socket at once: a call for each piece would cost more than the piece. */
  async #handOver(): Promise<void> {
    if (this.#waiting === 0) return;
    const response = this.#response;
    this.#sinceTurn += this.#waiting;
    this.#waiting = 0;
    if (this.#inBatches) response.uncork();
    if (response.writableNeedDrain) await until(response, 'drain', false);
    // A socket that takes it at once says so before anybody else had a turn.
    if (this.#sinceTurn < BYTES_PER_TURN) return;
    this.#sinceTurn = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The reader closed the connection. */
class ReaderGone extends Error {}

/** Waits for `event`, and no longer than the connection lasts. */
function until(response: ServerResponse, event: 'drain' | 'finish', hasHappened: boolean): Promise<void> {
  if (hasHappened) return Promise.resolve();
  if (response.destroyed) return Promise.reject(new ReaderGone());
  return new Promise((resolve, reject) => {
    const happened = (): void => {
      response.off('close', closed);
      resolve();
    };
    const closed = (): void => {
      response.off(event, happened);
      reject(new ReaderGone());
    };
    response.once(event, happened);
    response.once('close', closed);
  });
}
