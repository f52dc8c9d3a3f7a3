// The way of a request through the rooms, once and in one direction: guard → target → view → answer.
// The same for the gateway and for every server that mounts Scrapegate. Writes to no socket.

import type { Grant, Guard, GuardDecision, Resource } from '../guard/decision.js';
import type { ExpositionFormat, ExpositionProblem } from '../exposition/model.js';
import { describeProblem } from '../exposition/problem.js';
import type { NameEscaping } from '../exposition/names.js';
import { END_OF_OPENMETRICS } from '../exposition/serialise.js';
import type { Answer } from '../http/answer.js';
import { answerExposition, wantedEscaping, wantedFormat } from '../http/exposition-answer.js';
import type { CanonicalRequest } from '../http/request.js';
import { answerFor, type WireDetails, type WireReason } from '../http/wire.js';
import { chunkOf, type ByteChunks } from '../internal/byte-chunks.js';
import type { Clock } from '../internal/clock.js';
import { borrow } from '../internal/memory-pool.js';
import { fail, ok, type Result } from '../internal/result.js';
import type { LlmSummary } from '../llm/summary.js';
import { fetchWithin, parseScrapeTimeout, type WaitFailure } from '../targets/deadline.js';
import type { OnMalformed } from '../targets/options.js';
import type { Target } from '../targets/target.js';
import type { MetricNames } from '../views/metric-names.js';
import type { PresetName } from '../views/options.js';
import {
  NOTHING_IN_VIEW,
  type RenderedView,
  type ViewEffects,
  type ViewRenderer,
} from '../views/renderer.js';

/** How a request ended: the answer, and for the operator why and how. */
export interface Outcome {
  readonly answer: Answer;
  readonly decision: 'allowed' | 'denied' | 'public';
  readonly reason?: WireReason;
  /** Line numbers, error codes, fixed descriptions; never text that a stranger or a target chose. */
  readonly detail?: string;
  readonly client?: string;
  readonly credential?: string;
  readonly view?: string;
  readonly target?: string;
  readonly fetchMs?: number;
  /** What the target answered: bytes of the exposition, and how long it took to come. */
  readonly fetched?: { readonly bytes: number; readonly durationMs: number };
  /**
   * Whether that can be read as an exposition, whatever this view of it came to: a limit of one view is no fault of the
   * target. Absent without an answer. What a gate holds of its target goes by this alone.
   */
  readonly isReadable?: boolean;
  readonly renderMs?: number;
  readonly rendered?: Omit<RenderedView, 'body'>;
}

/** A view with the target that it shows. */
export interface MountedView {
  readonly target: Target;
  readonly renderer: Pick<ViewRenderer, 'render'>;
  /** What becomes of malformed families of the target. @default 'fail' */
  readonly onMalformed?: OnMalformed;
  /** Whether an exposition without a sample is one: such as that of a process that has counted nothing yet. @default false */
  readonly mayBeEmpty?: boolean;
  /** Which metrics of the view a summary is made from. @default 'generic' */
  readonly preset?: PresetName;
  /** Whether the view leaves a metric in, where the target has it. @default it leaves all in */
  readonly isSelected?: (metric: MetricNames) => boolean;
  /**
   * What tells the view from every other one, and from itself with other options or another target: the rate of its
   * summary goes by it. No personal data. @default the name of the view
   */
  readonly id?: string;
  /** Where the numbers of a summary are known without the target: those of this process, all of which the view may show. */
  readonly ownSummary?: () => LlmSummary;
}

/** What requests are answered from. */
export interface ScrapeOptions {
  /** The view of a grant. */
  readonly viewOf: (grant: Grant) => MountedView | undefined;
  readonly clock: Clock;
}

/** Answers a request for a resource that is there, after the guard let it pass. */
export type AllowedHandler = (
  grant: Grant,
  resource: Exclude<Resource, { readonly kind: 'nothing' }>,
) => Outcome | Promise<Outcome>;

