// A look at a target that is to be put behind a gate: where its metrics are, which software it is, and what a view with
// the preset for it would do. Asks nobody but the given host, a handful of times at most.

import { detectSoftware, type DetectedSoftware } from '../../audit/software.js';
import type { Clock } from '../../internal/clock.js';
import type { Secret } from '../../internal/secret.js';
import { fail, ok, type Result } from '../../internal/result.js';
import type { TargetFailure, TargetReason } from '../../targets/target.js';
import type { PresetName } from '../../views/options.js';
import { fetchOnce, readExposition, type ExpositionBytes } from '../exposition-source.js';
import type { Comparison } from '../preview/compare.js';
import { comparePreview } from '../preview/preview.js';

/** What to look at. */
export interface LookOptions {
  /** Absolute; without a path, the usual ones are tried. */
  readonly url: string;
  readonly token?: Secret | undefined;
  /** @default the one that fits the software */
  readonly preset?: PresetName | undefined;
}

/** What was found. */
export interface LookedAt {
  /** Where the metrics are. */
  readonly url: string;
  readonly software: DetectedSoftware;
  readonly preset: PresetName;
  /** Whether some of its metrics are malformed. */
  readonly isMalformed: boolean;
  /** Whether it answers without a credential; absent where there was none to leave out. */
  readonly isOpen: boolean;
  /** Under a view with the preset and nothing else. */
  readonly comparison: Comparison;
}

/** An address that was asked, and why there were no metrics. */
export interface FailedAttempt {
  readonly url: string;
  readonly failure: TargetFailure;
}

/** Why there is nothing to build on. */
export type LookProblem =
  | { readonly kind: 'failed'; readonly attempts: readonly FailedAttempt[] }
  | { readonly kind: 'not_an_exposition'; readonly detail: string };

/** Where software has its metrics, the most usual place first. */
const USUAL_PATHS = ['/metrics', '/prometheus/metrics'];

/** Answers of a target whose metrics may be elsewhere; one that cannot be reached is not asked again. */
const MAY_BE_ELSEWHERE: ReadonlySet<TargetReason> = new Set([
  'redirected',
  'status_not_200',
  'content_type_unknown',
]);

interface Found {
  readonly url: string;
  readonly source: ExpositionBytes;
}

/**
 * Looks.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID for a URL or token that cannot be used.
 */
export async function lookAt(options: LookOptions, clock: Clock): Promise<Result<LookedAt, LookProblem>> {
  const found = await find(options, clock);
  if (!found.ok) return fail({ kind: 'failed', attempts: found.error });
  const { url, source } = found.value;
  const strict = readExposition(source, 'fail');
  const read = strict.ok ? strict : readExposition(source, 'quarantine');
  if (!read.ok) return fail({ kind: 'not_an_exposition', detail: read.error });
  const software = detectSoftware({ exposition: read.value });
  const preset = options.preset ?? software.preset;
  const comparison = comparePreview({
    view: { name: 'view', target: 'target', preset },
    source,
    onMalformed: strict.ok ? 'fail' : 'quarantine',
    nowMs: clock.nowMs(),
  });
  if (!comparison.ok) {
    const detail = comparison.error.kind === 'not_an_exposition' ? comparison.error.detail : '';
    return fail({ kind: 'not_an_exposition', detail });
  }
  return ok({
    url,
    software,
    preset,
    isMalformed: !strict.ok,
    isOpen: options.token === undefined || (await fetchFrom(url, undefined, clock)).ok,
    comparison: comparison.value,
  });
}

/** Finds the metrics, or tells of every address that was asked: the first one rarely has the cause. */
async function find(
  { url, token }: LookOptions,
  clock: Clock,
): Promise<Result<Found, readonly FailedAttempt[]>> {
  const attempts: FailedAttempt[] = [];
  const candidates = [...candidatesOf(url)];
  for (let candidate = candidates.shift(); candidate !== undefined; candidate = candidates.shift()) {
    const fetched = await fetchFrom(candidate, token, clock);
    if (fetched.ok) return ok({ url: candidate, source: fetched.value });
    const { reason } = fetched.error;
    attempts.push({ url: candidate, failure: fetched.error });
    if (!MAY_BE_ELSEWHERE.has(reason)) break;
    // Some software redirects to the same path with a slash; a redirect itself is never followed.
    const slashed = withSlash(candidate);
    if (reason === 'redirected' && slashed !== candidate) candidates.unshift(slashed);
  }
  return fail(attempts);
}

/** A URL whose path ends with a slash. */
function withSlash(url: string): string {
  return url.replace(/^([^?]*[^/?])(?=\?|$)/, '$1/');
}

function candidatesOf(url: string): readonly string[] {
  const base = /^(https?:\/\/[^/?#]+)\/?$/i.exec(url)?.[1];
  return base === undefined ? [url] : USUAL_PATHS.map((path) => base + path);
}

function fetchFrom(
  url: string,
  token: Secret | undefined,
  clock: Clock,
): Promise<Result<ExpositionBytes, TargetFailure>> {
  const credential = token === undefined ? undefined : ({ kind: 'bearer', token } as const);
  return fetchOnce({ name: 'target', url, ...(credential && { credential }) }, clock);
}
