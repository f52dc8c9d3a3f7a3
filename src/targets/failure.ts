// Turns what Node, OpenSSL and undici throw into a reason. Pure.
// Only codes pass, never messages: a message may quote what the target sent, or the URL.

import { getSystemErrorMap } from 'node:util';
import { errors } from 'undici';
import { errorCodeOf } from '../internal/error-code.js';
import type { TargetFailure, TargetReason } from './target.js';

/** `ECONNREFUSED`, `ENOTFOUND`, … and the resolver's `EAI_AGAIN`. */
const SYSTEM_CODE = /^(?:E[A-Z0-9]+|EAI_[A-Z]+)$/;

const SYSTEM_ERRORS: ReadonlySet<string> = new Set([...getSystemErrorMap().values()].map(([name]) => name));

/** Heads that undici does not accept: too long, or with two lengths. */
const MALFORMED_CODES: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** The code of a refusal by the address lookup. */
export const ADDRESS_REFUSED = 'ADDRESS_REFUSED';

/** Why there was no answer at all: no connection, no TLS, or no HTTP. */
export function failureBeforeBody(error: unknown): TargetFailure {
  const code = errorCodeOf(error);
  if (error instanceof errors.HTTPParserError || (code !== undefined && MALFORMED_CODES.has(code))) {
    return withDetail('response_malformed', code);
  }
  if (code === undefined || code === ADDRESS_REFUSED || code.startsWith('UND_ERR_')) {
    return withDetail('unreachable', code);
  }
  // OpenSSL's own errors come as EPROTO, as ERR_SSL_…, and as the names of certificate checks (CERT_HAS_EXPIRED, …).
  return withDetail(SYSTEM_CODE.test(code) && code !== 'EPROTO' ? 'unreachable' : 'tls_failed', code);
}

/** Why a body that had begun did not come whole. */
export function failureInBody(error: unknown): TargetFailure {
  const code = errorCodeOf(error);
  return withDetail(code?.startsWith('Z_') === true ? 'inflate_failed' : 'body_cut_off', code);
}

/**
 * Why a source in this process gave nothing: it threw, or its promise was rejected. What it throws is the server's own
 * making, so that only names of system errors pass.
 */
export function failureOfSource(error: unknown): TargetFailure {
  const code = errorCodeOf(error);
  return withDetail('source_failed', code !== undefined && SYSTEM_ERRORS.has(code) ? code : undefined);
}

function withDetail(reason: TargetReason, code: string | undefined): TargetFailure {
  return code === undefined ? { reason } : { reason, detail: code };
}
