// Reads one body to its end: counts while it streams, inflates, and gives up at the first byte past a cap.
// Never inflates ahead of what was accepted, so a gzip bomb costs no more memory than the cap.
// RFC 1952 (gzip); one member only, because a cut between two members would look like a whole body.

import { Transform, pipeline, type Readable, type TransformCallback } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fail, ok, type Result } from '../internal/result.js';
import { ByteCollector } from './byte-collector.js';
import { failureInBody } from './failure.js';
import type { TargetFailure } from './target.js';

/** Large enough that big bodies do not drown in small chunks, small against every sensible cap. */
const INFLATE_CHUNK_BYTES = 64 * 1024;

const GZIP_TRAILER_SIZE_BYTES = 4;

/** A whole body. */
export interface ReceivedBody {
  readonly body: Uint8Array;
  /** Before inflating. */
  readonly receivedBytes: number;
}

/** Reads `source` to its end and destroys it in every other case. `maxBytes` bounds it before and after inflating. */
export async function readBody(
  source: Readable,
  options: { readonly gzip: boolean; readonly maxBytes: number },
): Promise<Result<ReceivedBody, TargetFailure>> {
  const received = new ReceivedBytes(options.maxBytes);
  const collected = new ByteCollector(options.maxBytes);
  const chunks: AsyncIterable<Buffer> = options.gzip
    ? pipeline(source, received, createGunzip({ chunkSize: INFLATE_CHUNK_BYTES }), ignoreOutcome)
    : pipeline(source, received, ignoreOutcome);
  try {
    for await (const chunk of chunks) {
      if (collected.append(chunk)) continue;
      // Leaving the loop stops the inflater at once; what feeds it would hear of that only later.
      source.destroy();
      return fail({ reason: 'inflated_too_large' });
    }
  } catch (error) {
    return fail(received.tooLarge ? { reason: 'body_too_large' } : failureInBody(error));
  }
  if (options.gzip && !received.endsWithSize(collected.length)) {
    return fail({ reason: 'inflate_failed', detail: 'NOT_ONE_MEMBER' });
  }
  return ok({ body: collected.bytes(), receivedBytes: received.length });
}

/** The loop over the last stream sees the same outcome; pipeline only wants somebody to tell. */
function ignoreOutcome(): void {
  return undefined;
}

/** Passes bytes on, counts them, and remembers the last few. */
class ReceivedBytes extends Transform {
  readonly #maxBytes: number;
  #tail: Buffer = Buffer.alloc(0);
  length = 0;
  tooLarge = false;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.length += chunk.length;
    if (this.length > this.#maxBytes) {
      this.tooLarge = true;
      done(new RangeError('more bytes than allowed'));
      return;
    }
    this.#tail =
      chunk.length >= GZIP_TRAILER_SIZE_BYTES
        ? chunk.subarray(-GZIP_TRAILER_SIZE_BYTES)
        : Buffer.concat([this.#tail, chunk]).subarray(-GZIP_TRAILER_SIZE_BYTES);
    done(null, chunk);
  }

  /**
   * Whether the last bytes are a gzip trailer that accounts for every inflated byte. It does not after a second
   * member, zero padding, or an empty body, all of which the inflater lets pass.
   */
  endsWithSize(inflatedBytes: number): boolean {
    if (this.#tail.length < GZIP_TRAILER_SIZE_BYTES) return false;
    return this.#tail.readUInt32LE(0) === inflatedBytes % 2 ** 32;
  }
}
