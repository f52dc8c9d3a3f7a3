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
  readonly memory: ArrayBufferLike;
  readonly giveBack: () => void;
  /** Called when it is given back. */
  forget: (() => void)[];
  wasBorrowed: boolean;
  users: number;
  /** How often it has begun to serve somebody else. */
  turns: number;
}

const loans = new WeakMap<ArrayBufferLike, Loan>();

/** Bodies grow from scrape to scrape; memory this much larger holds the next ones, too. */
const ROOM_TO_GROW = 1.125;
/** Memory that is more than so many times as large as what is wanted is left to the garbage collector. */
const MAX_EXCESS = 2;

/** How much memory a pool makes for `byteLength` bytes. */
export function roomOf(byteLength: number): number {
  return Math.ceil(byteLength * ROOM_TO_GROW);
}

/** Lends memory for one body after the other, and keeps what came back for the next ones. */
export class MemoryPool {
  readonly #maxBytes: number;
  readonly #maxSpares: number;
  /** What came back, the last one at the end. They serve again with their memory: many small objects that grow old. */
  readonly #spares: Loan[] = [];

  /** Bodies of more than `maxBytes` get memory that is used once; at most `maxSpares` are kept at a time. */
  constructor(maxBytes: number, maxSpares = 1) {
    this.#maxBytes = maxBytes;
    this.#maxSpares = maxSpares;
  }

  /** Memory for `byteLength` bytes, which are whatever they were before. */
  take(byteLength: number): Buffer {
    if (byteLength > this.#maxBytes) return Buffer.allocUnsafeSlow(byteLength);
    const wanted = roomOf(byteLength);
    const spare = this.#spares.pop();
    const fits =
      spare !== undefined &&
      spare.memory.byteLength >= byteLength &&
      spare.memory.byteLength <= wanted * MAX_EXCESS;
    const loan = fits ? spare : this.#create(wanted);
    loans.set(loan.memory, loan);
    return Buffer.from(loan.memory, 0, byteLength);
  }

  #create(byteLength: number): Loan {
    const loan: Loan = {
      memory: Buffer.allocUnsafeSlow(byteLength).buffer,
      giveBack: () => {
        this.#takeBack(loan);
      },
      forget: [],
      wasBorrowed: false,
      users: 0,
      turns: 0,
    };
    return loan;
  }

  #takeBack(loan: Loan): void {
    // Whoever still has bytes of it finds no loan, or another turn.
    loans.delete(loan.memory);
    for (const forget of loan.forget) forget();
    loan.forget = [];
    loan.wasBorrowed = false;
    loan.turns += 1;
    if (this.#spares.length < this.#maxSpares) this.#spares.push(loan);
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

/**
 * Whether the only user of `bytes` may write over them: everybody who borrowed them has let go, and what was lent with
 * them is not read any more.
 */
export function takeOver(bytes: Uint8Array): boolean {
  const loan = loans.get(bytes.buffer);
  if (loan === undefined || loan.users > 1) return false;
  loan.turns += 1;
  return true;
}

/**
 * Bytes of a pool, in order. Whoever does not borrow them may read them for ever; who lets go, until their memory serves
 * somebody else. @throws {Error} when they are read after that
 */
export function lentChunks(pieces: readonly Buffer[]): ByteChunks {
  const held = pieces.map((bytes) => {
    const loan = loans.get(bytes.buffer);
    return { bytes, loan, turns: loan?.turns };
  });
  const isLent = ({ bytes, loan, turns }: (typeof held)[number]): boolean =>
    loans.get(bytes.buffer) === loan && loan?.turns === turns;
  // Of nobody in particular, until somebody tells.
  let letGos: readonly LetGo[] | undefined = pieces.map(borrow);
  let readers = 0;
  return {
    byteLength: pieces.reduce((sum, { length }) => sum + length, 0),
    *[Symbol.iterator]() {
      // Whoever gets the first piece is to get all.
      if (!held.every(isLent)) throw new Error(LET_GO_OF);
      for (const piece of held) {
        if (!isLent(piece)) throw new Error(LET_GO_OF);
        yield piece.bytes;
      }
    },
    borrow() {
      if (!held.every(isLent)) return nothing;
      letGos ??= pieces.map(borrow);
      readers += 1;
      let isDone = false;
      return () => {
        if (isDone) return;
        isDone = true;
        readers -= 1;
        if (readers > 0) return;
        for (const letGo of letGos ?? []) letGo();
        letGos = undefined;
      };
    },
  };
}

const LET_GO_OF = 'bytes were read that had been let go of';
