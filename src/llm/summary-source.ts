// Counts what the summary says, over the life of the process. Latencies are kept in one histogram of fixed size that is
// exact to a thousandth: the buckets of the metrics are wide, and a quantile between two of them would be a guess.

import { createHistogram } from 'node:perf_hooks';
import type { Clock } from '../internal/clock.js';
import type { MemoryUse } from './process-memory.js';
import { RateWindow } from './rate-window.js';
import { BYTES_PER_MB, type LlmSummary } from './summary.js';

const MS_PER_SECOND = 1000;
const MICROSECONDS_PER_MS = 1000;
/** Longer requests count as a day long. */
const MAX_MICROSECONDS = 24 * 60 * 60 * 1_000_000;
const SIGNIFICANT_FIGURES = 3;

/** What a summary is made from. */
export interface SummarySourceDeps {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  readonly memory: () => MemoryUse;
}

/** Counts requests, and sums up. */
export class SummarySource {
  readonly #deps: SummarySourceDeps;
  readonly #startMs: number;
  readonly #startBytes: number;
  readonly #rate: RateWindow;
  readonly #latency = createHistogram({ lowest: 1, highest: MAX_MICROSECONDS, figures: SIGNIFICANT_FIGURES });
  #requests = 0;
  #hits = 0;
  #misses = 0;

  constructor(deps: SummarySourceDeps) {
    this.#deps = deps;
    this.#startMs = deps.clock.monotonicMs();
    this.#startBytes = deps.memory().currentBytes;
    this.#rate = new RateWindow(this.#startMs);
  }

  /** Counts a request. `durationMs`: not negative, or absent where it is not known. */
  add(durationMs: number | undefined, cache: 'hit' | 'miss' | undefined): void {
    this.#requests += 1;
    this.#rate.add(this.#deps.clock.monotonicMs());
    if (cache === 'hit') this.#hits += 1;
    if (cache === 'miss') this.#misses += 1;
    if (durationMs === undefined) return;
    const microseconds = Math.round(durationMs * MICROSECONDS_PER_MS);
    // The histogram has no zero.
    this.#latency.record(Math.min(Math.max(microseconds, 1), MAX_MICROSECONDS));
  }

  /** The summary now. */
  summary(): LlmSummary {
    const { clock, memory } = this.#deps;
    const nowMs = clock.monotonicMs();
    const { currentBytes, peakBytes } = memory();
    return {
      timestamp: Math.floor(clock.nowMs() / MS_PER_SECOND),
      uptime_seconds: (nowMs - this.#startMs) / MS_PER_SECOND,
      cache: {
        cache_hits: this.#hits,
        cache_misses: this.#misses,
        hit_rate: ratio(this.#hits, this.#hits + this.#misses),
      },
      latency: {
        p50: this.#percentileMs(50),
        p95: this.#percentileMs(95),
        p99: this.#percentileMs(99),
        count: this.#latency.count,
      },
      memory: {
        current_mb: currentBytes / BYTES_PER_MB,
        peak_mb: peakBytes / BYTES_PER_MB,
        growth_percent: ratio(currentBytes - this.#startBytes, this.#startBytes) * 100,
      },
      throughput: {
        total_requests: this.#requests,
        requests_per_second: this.#rate.perSecond(nowMs),
      },
    };
  }

  /** The least latency that so many percent of the requests keep. */
  #percentileMs(percentile: number): number {
    const { count } = this.#latency;
    if (count === 0) return 0;
    // The histogram rounds the rank to the nearest one, which can be too low by one; a quarter below a whole one, every
    // way of rounding gives that one.
    const rank = Math.ceil((percentile * count) / 100) - 0.25;
    return this.#latency.percentile((rank / count) * 100) / MICROSECONDS_PER_MS;
  }
}

/** Of nothing it is zero. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
