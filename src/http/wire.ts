// The one place that says what the outside learns: each reason becomes a status with a constant body.
// A stranger cannot tell an unknown user from a wrong password, or an expired token from a made-up one.

import type { DenialReason } from '../guard/decision.js';
import { createAnswer, type Answer, type AnswerHeaders } from './answer.js';
import type { RequestReason, UnreadableReason } from './request.js';

/** Everything that can end a request without what it asked for. */
export type WireReason =
  | DenialReason
  | RequestReason
  | UnreadableReason
  | 'host_not_allowed'
  | 'path_unknown'
  | 'format_unknown'
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
  /** Whole seconds for a 429 or a 503. */
  readonly retryAfterSeconds?: number | undefined;
  /** `/v1/metrics` promises its callers 403 with a JSON body for a missing or wrong credential. */
  readonly forbidAsJson?: boolean;
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const DEFAULT_RETRY_SECONDS = 60;

/** What the wire distinguishes. */
type WireAnswer =
  | 'unauthorized'
  | 'forbidden'
  | 'too_many_requests'
  | 'not_found'
  | 'method_not_allowed'
  | 'bad_request'
  | 'bad_format'
  | 'headers_too_large'
  | 'request_timeout'
  | 'misdirected'
  | 'bad_gateway'
  | 'gateway_timeout'
  | 'unavailable'
  | 'internal_error';

const WIRE_ANSWERS: Readonly<Record<WireReason, WireAnswer>> = {
  credential_missing: 'unauthorized',
  credential_malformed: 'unauthorized',
  credential_repeated: 'unauthorized',
  scheme_unknown: 'unauthorized',
  token_unknown: 'unauthorized',
  password_wrong: 'unauthorized',
  credential_not_yet_valid: 'unauthorized',
  credential_expired: 'unauthorized',
  token_malformed: 'unauthorized',
  token_algorithm_refused: 'unauthorized',
  token_header_refused: 'unauthorized',
  token_type_refused: 'unauthorized',
  token_issuer_wrong: 'unauthorized',
  token_audience_wrong: 'unauthorized',
  token_times_malformed: 'unauthorized',
  token_expired: 'unauthorized',
  token_not_yet_valid: 'unauthorized',
  token_binding_unproven: 'unauthorized',
  token_key_unknown: 'unauthorized',
  token_signature_wrong: 'unauthorized',
  token_inactive: 'unauthorized',
  issuer_mismatch: 'unauthorized',
  token_scope_missing: 'forbidden',
  // Beside a right token or password: nobody may learn by the answer that it was right.
  certificate_missing: 'unauthorized',
  certificate_mismatch: 'unauthorized',
  certificate_untrusted: 'forbidden',
  certificate_not_yet_valid: 'forbidden',
  certificate_expired: 'forbidden',
  certificate_name_unknown: 'forbidden',
  peer_unknown: 'forbidden',
  client_unknown: 'forbidden',
  address_not_allowed: 'forbidden',
  credential_address_not_allowed: 'forbidden',
  target_not_granted: 'forbidden',
  self_not_granted: 'forbidden',
  summary_not_granted: 'forbidden',
  claim_missing: 'forbidden',
  claim_invalid: 'forbidden',
  claim_not_mapped: 'forbidden',
  claim_ambiguous: 'forbidden',
  locked_out: 'too_many_requests',
  budget_exhausted: 'too_many_requests',
  verification_busy: 'too_many_requests',
  path_unknown: 'not_found',
  method_not_allowed: 'method_not_allowed',
  format_unknown: 'bad_format',
  request_malformed: 'bad_request',
  body_unexpected: 'bad_request',
  headers_too_many: 'headers_too_large',
  headers_too_large: 'headers_too_large',
  request_late: 'request_timeout',
  host_not_allowed: 'misdirected',
  target_failed: 'bad_gateway',
  exposition_invalid: 'bad_gateway',
  target_late: 'gateway_timeout',
  not_ready: 'unavailable',
  issuer_unreachable: 'unavailable',
  internal_error: 'internal_error',
};

/** The answer for a reason. */
export function answerFor(reason: WireReason, details: WireDetails): Answer {
  const kind = WIRE_ANSWERS[reason];
  if (details.forbidAsJson === true && (kind === 'unauthorized' || kind === 'forbidden')) {
    return createAnswer(403, JSON_TYPE, '{"detail":"Forbidden"}');
  }
  switch (kind) {
    case 'unauthorized':
      return plain(401, 'Unauthorized', { 'WWW-Authenticate': details.challenges });
    case 'forbidden':
      return plain(403, 'Forbidden');
    case 'too_many_requests': {
      const seconds = details.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS;
      return plain(429, 'Too Many Requests', { 'Retry-After': String(seconds) });
    }
    case 'not_found':
      return plain(404, 'Not Found');
    case 'method_not_allowed':
      return closing(405, 'Method Not Allowed', { Allow: 'GET, HEAD' });
    case 'bad_request':
      return closing(400, 'Bad Request');
    case 'bad_format':
      return createAnswer(400, JSON_TYPE, '{"detail":"format must be json or prometheus"}');
    case 'headers_too_large':
      return closing(431, 'Request Header Fields Too Large');
    case 'request_timeout':
      return closing(408, 'Request Timeout');
    case 'misdirected':
      return closing(421, 'Misdirected Request');
    case 'bad_gateway':
      return plain(502, 'Bad Gateway');
    case 'gateway_timeout':
      return plain(504, 'Gateway Timeout');
    case 'unavailable':
      return plain(503, 'Service Unavailable', { 'Retry-After': String(details.retryAfterSeconds ?? 1) });
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
