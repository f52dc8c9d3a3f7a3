// Puts the series of a classic histogram together: buckets add up, on the bounds that every series has.
// Bounded: a histogram of more bounds than anybody would choose has a count, and no quantiles.

import { numberAt } from '../../exposition/incremental/value-reader.js';
import type { CumulativeBuckets } from './quantile.js';
import type { ReadSample, SampleSink } from './sample-reader.js';

/** Texts of bounds that are told apart. */
const MAX_BOUNDS = 1000;

interface Bound {
  readonly upper: number;
  sum: number;
  /** Series that have it. */
  series: number;
}

/** Adds up the buckets that it is given. */
export class BucketSums implements SampleSink {
  /** Bounds by how they are written, in the order in which they came. */
  readonly #written: { readonly text: Uint8Array; readonly bound: Bound }[] = [];
  readonly #bounds = new Map<number, Bound>();
  /** Where the next one is likely to be: series have the same bounds in the same order. */
  #next = 0;
  #hasTooMany = false;

  take({ bytes, boundFrom, boundTo, value }: ReadSample): void {
    const bound = this.#find(bytes, boundFrom, boundTo) ?? this.#add(bytes, boundFrom, boundTo);
    if (bound === undefined) return;
    bound.sum += value;
    bound.series += 1;
  }

  /** What came together; undefined where nothing did. */
  result(): CumulativeBuckets | undefined {
    const all = this.#bounds.get(Infinity);
    if (all === undefined) return undefined;
    const shared = [...this.#bounds.values()]
      .filter(({ upper, series }) => Number.isFinite(upper) && series === all.series)
      .toSorted((a, b) => a.upper - b.upper);
    return {
      bounds: this.#hasTooMany ? [] : shared.map(({ upper }) => upper),
      counts: shared.map(({ sum }) => sum),
      count: all.sum,
    };
  }

  #find(bytes: Uint8Array, from: number, to: number): Bound | undefined {
    const { length } = this.#written;
    for (let tried = 0; tried < length; tried += 1) {
      const at = (this.#next + tried) % length;
      const known = this.#written[at];
      if (known === undefined || !isWritten(known.text, bytes, from, to)) continue;
      this.#next = at + 1;
      return known.bound;
    }
    return undefined;
  }

  #add(bytes: Uint8Array, from: number, to: number): Bound | undefined {
    const upper = numberAt(bytes, from, to);
    const isAll = upper === Infinity;
    if (this.#written.length >= MAX_BOUNDS && !isAll) {
      this.#hasTooMany = true;
      return undefined;
    }
    // 1 and 1.0 are one bound.
    const bound = this.#bounds.get(upper) ?? { upper, sum: 0, series: 0 };
    this.#bounds.set(upper, bound);
    this.#written.push({ text: Buffer.from(bytes.subarray(from, to)), bound });
    this.#next = this.#written.length;
    return bound;
  }
}

function isWritten(text: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  let at = 0;
  while (at < text.length && text[at] === bytes[from + at]) at += 1;
  return at === text.length;
}
