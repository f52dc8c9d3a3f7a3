// Takes one body as it streams in: counts it, inflates it, and gives up at the first byte past a cap.
// Never inflates ahead of what was accepted, so a gzip bomb costs no more memory than the cap. Reads no socket.
// RFC 1952 (gzip); one member only, because a cut between two members would look like a whole body.

import { createGunzip, type Gunzip } from 'node:zlib';
import type { MemoryPool } from '../internal/memory-pool.js';
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

/** How a body is taken. */
export interface BodyOptions {
  readonly gzip: boolean;
  /** Bounds it before and after inflating. */
  readonly maxBytes: number;
  /** Lends the memory for it. @default memory that is used once */
  readonly pool?: MemoryPool;
  /** Its inflated size as far as anybody knows. */
  readonly expectedBytes: number | undefined;
  /** Called once: with the whole body, or with what was wrong with it. Nothing is taken afterwards. */
  readonly onSettled: (outcome: Result<ReceivedBody, TargetFailure>) => void;
  /** Called when more may be given after `take` said no. */
  readonly onReady: () => void;
}

/** Receives a body from whoever reads the socket. */
export interface BodyReader {
  /**
   * The next bytes. Those of gzip nobody may change any more, because they are inflated later, in another thread; of a
   * plain body nothing is kept. False: no more before `onReady`.
   */
  take(bytes: Buffer): boolean;
  /** The body ended where it should. */
  end(): void;
  /** It will not come whole. */
  abort(error: unknown): void;
}

/** A reader for one body. */
export function createBodyReader(options: BodyOptions): BodyReader {
  return options.gzip ? new GzipReader(options) : new PlainReader(options);
}

class PlainReader implements BodyReader {
  readonly #options: BodyOptions;
  readonly #collected: ByteCollector;
  #settled = false;

  constructor(options: BodyOptions) {
    this.#options = options;
    this.#collected = new ByteCollector(options.maxBytes, options.expectedBytes, options.pool);
  }

  take(bytes: Buffer): boolean {
    if (!this.#settled && !this.#collected.append(bytes)) this.#settle(fail({ reason: 'body_too_large' }));
    return true;
  }

  end(): void {
    this.#settle(ok({ body: this.#collected.bytes(), receivedBytes: this.#collected.length }));
  }

  abort(error: unknown): void {
    this.#settle(fail(failureInBody(error)));
  }

  #settle(outcome: Result<ReceivedBody, TargetFailure>): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#options.onSettled(outcome);
  }
}

class GzipReader implements BodyReader {
  readonly #options: BodyOptions;
  readonly #collected: ByteCollector;
  readonly #gunzip: Gunzip;
  #tail: Buffer = Buffer.alloc(0);
  #received = 0;
  #settled = false;

  constructor(options: BodyOptions) {
    this.#options = options;
    this.#collected = new ByteCollector(options.maxBytes, options.expectedBytes, options.pool);
    this.#gunzip = createGunzip({ chunkSize: INFLATE_CHUNK_BYTES })
      .on('data', (inflated: Buffer) => this.#collect(inflated))
      .on('drain', options.onReady)
      .once('end', () => this.#finish())
      // A second error may follow the destruction that the first one causes.
      .on('error', (error) => this.#fail(failureInBody(error)));
  }

  take(bytes: Buffer): boolean {
    if (this.#settled) return true;
    this.#received += bytes.length;
    if (this.#received > this.#options.maxBytes) {
      this.#fail({ reason: 'body_too_large' });
      return true;
    }
    this.#tail =
      bytes.length >= GZIP_TRAILER_SIZE_BYTES
        ? bytes.subarray(-GZIP_TRAILER_SIZE_BYTES)
        : Buffer.concat([this.#tail, bytes]).subarray(-GZIP_TRAILER_SIZE_BYTES);
    return this.#gunzip.write(bytes);
  }

  end(): void {
    if (!this.#settled) this.#gunzip.end();
  }

  abort(error: unknown): void {
    this.#fail(failureInBody(error));
  }

  /** Nobody would catch what is thrown in here. */
  #collect(inflated: Buffer): void {
    try {
      if (!this.#collected.append(inflated)) this.#fail({ reason: 'inflated_too_large' });
    } catch (error) {
      this.#fail(failureInBody(error));
    }
  }

  #finish(): void {
    if (this.#settled) return;
    if (!this.#endsWithSize()) {
      this.#fail({ reason: 'inflate_failed', detail: 'NOT_ONE_MEMBER' });
      return;
    }
    this.#settled = true;
    this.#options.onSettled(ok({ body: this.#collected.bytes(), receivedBytes: this.#received }));
  }

  /**
   * Whether the last bytes are a gzip trailer that accounts for every inflated byte. It does not after a second
   * member, zero padding, or an empty body, all of which the inflater lets pass.
   */
  #endsWithSize(): boolean {
    if (this.#tail.length < GZIP_TRAILER_SIZE_BYTES) return false;
    return this.#tail.readUInt32LE(0) === this.#collected.length % 2 ** 32;
  }

  #fail(failure: TargetFailure): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#gunzip.destroy();
    this.#options.onSettled(fail(failure));
  }
}
