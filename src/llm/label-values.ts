// Which values of a label are shown: those that are known, and the first others, up to a bound, for good. Nothing is ever
// evicted, so that no request moves from one series to another. Further values, and what is no name, are `__other__`.
// Never throws, whatever it is asked for; a value that was seen before costs one look-up.

import { OTHER_VALUE } from './conventions.js';

/** Number of the absent value. */
export const ABSENT = 0;
/** Number of `__other__`. */
export const OTHER = 1;
/** The first number of a value that is shown. */
const FIRST = 2;

/** UTF-16 units. Longer values are no names: every line of a series repeats them. */
export const MAX_SHOWN_LENGTH: number = 128;
/** The same of what a pseudonym stands for: e-mail addresses are up to 254 characters long. */
export const MAX_HIDDEN_LENGTH: number = 256;

/** What breaks lines, or has no UTF-8: two halves of nothing would be printed alike. */
const NO_NAME = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether a text can be shown; or, where it is hidden behind a pseudonym, can be told from others. */
export function isName(value: string, isHidden: boolean): boolean {
  const maxLength = isHidden ? MAX_HIDDEN_LENGTH : MAX_SHOWN_LENGTH;
  // Whoever is called so would be taken for all others.
  return value.length <= maxLength && !NO_NAME.test(value) && (isHidden || value !== OTHER_VALUE);
}

/** How the values of a label are bounded and shown. */
export interface LabelValuesOptions {
  /** Values that get a number, the known ones among them; at least 1. */
  readonly max: number;
  /** Values that get one before any other, in this order. */
  readonly known: readonly string[];
  /** What stands for each value instead. Absent: values are shown as they are. */
  readonly pseudonymise?: (value: string) => string;
}

/** The values of one label, by numbers from 0 to `max + 1`. */
export class LabelValues {
  readonly #numbers = new Map<string, number>();
  /** By number. */
  readonly #shown: (string | undefined)[] = [undefined, OTHER_VALUE];
  readonly #max: number;
  readonly #maxLength: number;
  readonly #pseudonymise: ((value: string) => string) | undefined;

  constructor({ max, known, pseudonymise }: LabelValuesOptions) {
    this.#max = max;
    this.#maxLength = pseudonymise === undefined ? MAX_SHOWN_LENGTH : MAX_HIDDEN_LENGTH;
    this.#pseudonymise = pseudonymise;
    for (const value of known) this.numberOf(value);
  }

  /** How many numbers there can be. */
  get size(): number {
    return this.#max + FIRST;
  }

  /** The number of a value. Nothing, `null` and the empty text are absent; numbers count as their text. */
  numberOf(value: unknown): number {
    // The length first: to look up a long text means to read all of it.
    if (typeof value === 'string') {
      return value.length > this.#maxLength ? OTHER : (this.#numbers.get(value) ?? this.#add(value));
    }
    if (value === undefined || value === null) return ABSENT;
    if (typeof value === 'number' || typeof value === 'bigint') return this.numberOf(String(value));
    return OTHER;
  }

  /** What is shown for a number; nothing for an absent value. */
  shown(number: number): string | undefined {
    return this.#shown[number];
  }

  #add(value: string): number {
    if (value === '') return ABSENT;
    const isHidden = this.#pseudonymise !== undefined;
    if (this.#numbers.size >= this.#max || !isName(value, isHidden)) return OTHER;
    // A copy: a piece of a long text would keep all of it in memory.
    const owned = Buffer.from(value, 'utf8').toString('utf8');
    const number = this.#shown.push(this.#pseudonymise?.(owned) ?? owned) - 1;
    this.#numbers.set(owned, number);
    return number;
  }
}
