// How many requests a second there were lately, in constant memory. Pure but for what it counted; time is passed in.

const WINDOW_SECONDS = 60;
const MS_PER_SECOND = 1000;

/** Counts events by the second, over the last minute. */
export class RateWindow {
  readonly #counts = new Uint32Array(WINDOW_SECONDS);
  readonly #startMs: number;
  /** The second that was counted last, since the epoch of the times given. */
  #second: number;

  /** `startMs`: when counting begins. Times are milliseconds that never go back. */
  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#second = secondOf(startMs);
  }

  add(nowMs: number): void {
    this.#moveTo(nowMs);
    const at = this.#second % WINDOW_SECONDS;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** Events a second over the last minute, or since the start where that is shorter; a second at least. */
  perSecond(nowMs: number): number {
    this.#moveTo(nowMs);
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    const seconds = (nowMs - this.#startMs) / MS_PER_SECOND;
    return total / Math.min(WINDOW_SECONDS, Math.max(1, seconds));
  }

  /** Forgets what is older than the window. */
  #moveTo(nowMs: number): void {
    const second = secondOf(nowMs);
    if (!(second > this.#second)) return;
    if (second - this.#second >= WINDOW_SECONDS) this.#counts.fill(0);
    else for (let gone = this.#second + 1; gone <= second; gone += 1) this.#counts[gone % WINDOW_SECONDS] = 0;
    this.#second = second;
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / MS_PER_SECOND);
}
