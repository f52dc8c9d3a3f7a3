// The values of a series at a scrape: functions of the family, the series and the number of the scrape, so that no
// scrape has to be kept to make the next one. Counters only grow; a histogram is one unit with all of its parts.

import { fraction, mix } from './hash.js';

/** Upper bounds as the client writes them. */
export const BOUNDS: readonly string[] =
  '0.005 0.01 0.025 0.05 0.1 0.25 0.5 1.0 2.0 5.0 10.0 30.0 60.0 120.0 300.0 420.0 600.0 +Inf'.split(' ');

/**
 * Series that were used since the scrape before. An observation changes the buckets from its own on, the count and the
 * sum: with half of the buckets that is 5 % of all values.
 */
const USED = 1 / 11;
/** Bounds up to which a request can have been answered: from 0.25 to 10 seconds. */
const FIRST_BUCKET = 5;
const BUCKET_SPREAD = 6;

/** Which series is meant. */
export interface SeriesPlace {
  readonly family: number;
  /** Its place among those of its family. */
  readonly index: number;
}

/** Whether the series was used between scrape `scrape - 1` and `scrape`. Spread evenly over a family. */
function isUsed({ family, index }: SeriesPlace, scrape: number): boolean {
  const shift = fraction(family, scrape, 11) / USED;
  return Math.floor((index + 1 + shift) * USED) > Math.floor((index + shift) * USED);
}

/** How often the series was used, all in all. */
function uses(place: SeriesPlace, scrape: number): number {
  let total = 1 + (mix(place.family, place.index, 12) % 900);
  for (let at = 1; at <= scrape; at++) {
    if (isUsed(place, at)) total += usesAt(place, at);
  }
  return total;
}

function usesAt({ family, index }: SeriesPlace, scrape: number): number {
  return 1 + (mix(family, index, scrape, 13) % 9);
}

/** A counter of requests, tokens or money. */
export function counterValue(place: SeriesPlace, scrape: number): number {
  const unit = place.family % 3 === 0 ? 1 : 37;
  return uses(place, scrape) * unit;
}

/** A gauge, such as what is left of a budget. */
export function gaugeValue(place: SeriesPlace, scrape: number): number {
  const limit = 1000 * (1 + (mix(place.family, place.index, 14) % 1000));
  return limit - uses(place, scrape) * 0.25;
}

/** When the series began, in seconds since 1970. */
export function createdValue({ family, index }: SeriesPlace): number {
  return 1_789_000_000 + mix(family, index, 15) / 4096;
}

/** A histogram: its buckets in the order of `BOUNDS`, cumulative, and its sum. The last bucket is the count. */
export interface HistogramValue {
  readonly buckets: readonly number[];
  readonly sum: number;
}

/** A histogram of seconds. */
export function histogramValue(place: SeriesPlace, scrape: number): HistogramValue {
  const { family, index } = place;
  const own = BOUNDS.map(() => 0);
  let sum = 0;
  const observe = (count: number, bucket: number): void => {
    own[bucket] = (own[bucket] ?? 0) + count;
    sum += count * Number(BOUNDS[bucket]) * (0.6 + 0.4 * fraction(family, index, bucket, 16));
  };
  const before = uses(place, 0);
  for (let spread = 0; spread < BUCKET_SPREAD; spread++) {
    observe(Math.ceil((before * (spread + 1)) / 21), FIRST_BUCKET + spread);
  }
  for (let at = 1; at <= scrape; at++) {
    if (isUsed(place, at)) {
      observe(usesAt(place, at), FIRST_BUCKET + (mix(family, index, at, 17) % BUCKET_SPREAD));
    }
  }
  let below = 0;
  return { buckets: own.map((count) => (below += count)), sum };
}

/** A number as the Python client writes it: always with a point, with an exponent from 1e6 on. */
export function pythonFloat(value: number): string {
  if (Math.abs(value) < 1e6) return Number.isInteger(value) ? `${String(value)}.0` : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e+');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e+${exponent.padStart(2, '0')}`;
}
