// Writes the lines of a body out of those of the body before: lines that stand still are taken over in blocks.

import type { Scan } from '../../exposition/incremental/scan.js';
import { grownInt32 } from '../../internal/growing-array.js';
import type { Patches } from './body-parts.js';
import { BodyPages } from './body-pages.js';
import { writeRest } from './line-value.js';
import type { ScanComparison } from './scan-comparison.js';

const NO_STARTS: Int32Array = new Int32Array(0);

/**
 * Bytes that are written anew or taken from the body before; stretches of those that follow each other are taken at
 * once. The object is there for as long as its view: V8 throws compiled code away with the last object that it was
 * compiled for.
 */
export class BlockWriter {
  readonly #pages = new BodyPages();
  /** By line: where it begins or, where it is not shown, the next one; -1 where lines are not written one by one. */
  #starts: Int32Array = NO_STARTS;
  /** The same of the body before, where the one that is being written is based on it. */
  #startsBefore: Int32Array = NO_STARTS;
  /** The scan of the body that was written last; 0 where none was. */
  #scanNumber = 0;
  /** What of the body before comes next, and is not taken yet. */
  #takeFrom = 0;
  #takeTo = 0;
  /** Lines that have another value, and where that stands; those before `#patched` are written. */
  readonly #patchedLines: number[] = [];
  readonly #patchedPlaces: number[] = [];
  #patched = 0;

  /** Where there is room, or something to be written over. */
  get room(): Buffer {
    return this.#pages.room;
  }

  /** Bytes of the body so far. */
  get length(): number {
    return this.#pages.length + this.#takeTo - this.#takeFrom;
  }

  /** Begins a body of a scan. */
  begin(scan: Scan, comparison: ScanComparison, byteLength: number): void {
    const { lines } = scan;
    const isBased = this.holds(comparison);
    this.#scanNumber = 0;
    this.#pages.begin(byteLength);
    // The two columns serve in turn, as fresh memory costs more than what is done with it.
    const spare = this.#startsBefore;
    this.#startsBefore = this.#starts;
    this.#starts = grownInt32(spare, lines.count).fill(-1, 0, lines.count);
    if (!isBased) this.#startsBefore.fill(-1);
    this.#takeFrom = 0;
    this.#takeTo = 0;
  }

  /** Ends the body: its bytes. */
  end({ number }: Scan): readonly Buffer[] {
    this.#scanNumber = number;
    return this.#pages.end();
  }

  /** Whether it has the body of the scan with which another one is compared. To be asked before that one's is begun. */
  holds({ basis }: ScanComparison): boolean {
    return basis !== 0 && this.#scanNumber === basis;
  }

  /** What stands from `from` to before `to` in the body that was written last. */
  pieces(from: number, to: number): readonly Buffer[] {
    return this.#pages.pieces(from, to);
  }

  /** Where a line of the body before begins; -1 where it was not written line by line. */
  placeBefore(line: number): number {
    return this.#startsBefore[line] ?? -1;
  }

  /**
   * Bytes of `lines` lines of the body before, from `there` on, but for the last one; below zero where that is not the
   * body of the scan on which this one is based, or where they were not written one by one.
   */
  lengthBefore(comparison: ScanComparison, there: number, lines: number): number {
    if (!this.holds(comparison)) return -1;
    const start = this.#starts[there] ?? -1;
    return start < 0 ? -1 : (this.#starts[there + lines - 1] ?? -1) - start;
  }

  /**
   * Begins lines that are as they stood from `there` on in the body before, the last one with `length` bytes; false
   * where they were not written one by one.
   */
  takeLines(line: number, there: number, lines: number, length: number): boolean {
    const starts = this.#starts;
    const before = this.#startsBefore;
    const start = before[there] ?? -1;
    if (start < 0) return false;
    this.take(line, start, (before[there + lines - 1] ?? 0) - start + length);
    const shift = (starts[line] ?? 0) - start;
    for (let at = 1; at < lines; at += 1) starts[line + at] = (before[there + at] ?? 0) + shift;
    return true;
  }

  /** Notes a line that is not shown. */
  skip(line: number): void {
    this.#starts[line] = this.length;
  }

  /** Begins a line of `length` bytes that the caller writes: where it begins in `room`. */
  beginLine(line: number, length: number): number {
    const at = this.makeRoom(length);
    this.#starts[line] = this.length - length;
    return at;
  }

  /** Begins a line with `length` bytes that stood at `there` in the body before. */
  take(line: number, there: number, length: number): void {
    if (there !== this.#takeTo) this.#comeFrom(there);
    this.#starts[line] = this.length;
    this.#takeTo += length;
  }

  /** Takes bytes of the body before. */
  takeBytes(from: number, to: number): void {
    if (from !== this.#takeTo) this.#comeFrom(from);
    this.#takeTo = to;
  }

  /** The line that was taken last has another value, as long as the one before, behind `length` bytes. */
  patch(line: number, length: number): void {
    this.#patchedLines.push(line);
    this.#patchedPlaces.push((this.#starts[line] ?? 0) + length);
  }

  /** Makes room for `length` bytes that the caller writes: where they begin in `room`. */
  makeRoom(length: number): number {
    this.#takeWaiting(this.#takeTo);
    return this.#pages.makeRoom(length);
  }

  /** Writes a text that is there already. */
  write(text: Uint8Array): void {
    const at = this.makeRoom(text.length);
    this.room.set(text, at);
  }

  /** Ends a slice: less than a page is left to be taken. */
  settle(scan: Scan): void {
    this.#takeWaiting(this.#pages.pageBefore(this.#takeTo));
    this.#writePatches(scan);
  }

  /** Takes what is left to be taken. */
  flush(scan: Scan): void {
    this.#takeWaiting(this.#takeTo);
    this.#writePatches(scan);
  }

  /** Writes numbers over those of the body, from the `first` on, as far as they stand in one page; gives the next one. */
  overwrite(patches: Patches, first: number): number {
    const place = patches.place(first);
    const at = this.#pages.overwrite(place);
    return patches.write(this.room, place - at, first);
  }

  #comeFrom(there: number): void {
    this.#takeWaiting(this.#takeTo);
    this.#takeFrom = there;
    this.#takeTo = there;
  }

  #takeWaiting(to: number): void {
    if (to <= this.#takeFrom) return;
    this.#pages.take(this.#takeFrom, to);
    this.#takeFrom = to;
  }

  #writePatches(scan: Scan): void {
    const { length } = this.#pages;
    const lines = this.#patchedLines;
    for (; this.#patched < lines.length; this.#patched += 1) {
      const place = this.#patchedPlaces[this.#patched] ?? 0;
      if (place >= length) return;
      const at = this.#pages.overwrite(place);
      writeRest(scan, lines[this.#patched] ?? 0, this.room, at);
    }
    lines.length = 0;
    this.#patchedPlaces.length = 0;
    this.#patched = 0;
  }
}
