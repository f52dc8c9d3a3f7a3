// The one place that says what the outside learns: each reason becomes a status with a constant body.
// A stranger cannot tell an unknown user from a wrong password, or an expired token from a made-up one.

import type { DenialReason } from '../guard/decision.js';
import { createAnswer, type Answer, type AnswerHeaders } from './answer.js';
import type { RequestReason } from './request.js';

/** Everything that can end a request without what it asked for. */
export type WireReason =
  | DenialReason
  | RequestReason
  | 'path_unknown'
  | 'method_not_allowed'
  | 'target_failed'
  | 'target_late'
  | 'exposition_invalid'
  | 'not_ready'
  | 'internal_error';

/** What some answers need to know besides the reason. */
export interface WireDetails {
  /** `WWW-Authenticate` values for a 401. */
  readonly challenges: readonly string[];
  /** Whole seconds for a 429. */
  readonly retryAfterSeconds?: number | undefined;
  /** `/v1/metrics` promises its callers 403 with a JSON body for a missing or wrong credential. */
  readonly forbidAsJson?: boolean;
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const DEFAULT_RETRY_SECONDS = 60;

/** The answer for a reason. */
export function answerFor(reason: WireReason, details: WireDetails): Answer {
  switch (reason) {
    case 'credential_missing':
    case 'credential_malformed':
    case 'credential_repeated':
    case 'scheme_unknown':
    case 'token_unknown':
    case 'password_wrong':
    case 'credential_not_yet_valid':
    case 'credential_expired':
      if (details.forbidAsJson === true) return createAnswer(403, JSON_TYPE, '{"detail":"Forbidden"}');
      return plain(401, 'Unauthorized', { 'WWW-Authenticate': details.challenges });
    case 'peer_unknown':
    case 'address_not_allowed':
    case 'target_not_granted':
    case 'self_not_granted':
      if (details.forbidAsJson === true) return createAnswer(403, JSON_TYPE, '{"detail":"Forbidden"}');
      return plain(403, 'Forbidden');
    case 'locked_out':
    case 'budget_exhausted':
    case 'verification_busy':
      return plain(429, 'Too Many Requests', {
        'Retry-After': String(details.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS),
      });
    case 'path_unknown':
      return plain(404, 'Not Found');
    case 'method_not_allowed':
      return closing(405, 'Method Not Allowed', { Allow: 'GET, HEAD' });
    case 'request_malformed':
    case 'body_unexpected':
      return closing(400, 'Bad Request');
    case 'headers_too_many':
      return closing(431, 'Request Header Fields Too Large');
    case 'target_failed':
    case 'exposition_invalid':
      return plain(502, 'Bad Gateway');
    case 'target_late':
      return plain(504, 'Gateway Timeout');
    case 'not_ready':
      return plain(503, 'Service Unavailable', { 'Retry-After': '1' });
    case 'internal_error':
      return plain(500, 'Internal Server Error');
  }
}

function plain(status: number, text: string, headers: AnswerHeaders = {}): Answer {
  return createAnswer(status, TEXT, `${text}\n`, { headers });
}

/** For requests that may have a body: it is never read, so nothing after it on the connection can be either. */
function closing(status: number, text: string, headers: AnswerHeaders = {}): Answer {
  return createAnswer(status, TEXT, `${text}\n`, { headers, close: true });
}
