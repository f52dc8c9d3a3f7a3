// How fast a total grows that is only seen now and then, for many totals in bounded memory. Time is passed in.

import { BoundedMap } from '../../internal/bounded-map.js';

/** A rate is over so much at least, where the total was seen for so long. */
const WINDOW_MS = 60_000;
/** Sightings nearer to each other are kept as one, so that a window has a dozen of them. */
const STEP_MS = 5_000;
/** Over less than this there is no rate. */
const MIN_SPAN_MS = 1_000;
const MS_PER_SECOND = 1000;
/** More views than a gateway keeps at all; some 500 bytes each. */
const MAX_VIEWS = 4096;

/** A total, and the metric that it is the total of. */
export interface SourcedTotal {
  readonly source: string;
  readonly total: number;
}

interface Sighting {
  readonly atMs: number;
  readonly total: number;
}

interface Seen {
  readonly source: string;
  last: Sighting;
  /** From the one that the window begins with; never empty. */
  marks: Sighting[];
}

/** Totals by the views that they were seen in. The view that was asked for longest ago is forgotten first. */
export class TotalRates {
  readonly #seen: BoundedMap<string, Seen>;

  constructor(maxViews: number = MAX_VIEWS) {
    this.#seen = new BoundedMap(maxViews);
  }

  /**
   * Takes note of a total that was sampled at `atMs`, and gives its growth a second: over the last minute, or since the
   * sighting before where that is longer ago. Null at the first one, where a total fell: the target began anew, and where
   * it is the total of another `source`: two of them are no growth.
   */
  perSecond(view: string, { source, total }: SourcedTotal, atMs: number): number | null {
    const sighting = { atMs, total };
    const seen = this.#seen.get(view);
    const isOvertaken = seen !== undefined && atMs < seen.last.atMs;
    const isOther = seen !== undefined && source !== seen.source;
    if (isOvertaken) return isOther ? null : rateOf(seen);
    if (seen === undefined || isOther || total < seen.last.total) {
      this.#seen.set(view, { source, last: sighting, marks: [sighting] });
      return null;
    }
    observe(seen, sighting);
    return rateOf(seen);
  }
}

function observe(seen: Seen, sighting: Sighting): void {
  const { marks } = seen;
  const { atMs } = sighting;
  seen.last = sighting;
  const begin = marks.findLastIndex((mark) => atMs - mark.atMs >= WINDOW_MS);
  if (begin > 0) marks.splice(0, begin);
  const newest = marks.at(-1);
  if (newest === undefined || atMs - newest.atMs >= STEP_MS) marks.push(sighting);
}

function rateOf({ last, marks: [first = last] }: Seen): number | null {
  const spanMs = last.atMs - first.atMs;
  return spanMs < MIN_SPAN_MS ? null : ((last.total - first.total) / spanMs) * MS_PER_SECOND;
}
