// The parts of a body, fixed before a byte of it is written.

import { grownBytes } from '../../internal/growing-array.js';
import type { FamilyPolicy } from './family-policy.js';

/**
 * A part of a body, in its place: bytes that are written already, bytes that stand from `from` to before `to` in the body
 * before, or lines that are shown one by one.
 */
export type BodyPart =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'kept'; readonly from: number; readonly to: number }
  | { readonly kind: 'lines'; readonly policy: FamilyPolicy; readonly from: number; readonly to: number };

/**
 * Parts of one body at a time while they are put together, and what they come to. The object is there for as long as its
 * view: V8 throws compiled code away with the last object that it was compiled for.
 */
export class PartList {
  parts: BodyPart[] = [];
  patches: Patches = new Patches();
  byteLength = 0;
  samples = 0;

  /** Makes room for the next body; what was put together is left to whoever has taken it. */
  clear(): void {
    this.parts = [];
    this.patches = new Patches();
    this.byteLength = 0;
    this.samples = 0;
  }

  addText(bytes: Uint8Array): void {
    this.parts.push({ kind: 'text', bytes });
    this.byteLength += bytes.length;
  }

  /** Adds bytes of the body before. */
  addKept(from: number, to: number): void {
    const last = this.parts.at(-1);
    if (last?.kind === 'kept' && last.to === from) {
      this.parts[this.parts.length - 1] = { kind: 'kept', from: last.from, to };
    } else {
      this.parts.push({ kind: 'kept', from, to });
    }
    this.byteLength += to - from;
  }

  /** Adds lines of a scan, which come to `byteLength` bytes. */
  addLines(policy: FamilyPolicy, from: number, to: number, byteLength: number): void {
    this.parts.push({ kind: 'lines', policy, from, to });
    this.byteLength += byteLength;
  }
}

/** Numbers that are written over others, each as long as the one that stands there. */
export class Patches {
  /** By number: where it begins in the body, and where its bytes end here. */
  readonly #places: number[] = [];
  readonly #ends: number[] = [];
  #bytes: Uint8Array = new Uint8Array(0);

  /** Adds one behind those before: the first `length` of `bytes`, which are to stand at `place` in the body. */
  add(place: number, bytes: Uint8Array, length: number): void {
    const start = this.#ends.at(-1) ?? 0;
    this.#bytes = grownBytes(this.#bytes, start + length);
    for (let at = 0; at < length; at += 1) this.#bytes[start + at] = bytes[at] ?? 0;
    this.#places.push(place);
    this.#ends.push(start + length);
  }

  get count(): number {
    return this.#places.length;
  }

  /** Where the one with this number begins in the body. */
  place(number: number): number {
    return this.#places[number] ?? 0;
  }

  /**
   * Writes those from the `first` on, as far as they stand in `target`, which has the body from `start` on. Gives the first
   * of those that reach beyond it.
   */
  write(target: Uint8Array, start: number, first: number): number {
    const end = this.count;
    const bytes = this.#bytes;
    const limit = start + target.length;
    let from = first === 0 ? 0 : (this.#ends[first - 1] ?? 0);
    for (let at = first; at < end; at += 1) {
      const to = this.#ends[at] ?? 0;
      const place = this.#places[at] ?? 0;
      const behind = Math.min(limit, place + to - from);
      for (let own = Math.max(start, place); own < behind; own += 1)
        target[own - start] = bytes[from + own - place] ?? 0;
      if (place + to - from > limit) return at;
      from = to;
    }
    return end;
  }
}
