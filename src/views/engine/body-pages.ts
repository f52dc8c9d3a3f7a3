// The bytes of a body in pages. From one body to the next, pages go on as they are wherever nothing became longer, shorter
// or new. What changes in them is written over in place, or in a copy where somebody still reads the body before.

import { firstAbove } from '../../internal/growing-array.js';
import { MemoryPool, pin, roomOf, takeOver, type LetGo } from '../../internal/memory-pool.js';

/** A page ends behind so many bytes. Its memory is an eighth larger, so that numbers in it can become longer. */
const PAGE_BYTES = 64 * 1024;
/** Pages that wait to serve again: half of those of the largest body. */
const MAX_SPARE_PAGES = 384;

interface Page {
  readonly memory: Buffer;
  readonly unpin: LetGo;
  /** What of the memory is written. */
  length: number;
  bytes: Buffer;
  /** The number of the last body that it is in; 0 where it is in none any more. */
  body: number;
  /** Whether that one may write to it. */
  isOwn: boolean;
}

const NO_BYTES: Buffer = Buffer.alloc(0);

/**
 * The pages of one body after the other. Places are counted from the start of a body. What is written at once is in one
 * page. Neighbours have more than `pageBytes` together, so that a body that shrinks does not leave many small ones.
 */
export class BodyPages {
  /** The page in which room was made last, or which was made ready to be written over. */
  room: Buffer = NO_BYTES;

  readonly #pageBytes: number;
  /** No page grows beyond these. */
  readonly #mostBytes: number;
  readonly #pool: MemoryPool;
  #pages: Page[] = [];
  /** By page: its place. */
  #starts: number[] = [];
  /** The same of the body before, while one is written. */
  #pagesBefore: readonly Page[] = [];
  #startsBefore: readonly number[] = [];
  /** That of the body, from 1. */
  #number = 0;
  #length = 0;
  #expected = 0;
  #isPageEnded = true;

  constructor(pageBytes: number = PAGE_BYTES) {
    this.#pageBytes = pageBytes;
    this.#mostBytes = roomOf(pageBytes);
    this.#pool = new MemoryPool(this.#mostBytes, MAX_SPARE_PAGES);
  }

  /** Bytes of the body so far. */
  get length(): number {
    return this.#length;
  }

  /** Begins a body of `byteLength` bytes. */
  begin(byteLength: number): void {
    this.#pagesBefore = this.#pages;
    this.#startsBefore = this.#starts;
    this.#pages = [];
    this.#starts = [];
    this.#number += 1;
    this.#length = 0;
    this.#expected = byteLength;
    this.#isPageEnded = true;
  }

  /** Ends the body: its bytes. */
  end(): readonly Buffer[] {
    this.#joinLast();
    for (const { body, unpin } of this.#pagesBefore) if (body !== this.#number) unpin();
    this.#pagesBefore = [];
    this.#startsBefore = [];
    return this.#pages.map(bytesOf);
  }

  /** Makes room for `length` bytes, which the caller writes: where they begin in `room`. */
  makeRoom(length: number): number {
    if ((this.#pages.at(-1)?.length ?? 0) >= this.#pageBytes) this.#isPageEnded = true;
    return this.#grow(length);
  }

  /** Appends bytes of the body before; each byte of it once at most. */
  take(from: number, to: number): void {
    let index = firstAbove(this.#startsBefore, from) - 1;
    for (let at = from; at < to; index += 1) {
      const page = pageOf(this.#pagesBefore, index);
      const start = this.#startsBefore[index] ?? 0;
      const end = start + page.length;
      const behind = Math.min(end, to);
      if (at === start && behind === end) this.#add(page);
      else {
        const own = this.#grow(behind - at);
        page.memory.copy(this.room, own, at - start, behind - start);
      }
      at = behind;
      // Pages end where those before did, so that the next body finds them as they are.
      if (at === end && pageOf(this.#pages, this.#pages.length - 1).length * 2 >= this.#pageBytes)
        this.#isPageEnded = true;
    }
  }

  /** Where the page begins in which `place` was in the body before. */
  pageBefore(place: number): number {
    return this.#startsBefore[firstAbove(this.#startsBefore, place) - 1] ?? 0;
  }

  /** Makes what stands at `place` ready to be written over: where that is in `room`. */
  overwrite(place: number): number {
    const index = firstAbove(this.#starts, place) - 1;
    const page = pageOf(this.#pages, index);
    if (!page.isOwn) {
      if (takeOver(page.memory)) page.isOwn = true;
      else this.#replace(index, this.#copyOf(page));
    }
    this.room = bytesOf(pageOf(this.#pages, index));
    return place - (this.#starts[index] ?? 0);
  }

  /** What stands from `from` to before `to` in the body that was ended last. */
  pieces(from: number, to: number): readonly Buffer[] {
    const pieces: Buffer[] = [];
    let index = firstAbove(this.#starts, from) - 1;
    for (let at = from; at < to; index += 1) {
      const bytes = bytesOf(pageOf(this.#pages, index));
      const start = this.#starts[index] ?? 0;
      pieces.push(bytes.subarray(at - start, to - start));
      at = start + bytes.length;
    }
    return pieces;
  }

  #grow(length: number): number {
    let page = this.#pages.at(-1);
    if (page === undefined || this.#isPageEnded || page.length + length > page.memory.length) {
      page = this.#create(length);
      this.#push(page);
    }
    this.room = page.memory;
    const at = page.length;
    page.length += length;
    this.#length += length;
    return at;
  }

  /** Adds a page of the body before as a whole. */
  #add(page: Page): void {
    page.isOwn = false;
    this.#push(page);
    this.#length += page.length;
  }

  #push(page: Page): void {
    this.#joinLast();
    this.#isPageEnded = false;
    page.body = this.#number;
    this.#pages.push(page);
    this.#starts.push(this.#length);
  }

  /** Makes one of the last two pages, where they are no more than one. */
  #joinLast(): void {
    const last = this.#pages.at(-1);
    const before = this.#pages.at(-2);
    if (last === undefined || before === undefined || before.length + last.length > this.#pageBytes) return;
    this.#pages.pop();
    this.#starts.pop();
    last.body = 0;
    const joined = this.#copyOf(before);
    last.memory.copy(joined.memory, joined.length, 0, last.length);
    joined.length += last.length;
    this.#replace(this.#pages.length - 1, joined);
  }

  #replace(index: number, page: Page): void {
    pageOf(this.#pages, index).body = 0;
    page.body = this.#number;
    this.#pages[index] = page;
  }

  #copyOf({ memory, length }: Page): Page {
    const copy = this.#create(length);
    memory.copy(copy.memory, 0, 0, length);
    copy.length = length;
    return copy;
  }

  /** A page with room for `length` bytes. */
  #create(length: number): Page {
    // A small body takes little; else all are alike, so that each can serve for any other.
    const { buffer } = this.#pool.take(Math.max(length, Math.min(this.#pageBytes, this.#expected)));
    const memory = Buffer.from(buffer, 0, Math.min(buffer.byteLength, Math.max(length, this.#mostBytes)));
    return { memory, unpin: pin(memory), length: 0, bytes: NO_BYTES, body: 0, isOwn: true };
  }
}

function bytesOf(page: Page): Buffer {
  if (page.bytes.length !== page.length) page.bytes = page.memory.subarray(0, page.length);
  return page.bytes;
}

function pageOf(pages: readonly Page[], index: number): Page {
  const page = pages[index];
  if (page === undefined) throw new RangeError('a body has no such place');
  return page;
}
