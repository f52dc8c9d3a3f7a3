// The summary of the view that a credential sees: guard → view → numbers → JSON, or the view with the numbers in it.
// The query chooses how it is written, and nothing else. Writes to no socket.

import type { ExpositionFormat } from '../exposition/model.js';
import { END_OF_OPENMETRICS, serialiseExposition } from '../exposition/serialise.js';
import type { Grant } from '../guard/decision.js';
import { createAnswer, type Answer } from '../http/answer.js';
import { answerExposition } from '../http/exposition-answer.js';
import type { CanonicalRequest } from '../http/request.js';
import { answerFor } from '../http/wire.js';
import type { ByteChunks } from '../internal/byte-chunks.js';
import { inTurns } from '../internal/turns.js';
import { deriveSummary, type DerivedSummary } from '../llm/derived/derive-summary.js';
import type { TotalRates } from '../llm/derived/total-rates.js';
import { summaryFamilies, type Summary } from '../llm/summary.js';
import { metricNames, type MetricNames } from '../views/metric-names.js';
import {
  showView,
  viewAsLastScraped,
  wantedView,
  type MountedView,
  type Outcome,
  type ScrapeOptions,
  type ShownView,
} from './scrape.js';

/** What summaries are answered from. */
export interface SummaryOptions extends ScrapeOptions {
  /** What was seen of each view before; one for as long as the server is there. */
  readonly rates: TotalRates;
}

/** How a summary is written. */
type SummaryFormat = 'json' | 'prometheus';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with the summary of a grant's view. */
export async function summarise(
  options: SummaryOptions,
  request: CanonicalRequest,
  grant: Grant,
): Promise<Outcome> {
  const context = { decision: 'allowed' as const, view: grant.view };
  const format = summaryFormat(request.query);
  if (format === undefined) {
    const reason = 'format_unknown';
    return { ...context, reason, answer: answerFor(reason, { challenges: [] }) };
  }
  const { target, ownSummary } = options.viewOf(grant) ?? {};
  if (format === 'json' && ownSummary !== undefined) {
    return { ...context, answer: jsonAnswer(ownSummary()) };
  }
  // Nobody sees the view that JSON is made from.
  const wanted = format === 'json' && target !== undefined ? viewAsLastScraped(target) : wantedView(request);
  const shown = await showView(options, request, grant, wanted);
  if (!shown.ok) return shown.error;
  const derived = await derive(options, grant, shown.value);
  const { outcome, body, taken } = shown.value;
  if (format === 'prometheus') {
    const { format: answered, escaping } = shown.value;
    const whole = withSummary(body, answered, derived);
    return { ...outcome, answer: { ...answerExposition(answered, whole, escaping), taken } };
  }
  taken();
  return { ...outcome, answer: jsonAnswer(derived.summary) };
}

/** The one that the query asks for; undefined where it asks for another one, for none, or more than once. */
function summaryFormat(query: string): SummaryFormat | undefined {
  const asked = new URLSearchParams(query).getAll('format');
  if (asked.length === 0) return 'json';
  const [format] = asked;
  return asked.length === 1 && (format === 'json' || format === 'prometheus') ? format : undefined;
}

async function derive(
  { clock, rates }: SummaryOptions,
  grant: Grant,
  { mounted, outcome, body, sampledMs }: ShownView,
): Promise<DerivedSummary> {
  const { preset = 'generic', id = grant.view, isSelected = () => true, ownSummary }: MountedView = mounted;
  // A family that was left out because it is malformed may be any.
  const isComplete = outcome.rendered?.quarantined === undefined;
  const derived = await inTurns(
    deriveSummary(body, {
      preset,
      nowMs: clock.nowMs(),
      perSecond: (total) => rates.perSecond(id, total, sampledMs),
      isSelected: (name) => isComplete && isSelected(counterNames(name)),
    }),
  );
  return ownSummary === undefined ? derived : { ...derived, summary: ownSummary() };
}

/** The names of a counter, by that of its samples. */
function counterNames(name: string): MetricNames {
  return metricNames({ name, type: 'counter' }, 'text');
}

function jsonAnswer(summary: Summary<number | null>): Answer {
  return createAnswer(200, JSON_TYPE, JSON.stringify(summary));
}

/** The view with the metrics of the summary behind its own; of a name that it has already, its own are enough. */
function withSummary(
  body: ByteChunks,
  format: ExpositionFormat,
  { summary, taken }: DerivedSummary,
): ByteChunks {
  const families = summaryFamilies(summary, format).filter(
    ({ name, samples }) => !taken.has(name) && !samples.some((sample) => taken.has(sample.name)),
  );
  const added = serialiseExposition({ format, families });
  const kept = body.byteLength - (format === 'openmetrics' ? END_OF_OPENMETRICS.length : 0);
  return {
    byteLength: kept + added.length,
    *[Symbol.iterator]() {
      let left = kept;
      for (const piece of body) {
        yield piece.subarray(0, left);
        left -= Math.min(left, piece.length);
      }
      yield added;
    },
  };
}