const SCRAPE_TIMEOUT_HEADER = 'x-prometheus-scrape-timeout-seconds';

/**
 * Asks the guard, and only then `handle`. The method is looked at after the guard, so that a stranger learns nothing
 * from it.
 */
export async function guarded(
  guard: Guard,
  request: CanonicalRequest,
  resource: Resource,
  wire: Omit<WireDetails, 'challenges' | 'retryAfterSeconds'>,
  handle: AllowedHandler,
): Promise<Outcome> {
  const { method } = request;
  const decision = await guard.decide({ ...request, resource });
  if (!decision.allowed) return denied(guard, decision, wire);
  const { client, grant } = decision;
  const details: WireDetails = { ...wire, challenges: guard.challenges };
  const who = { client, credential: grant.credential, decision: 'allowed' as const };
  if (method !== 'GET' && method !== 'HEAD') {
    return { ...who, reason: 'method_not_allowed', answer: answerFor('method_not_allowed', details) };
  }
  if (resource.kind === 'nothing') {
    return { ...who, reason: 'path_unknown', answer: answerFor('path_unknown', details) };
  }
  return { ...(await handle(grant, resource)), ...who };
}

function denied(
  guard: Guard,
  decision: Extract<GuardDecision, { allowed: false }>,
  wire: Omit<WireDetails, 'challenges' | 'retryAfterSeconds'>,
): Outcome {
  const { reason, client, credential, retryAfterSeconds, needsHandshake = false } = decision;
  const answer = answerFor(reason, { ...wire, challenges: guard.challenges, retryAfterSeconds });
  return {
    answer: needsHandshake ? { ...answer, close: true } : answer,
    decision: 'denied',
    reason,
    ...(client === undefined ? {} : { client }),
    ...(credential === undefined ? {} : { credential }),
  };
}

/** Scrapes the target of a grant's view and answers with that view of it. */
export async function scrape(
  options: ScrapeOptions,
  request: CanonicalRequest,
  grant: Grant,
): Promise<Outcome> {
  const wanted = wantedView(request);
  const shown = await showView(options, request, grant, wanted);
  if (!shown.ok) return shown.error;
  const { outcome, mounted, body, format, escaping, taken } = shown.value;
  lastScrapes.set(mounted.target, { format: wanted.format, escaping: () => escaping });
  return { ...outcome, answer: { ...answerExposition(format, body, escaping), taken } };
}

/** How a view is wanted. */
export interface WantedView {
  readonly format: ExpositionFormat;
  /** What becomes of names beyond the classic alphabet in the format that the target answered. */
  readonly escaping: (answered: ExpositionFormat) => NameEscaping;
}

/** The view as a request wants it. */
export function wantedView(request: CanonicalRequest): WantedView {
  return {
    format: wantedFormat(request),
    escaping: (answered) => wantedEscaping(request, answered),
  };
}

/**
 * The view as the last scraper of a target wanted it, for those who do not care. A target is remembered in each format
 * that it is asked for, so that another one would cost as much memory again.
 */
export function viewAsLastScraped(target: Target): WantedView {
  return lastScrapes.get(target) ?? { format: 'text', escaping: () => 'values' };
}

const lastScrapes = new WeakMap<Target, WantedView>();

/** The view of a target as it is now. */
export interface ShownView {
  /** What there is to say of it, without an answer. */
  readonly outcome: Omit<Outcome, 'answer'>;
  readonly mounted: MountedView;
  readonly body: ByteChunks;
  readonly format: ExpositionFormat;
  readonly escaping: NameEscaping;
  /** When the target had answered, on the monotonic clock. */
  readonly sampledMs: number;
  /** To be called once nobody reads the body any more. */
  readonly taken: () => void;
}

