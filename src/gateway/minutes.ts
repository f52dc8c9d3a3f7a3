// What happened in each of the last sixty minutes: counts alone, so that an hour always takes the same little memory.
// Time is that of the monotonic clock, so that a clock that is set anew moves nothing.

import type { MinuteStatus } from '../status/data.js';
import type { Clock } from '../internal/clock.js';

const MINUTE_MS = 60_000;
const KEPT_MINUTES = 60;

/** One minute, while it is counted. */
export interface Minute {
  scrapes: number;
  failures: number;
  refusals: number;
  /** Samples of all targets, as of the last scrape of this minute. */
  series?: number;
  /** Refusals by reason; there are as many as the gate knows reasons. */
  readonly reasons: Map<string, number>;
}

interface Slot {
  readonly at: number;
  readonly minute: Minute;
}

/** The last hour. */
export class Minutes {
  readonly #clock: Clock;
  readonly #first: number;
  readonly #slots: (Slot | undefined)[] = Array.from({ length: KEPT_MINUTES });

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#first = this.#now();
  }

  /** The minute that is counted now. */
  current(): Minute {
    const at = this.#now();
    const index = at % KEPT_MINUTES;
    const slot = this.#slots[index];
    if (slot?.at === at) return slot.minute;
    const minute: Minute = { scrapes: 0, failures: 0, refusals: 0, reasons: new Map() };
    this.#slots[index] = { at, minute };
    return minute;
  }

  /** The last sixty, the current one last; undefined where nothing was counted yet. */
  list(): readonly (MinuteStatus | undefined)[] {
    const now = this.#now();
    return Array.from({ length: KEPT_MINUTES }, (_, index) => {
      const at = now - KEPT_MINUTES + 1 + index;
      if (at < this.#first) return undefined;
      const minute = this.#minuteAt(at);
      if (minute === undefined) return { scrapes: 0, failures: 0, refusals: 0 };
      const { scrapes, failures, refusals, series } = minute;
      return { scrapes, failures, refusals, ...(series !== undefined && { series }) };
    });
  }

  /** Refusals of the last hour by reason, the most frequent first. */
  reasons(): readonly { readonly reason: string; readonly count: number }[] {
    const totals = new Map<string, number>();
    const now = this.#now();
    for (let at = now - KEPT_MINUTES + 1; at <= now; at += 1) {
      for (const [reason, count] of this.#minuteAt(at)?.reasons ?? []) {
        totals.set(reason, (totals.get(reason) ?? 0) + count);
      }
    }
    return [...totals]
      .map(([reason, count]) => ({ reason, count }))
      .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }

  #now(): number {
    return Math.floor(this.#clock.monotonicMs() / MINUTE_MS);
  }

  #minuteAt(at: number): Minute | undefined {
    const slot = at < 0 ? undefined : this.#slots[at % KEPT_MINUTES];
    return slot?.at === at ? slot.minute : undefined;
  }
}
