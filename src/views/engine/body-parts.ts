// The parts of a body, fixed before a byte of it is written.

import type { FamilyPolicy } from './family-policy.js';

/**
 * A part of a body, in its place: bytes that are written already, bytes that stand from `from` to before `to` in the body
 * before, or lines that are shown one by one.
 */
export type BodyPart =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'kept'; readonly from: number; readonly to: number }
  | { readonly kind: 'lines'; readonly policy: FamilyPolicy; readonly from: number; readonly to: number };

/** Parts while they are put together, and what they come to. */
export class PartList {
  readonly parts: BodyPart[] = [];
  readonly patches: Patches = new Patches();
  byteLength = 0;
  samples = 0;

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
  /** By number, as they stand in the body: where it begins, and its text. */
  readonly #places: number[] = [];
  readonly #texts: string[] = [];

  /** Adds one behind those before, at `place` in the body. */
  add(place: number, text: string): void {
    this.#places.push(place);
    this.#texts.push(text);
  }

  get count(): number {
    return this.#places.length;
  }

  /**
   * Writes those from the `first` to before the `end`th, as far as they stand in `bytes`, which has the body from `start` on.
   * Gives the first of those that reach beyond it.
   */
  write(bytes: Buffer, start: number, first: number, end: number): number {
    const limit = start + bytes.length;
    for (let at = first; at < end; at += 1) {
      const place = this.#places[at] ?? 0;
      const text = this.#texts[at] ?? '';
      const behind = place + text.length;
      if (place >= start && behind <= limit) {
        bytes.write(text, place - start, 'latin1');
        continue;
      }
      for (let own = Math.max(start, place); own < Math.min(limit, behind); own += 1)
        bytes[own - start] = text.charCodeAt(own - place);
      if (behind > limit) return at;
    }
    return end;
  }
}
