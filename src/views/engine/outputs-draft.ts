// The lines of the outputs of a family while they are put together out of those in the body before: what stands there, with
// other numbers written over it, and what is written anew.

import type { PartList } from './body-parts.js';
import type { WrittenFamily } from './gathered-family.js';
import type { NumberSink } from './output-block.js';

const NOTHING_WRITTEN: WrittenFamily = { start: 0, ends: [], samples: 0 };

/**
 * The lines of one family at a time. The object is there for as long as its view: V8 throws compiled code away with the
 * last object that it was compiled for.
 */
export class OutputsDraft implements NumberSink {
  readonly #list: PartList;
  #before: WrittenFamily = NOTHING_WRITTEN;
  #start = 0;
  #ends: number[] = [];
  #samples = 0;
  /** Where the lines of the output stood, from the start of the family on, and up to where they are in the draft. */
  #from = 0;
  #to = 0;
  #taken = 0;

  /** What it puts together goes to `list`. */
  constructor(list: PartList) {
    this.#list = list;
  }

  /** Opens a family; `before` is how it stands in the body before, if it does. */
  open(before: WrittenFamily = NOTHING_WRITTEN): void {
    this.#before = before;
    this.#start = this.#list.byteLength;
    this.#ends = [];
    this.#samples = before.samples;
  }

  /** Begins the lines of the output at `place`, which comes behind those before. */
  begin(place: number): void {
    this.#takeOver(place);
    const { ends } = this.#before;
    // One that came up later takes no room there, though it may have been shown once.
    this.#from = place === 0 ? 0 : (ends[place - 1] ?? 0);
    this.#to = ends[place] ?? 0;
    this.#taken = this.#from;
  }

  /** Whether there were lines of the output. */
  get stoodThere(): boolean {
    return this.#to > this.#from;
  }

  change(offset: number, length: number, bytes: Buffer, ownLength: number): void {
    const list = this.#list;
    const at = this.#from + offset;
    if (ownLength === length) {
      list.patches.add(list.byteLength + at - this.#taken, bytes, length);
      return;
    }
    this.#take(at);
    list.addText(Buffer.from(bytes.subarray(0, ownLength)));
    this.#taken = at + length;
  }

  /** Puts lines that are written anew. */
  put(bytes: Uint8Array, lines: number, linesBefore: number): void {
    if (this.stoodThere) this.#samples -= linesBefore;
    this.#samples += lines;
    this.#list.addText(bytes);
    this.#taken = this.#to;
  }

  /** Ends the lines of the output. */
  finish(): void {
    this.#take(this.#to);
    this.#ends.push(this.#list.byteLength - this.#start);
  }

  /** Takes over what stands before `to`. */
  #take(to: number): void {
    const { start } = this.#before;
    if (to > this.#taken) this.#list.addKept(start + this.#taken, start + to);
  }

  /** Closes the family: how it was written. */
  close(): WrittenFamily {
    this.#takeOver(this.#before.ends.length);
    const written = { start: this.#start, ends: this.#ends, samples: this.#samples };
    this.#before = NOTHING_WRITTEN;
    return written;
  }

  /** Takes over what stands before `place`. */
  #takeOver(place: number): void {
    const { start, ends } = this.#before;
    const places = this.#ends.length;
    const to = Math.min(place, ends.length);
    if (places >= to) return;
    const from = places === 0 ? 0 : (ends[places - 1] ?? 0);
    const shift = this.#list.byteLength - this.#start - from;
    this.#list.addKept(start + from, start + (ends[to - 1] ?? 0));
    for (let at = places; at < to; at += 1) this.#ends.push((ends[at] ?? 0) + shift);
  }
}
