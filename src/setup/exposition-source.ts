// An exposition to look at: fetched once from a target, or bytes that are there already. Why there is none is a value.

import { formatByEnd } from '../exposition/format-by-end.js';
import type { Exposition } from '../exposition/model.js';
import { parseExposition } from '../exposition/parse.js';
import { describeProblem } from '../exposition/problem.js';
import type { OnMalformed } from '../exposition/quarantine.js';
import type { Clock } from '../internal/clock.js';
import { fail, type Result } from '../internal/result.js';
import { createHttpTarget } from '../targets/http-target.js';
import type { HttpTargetOptions } from '../targets/options.js';
import type { FetchedExposition, TargetFailure, TargetReason } from '../targets/target.js';

/** Bytes of an exposition, and how to read them. */
export type ExpositionBytes = Pick<FetchedExposition, 'body' | 'format' | 'quotedNames'>;

/** Series that are looked at, as many as a view serves by default. */
const MAX_SERIES = 2_000_000;

const REASONS: Readonly<Record<TargetReason, string>> = {
  unreachable: 'cannot be reached',
  timeout: 'does not answer in time',
  tls_failed: 'has a certificate that does not hold',
  response_malformed: 'answers with something that is no HTTP',
  redirected: 'redirects, and the gate follows no redirect',
  status_not_200: 'answers without metrics',
  content_type_unknown: 'answers with something that is no exposition',
  content_encoding_unknown: 'answers in an encoding that was not asked for',
  body_cut_off: 'ends its answer before it is whole',
  body_too_large: 'answers with more than max_bytes',
  inflated_too_large: 'answers with more than max_bytes once it is inflated',
  inflate_failed: 'answers with gzip that cannot be inflated',
  closed: 'was given up',
  source_failed: 'failed to give its metrics',
};

/** Asks a target once, for the text format. */
export async function fetchOnce(
  options: HttpTargetOptions,
  clock: Clock,
): Promise<Result<FetchedExposition, TargetFailure>> {
  const target = createHttpTarget(options, { clock });
  const fetched = await target.fetch('text');
  await target.close();
  return fetched;
}

/** Why a target gave nothing: `refuses (401)`. Never text that the target chose. */
export function describeFailure({ reason, detail }: TargetFailure): string {
  const isRefused = reason === 'status_not_200' && (detail === '401' || detail === '403');
  const said = isRefused ? 'refuses' : REASONS[reason];
  return detail === undefined ? said : `${said} (${detail})`;
}

/** Bytes of a file: OpenMetrics where they end as it does, else text. */
export function bytesOfFile(body: Uint8Array): ExpositionBytes {
  return { body, format: formatByEnd(body), quotedNames: true };
}

/** Reads all of it, or says where and why it is no exposition: `line 12: …`. */
export function readExposition(
  { body, format, quotedNames }: ExpositionBytes,
  onMalformed: OnMalformed,
): Result<Exposition, string> {
  const parsed = parseExposition(body, format, { quotedNames, onMalformed, maxSeries: MAX_SERIES });
  return parsed.ok ? parsed : fail(describeProblem(parsed.error));
}