/** Fetches the target of a grant's view and renders that view of it; where that fails, the outcome is whole. */
export async function showView(
  options: ScrapeOptions,
  request: CanonicalRequest,
  grant: Grant,
  wanted: WantedView,
): Promise<Result<ShownView, Outcome>> {
  const { clock } = options;
  const mounted = options.viewOf(grant);
  const context = { decision: 'allowed' as const, view: grant.view };
  if (mounted === undefined)
    return failed({ ...context, reason: 'internal_error', detail: 'view not mounted' });

  const timeouts = request.headers.all(SCRAPE_TIMEOUT_HEADER);
  const budgetMs = timeouts.length === 1 ? parseScrapeTimeout(timeouts[0]) : undefined;
  const startedMs = clock.monotonicMs();
  const fetched = await fetchWithin(mounted.target, wanted.format, budgetMs, clock);
  const sampledMs = clock.monotonicMs();
  const timed = { ...context, target: mounted.target.name, fetchMs: sampledMs - startedMs };
  if (!fetched.ok) return failed({ ...timed, ...whyNotFetched(fetched.error) });

  const renderStartedMs = clock.monotonicMs();
  const { body: exposition, format, quotedNames, durationMs } = fetched.value;
  const answered = { ...timed, fetched: { bytes: exposition.length, durationMs } };
  const letGoOfExposition = borrow(exposition);
  const escaping = wanted.escaping(format);
  const read = await mounted.renderer.render(exposition, format, clock.nowMs(), {
    quotedNames,
    escaping,
    onMalformed: mounted.onMalformed ?? 'fail',
  });
  const isEmpty = mounted.mayBeEmpty === true && !read.ok && saysNothing(read.error, format);
  const rendered = isEmpty ? ok(emptyView(format)) : read;
  const renderMs = clock.monotonicMs() - renderStartedMs;
  if (!rendered.ok) {
    letGoOfExposition();
    const detail = describeProblem(rendered.error);
    const isReadable = rendered.error.isOfView === true;
    return failed({ ...answered, isReadable, renderMs, reason: 'exposition_invalid', detail });
  }
  const { body, ...rest } = rendered.value;
  const letGoOfBody = body.borrow?.();
  return ok({
    outcome: {
      ...answered,
      isReadable: true,
      renderMs,
      rendered: rest,
      ...(rest.quarantined && { detail: rest.quarantined.problems.map(describeProblem).join('; ') }),
    },
    mounted,
    body,
    format: rest.format,
    escaping,
    sampledMs,
    // A large body is made out of the exposition while it is read.
    taken() {
      letGoOfBody?.();
      letGoOfExposition();
    },
  });
}

function whyNotFetched(why: WaitFailure): { readonly reason: WireReason; readonly detail: string } {
  if (why.by === 'waiter') return { reason: 'target_late', detail: 'timeout scrape_budget' };
  const { reason, detail } = why.failure;
  return {
    reason: reason === 'timeout' ? 'target_late' : 'target_failed',
    detail: detail === undefined ? reason : `${reason} ${detail}`,
  };
}

/** Text 0.0.4 without a byte is whole; OpenMetrics has to say that it ends. */
function saysNothing({ reason }: ExpositionProblem, format: ExpositionFormat): boolean {
  return reason === 'no samples' || (format === 'text' && reason === 'the exposition is empty');
}

/** The view of an exposition in which there is nothing. */
function emptyView(format: ExpositionFormat): RenderedView {
  const bytes = format === 'openmetrics' ? END_OF_OPENMETRICS : Buffer.from(NOTHING_IN_VIEW);
  return { body: chunkOf(bytes), format, seriesIn: 0, seriesOut: 0, effects: NO_EFFECTS };
}

const NO_EFFECTS: ViewEffects = {
  pseudonymised: new Map(),
  dropped: new Map(),
  overflowed: new Map(),
  detected: new Map(),
  withheld: new Map(),
};

function failed(outcome: Omit<Outcome, 'answer'> & { readonly reason: WireReason }): Result<never, Outcome> {
  return fail({ ...outcome, answer: answerFor(outcome.reason, { challenges: [] }) });
}
