// What was worked out about a body, for all who ask while it is in use.

import { onTakenBack } from './memory-pool.js';

/**
 * Remembers something of each body, until its memory is taken back or nobody has it any more. The second alone would be
 * late: what a WeakMap holds is kept until V8 next goes over the whole heap, so that everything that belongs to a scrape
 * would grow old there, and make V8 do so over and over.
 */
export class BodyMemo<T> {
  readonly #known = new WeakMap<Uint8Array, T>();

  get(body: Uint8Array): T | undefined {
    return this.#known.get(body);
  }

  set(body: Uint8Array, value: T): void {
    if (!this.#known.has(body)) onTakenBack(body, () => this.#known.delete(body));
    this.#known.set(body, value);
  }
}
