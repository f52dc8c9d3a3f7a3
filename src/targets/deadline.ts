// A waiter's own deadline: the scraper says when it gives up, and an answer after that is wasted.
// Never stops the fetch itself, which others may be waiting for and which has its own timeout.

import type { ExpositionFormat } from '../exposition/model.js';
import type { Clock } from '../internal/clock.js';
import { fail, type Result } from '../internal/result.js';
import type { FetchedExposition, Target, TargetFailure } from './target.js';

/**
 * Held back from the scraper's timeout so that rendering, compressing and sending fit before it gives up. Half a
 * second is what exporters of this field commonly hold back; at short timeouts a tenth, or nothing would be left.
 */
const MAX_MARGIN_MS = 500;
const MARGIN_SHARE = 0.1;

/** Beyond an hour no scraper means it; the target's own timeout is shorter anyway. */
const MAX_TIMEOUT_SECONDS = 3600;

/** What Prometheus writes: a plain decimal without sign or exponent. */
const DECIMAL_SECONDS = /^\d{1,10}(?:\.\d{1,20})?$/;

/**
 * The budget in milliseconds that `X-Prometheus-Scrape-Timeout-Seconds` leaves, less a margin.
 * Absent, malformed, zero and absurd values are ignored: `undefined`, no deadline of the waiter's own.
 */
export function parseScrapeTimeout(header: string | undefined): number | undefined {
  if (header === undefined || !DECIMAL_SECONDS.test(header)) return undefined;
  const seconds = Number(header);
  if (seconds <= 0 || seconds > MAX_TIMEOUT_SECONDS) return undefined;
  const timeoutMs = seconds * 1000;
  return timeoutMs - Math.min(MAX_MARGIN_MS, timeoutMs * MARGIN_SHARE);
}

/** Why a waiter got no exposition: its target failed, or it gave up before, which says nothing of the target. */
export type WaitFailure =
  { readonly by: 'target'; readonly failure: TargetFailure } | { readonly by: 'waiter' };

/**
 * Fetches from `target`, but gives up for this waiter alone once `budgetMs` has passed.
 * Without a budget the waiter waits as long as the target's own timeout lets it.
 */
export function fetchWithin(
  target: Target,
  wanted: ExpositionFormat,
  budgetMs: number | undefined,
  clock: Clock,
): Promise<Result<FetchedExposition, WaitFailure>> {
  const fetched = target
    .fetch(wanted)
    .then((outcome) => (outcome.ok ? outcome : fail({ by: 'target' as const, failure: outcome.error })));
  if (budgetMs === undefined) return fetched;
  return new Promise((resolve, reject) => {
    const timer = clock.after(budgetMs, () => {
      resolve(fail({ by: 'waiter' }));
    });
    void fetched.then(resolve, reject).finally(() => {
      timer.cancel();
    });
  });
}
