// Memory of large bodies that serves again. Fresh memory of some megabytes for each scrape costs more, in page faults and
// in garbage collection, than all that is done with the bytes in it.
// Memory is only taken back from readers who said that they would tell when they are done, and did. Whoever says
// nothing keeps it, and in the end it is garbage like any other.

import type { ByteChunks } from './byte-chunks.js';
import { nothing } from './nothing.js';

/** Says that one is done with the bytes; a second call does nothing. */
export type LetGo = () => void;

/** Who uses some memory. */
interface Loan {
  readonly giveBack: () => void;
  /** Called when it is given back. */
  readonly forget: (() => void)[];
  wasBorrowed: boolean;
  users: number;
}

const loans = new WeakMap<ArrayBufferLike, Loan>();

/** Bodies grow from scrape to scrape; memory this much larger holds the next ones, too. */
const ROOM_TO_GROW = 1.125;
/** Memory that is more than so many times as large as what is wanted is left to the garbage collector. */
const MAX_EXCESS = 2;

/** Lends memory for one body after the other, and keeps what came back for the next ones. */
export class MemoryPool {
  readonly #maxBytes: number;
  readonly #maxSpares: number;
  /** What came back, the last one at the end. */
  readonly #spares: ArrayBufferLike[] = [];

  /** Bodies of more than `maxBytes` get memory that is used once; at most `maxSpares` are kept at a time. */
  constructor(maxBytes: number, maxSpares = 1) {
    this.#maxBytes = maxBytes;
    this.#maxSpares = maxSpares;
  }

  /** Memory for `byteLength` bytes, which are whatever they were before. */
  take(byteLength: number): Buffer {
    if (byteLength > this.#maxBytes) return Buffer.allocUnsafeSlow(byteLength);
    const wanted = Math.ceil(byteLength * ROOM_TO_GROW);
    const spare = this.#spares.pop();
    const fits =
      spare !== undefined && spare.byteLength >= byteLength && spare.byteLength <= wanted * MAX_EXCESS;
    const memory = fits ? spare : Buffer.allocUnsafeSlow(wanted).buffer;
    const giveBack = (): void => this.#takeBack(memory);
    loans.set(memory, { giveBack, forget: [], wasBorrowed: false, users: 0 });
    return Buffer.from(memory, 0, byteLength);
  }

  #takeBack(memory: ArrayBufferLike): void {
    // Whoever still has bytes of it finds no loan, or another one.
    const loan = loans.get(memory);
    loans.delete(memory);
    for (const forget of loan?.forget ?? []) forget();
    if (this.#spares.length < this.#maxSpares) this.#spares.push(memory);
  }
}

/** For the reader of a body. Where `bytes` are of no pool it does nothing. */
export function borrow(bytes: Uint8Array): LetGo {
  const loan = loans.get(bytes.buffer);
  if (loan !== undefined) loan.wasBorrowed = true;
  return use(loan);
}

/** For those inside who go on using bytes beside their readers, or after them. */
export function pin(bytes: Uint8Array): LetGo {
  return use(loans.get(bytes.buffer));
}

/** Calls `forget` when the memory of `bytes` is taken back, which that of no pool never is. */
export function onTakenBack(bytes: Uint8Array, forget: () => void): void {
  loans.get(bytes.buffer)?.forget.push(forget);
}

function use(loan: Loan | undefined): LetGo {
  if (loan === undefined) return nothing;
  loan.users += 1;
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    loan.users -= 1;
    if (loan.users === 0 && loan.wasBorrowed) loan.giveBack();
  };
}

/** Bytes of a pool in one piece. @throws {Error} when they are read after their memory was taken back */
export function lentChunk(bytes: Buffer): ByteChunks {
  const loan = loans.get(bytes.buffer);
  return {
    byteLength: bytes.length,
    *[Symbol.iterator]() {
      if (loans.get(bytes.buffer) !== loan) throw new Error('bytes were read that had been let go of');
      yield bytes;
    },
    borrow: () => borrow(bytes),
  };
}
