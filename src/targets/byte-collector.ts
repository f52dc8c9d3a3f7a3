// Puts a body together in one growing buffer, never past its cap.
// Chunks are copied, not kept: a target that sends single bytes would otherwise pin kilobytes of memory with each.

const FIRST_CAPACITY_BYTES = 64 * 1024;

/** Collects at most `maxBytes`; holds at most twice that while it grows. */
export class ByteCollector {
  readonly #maxBytes: number;
  #buffer: Buffer;
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(FIRST_CAPACITY_BYTES, maxBytes));
  }

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory set aside. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /** Adds `chunk`; false, and nothing is added, when that would pass the cap. */
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
    const capacity = Math.min(this.#maxBytes, Math.max(needed, this.#buffer.length * 2));
    const larger = Buffer.allocUnsafeSlow(capacity);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
