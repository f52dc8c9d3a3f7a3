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
  byteLength = 0;
  samples = 0;

  addText(bytes: Uint8Array): void {
    this.parts.push({ kind: 'text', bytes });
    this.byteLength += bytes.length;
  }

  /** Adds bytes of the body before. */
  addKept(from: number, to: number): void {
    this.parts.push({ kind: 'kept', from, to });
    this.byteLength += to - from;
  }

  /** Adds lines of a scan, which come to `byteLength` bytes. */
  addLines(policy: FamilyPolicy, from: number, to: number, byteLength: number): void {
    this.parts.push({ kind: 'lines', policy, from, to });
    this.byteLength += byteLength;
  }
}
