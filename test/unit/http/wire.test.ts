import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/http/answer.js';
import { answerFor, type WireReason } from '../../../src/http/wire.js';
import { joinChunks } from '../../../src/internal/byte-chunks.js';

interface Expected {
  readonly status: number;
  readonly body: string;
  readonly close?: true;
}

const UNAUTHORIZED: Expected = { status: 401, body: 'Unauthorized\n' };
const FORBIDDEN: Expected = { status: 403, body: 'Forbidden\n' };
const TOO_MANY: Expected = { status: 429, body: 'Too Many Requests\n' };
const BAD_REQUEST: Expected = { status: 400, body: 'Bad Request\n', close: true };
const BAD_GATEWAY: Expected = { status: 502, body: 'Bad Gateway\n' };

/** A reason that is missing here does not compile. */
const EXPECTED: Readonly<Record<WireReason, Expected>> = {
  credential_missing: UNAUTHORIZED,
  credential_malformed: UNAUTHORIZED,
  credential_repeated: UNAUTHORIZED,
  scheme_unknown: UNAUTHORIZED,
  token_unknown: UNAUTHORIZED,
  password_wrong: UNAUTHORIZED,
  credential_not_yet_valid: UNAUTHORIZED,
  credential_expired: UNAUTHORIZED,
  token_malformed: UNAUTHORIZED,
  token_algorithm_refused: UNAUTHORIZED,
  token_header_refused: UNAUTHORIZED,
  token_type_refused: UNAUTHORIZED,
  token_issuer_wrong: UNAUTHORIZED,
  token_audience_wrong: UNAUTHORIZED,
  token_times_malformed: UNAUTHORIZED,
  token_expired: UNAUTHORIZED,
  token_not_yet_valid: UNAUTHORIZED,
  token_binding_unproven: UNAUTHORIZED,
  token_key_unknown: UNAUTHORIZED,
  token_signature_wrong: UNAUTHORIZED,
  token_inactive: UNAUTHORIZED,
  issuer_mismatch: UNAUTHORIZED,
  token_scope_missing: FORBIDDEN,
  certificate_missing: UNAUTHORIZED,
  certificate_mismatch: UNAUTHORIZED,
  certificate_untrusted: FORBIDDEN,
  certificate_not_yet_valid: FORBIDDEN,
  certificate_expired: FORBIDDEN,
  certificate_name_unknown: FORBIDDEN,
  peer_unknown: FORBIDDEN,
  client_unknown: FORBIDDEN,
  address_not_allowed: FORBIDDEN,
  credential_address_not_allowed: FORBIDDEN,
  target_not_granted: FORBIDDEN,
  claim_missing: FORBIDDEN,
  claim_invalid: FORBIDDEN,
  claim_not_mapped: FORBIDDEN,
  claim_ambiguous: FORBIDDEN,
  self_not_granted: FORBIDDEN,
  summary_not_granted: FORBIDDEN,
  locked_out: TOO_MANY,
  budget_exhausted: TOO_MANY,
  verification_busy: TOO_MANY,
  format_unknown: { status: 400, body: '{"detail":"format must be json or prometheus"}' },
  path_unknown: { status: 404, body: 'Not Found\n' },
  method_not_allowed: { status: 405, body: 'Method Not Allowed\n', close: true },
  request_malformed: BAD_REQUEST,
  body_unexpected: BAD_REQUEST,
  headers_too_many: { status: 431, body: 'Request Header Fields Too Large\n', close: true },
  headers_too_large: { status: 431, body: 'Request Header Fields Too Large\n', close: true },
  request_late: { status: 408, body: 'Request Timeout\n', close: true },
  host_not_allowed: { status: 421, body: 'Misdirected Request\n', close: true },
  target_failed: BAD_GATEWAY,
  exposition_invalid: BAD_GATEWAY,
  target_late: { status: 504, body: 'Gateway Timeout\n' },
  not_ready: { status: 503, body: 'Service Unavailable\n' },
  issuer_unreachable: { status: 503, body: 'Service Unavailable\n' },
  internal_error: { status: 500, body: 'Internal Server Error\n' },
};

const CHALLENGES = ['Bearer realm="scrapegate"', 'Basic realm="scrapegate"'];

function isReason(name: string): name is WireReason {
  return Object.hasOwn(EXPECTED, name);
}

const REASONS: readonly WireReason[] = Object.keys(EXPECTED).filter(isReason);

describe('answerFor', () => {
  it.each(REASONS)('%s has a constant answer that no cache keeps', (reason) => {
    const answer = answerFor(reason, { challenges: CHALLENGES });
    const { status, body, close = false } = EXPECTED[reason];
    expect([answer.status, textOf(answer), answer.close]).toEqual([status, body, close]);
    expect(answer.headers).toMatchObject({
      'Cache-Control': 'no-store',
      Vary: 'Authorization, Accept, Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': body.startsWith('{') ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
    });
    expect(textOf(answer)).not.toContain(reason);
    expect(JSON.stringify(answer.headers)).not.toContain(reason);
  });

  it.each(REASONS)(
    '%s carries a challenge, a pause or the methods exactly where its status has them',
    (reason) => {
      const { status, headers } = answerFor(reason, { challenges: CHALLENGES, retryAfterSeconds: 7 });
      expect(headers['WWW-Authenticate']).toEqual(status === 401 ? CHALLENGES : undefined);
      expect(headers['Retry-After']).toBe(status === 429 || status === 503 ? '7' : undefined);
      expect(headers['Allow']).toBe(status === 405 ? 'GET, HEAD' : undefined);
    },
  );

  const isRefusal = (reason: WireReason): boolean => [401, 403].includes(EXPECTED[reason].status);

  it.each(REASONS.filter(isRefusal))('%s is 403 in JSON where callers were promised that', (reason) => {
    const answer = answerFor(reason, { challenges: CHALLENGES, forbidAsJson: true });
    expect([answer.status, textOf(answer)]).toEqual([403, '{"detail":"Forbidden"}']);
    expect(answer.headers['Content-Type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['WWW-Authenticate']).toBeUndefined();
  });

  it.each(REASONS.filter((reason) => !isRefusal(reason)))('%s stays as it is there', (reason) => {
    const details = { challenges: CHALLENGES };
    expect(answerFor(reason, { ...details, forbidAsJson: true })).toEqual(answerFor(reason, details));
  });

  it('has a pause of a minute for a limit that does not say', () => {
    expect(answerFor('locked_out', { challenges: [] }).headers['Retry-After']).toBe('60');
  });
});

function textOf({ body }: Answer): string {
  return Buffer.from(joinChunks(body)).toString();
}
