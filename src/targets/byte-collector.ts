// Puts a body together in one buffer, never past its cap, so that it is held once.
// Chunks are copied, not kept: a target that sends single bytes would otherwise pin kilobytes of memory with each.

import { MemoryPool } from '../internal/memory-pool.js';

/** Where nobody knows better. */
const FIRST_CAPACITY_BYTES = 64 * 1024;
const GROWTH = 8;
/** More is copied as seldom as can be, because nothing else runs meanwhile. */
const MAX_COPIED_BYTES = 4 * 1024 * 1024;
/** Set aside once a body is large. Memory that was never written to is only addresses. */
const LARGE_CAPACITY_BYTES = 256 * 1024 * 1024;

/** Collects at most `maxBytes`. */
export class ByteCollector {
  readonly #maxBytes: number;
  #buffer: Buffer;
  #length = 0;

  /** What comes is never copied again while it is not more than `expectedBytes`. Without a pool memory is used once. */
  constructor(
    maxBytes: number,
    expectedBytes: number = FIRST_CAPACITY_BYTES,
    pool: MemoryPool = new MemoryPool(0),
  ) {
    this.#maxBytes = maxBytes;
    this.#buffer = pool.take(Math.min(expectedBytes, maxBytes));
  }

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory set aside. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /**
   * Adds `chunk`; false, and nothing is added, when that would pass the cap.
   * @throws {RangeError} when there is no memory for it.
   */
  append(chunk: Uint8Array): boolean {
    const needed = this.#length + chunk.length;
    if (needed > this.#maxBytes) return false;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#buffer.set(chunk, this.#length);
    this.#length = needed;
    return true;
  }

  /** What was collected, without another copy. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #grow(needed: number): void {
    const wanted =
      needed > MAX_COPIED_BYTES
        ? Math.max(needed * 2, LARGE_CAPACITY_BYTES)
        : Math.max(needed, this.#buffer.length * GROWTH);
    const larger = Buffer.allocUnsafeSlow(Math.min(wanted, this.#maxBytes));
    larger.set(this.bytes());
    this.#buffer = larger;
  }
}
