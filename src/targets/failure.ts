// Turns what Node, OpenSSL and undici throw into a reason. Pure.
// Only codes pass, never messages: a message may quote what the target sent, or the URL.

import type { TargetFailure } from './target.js';

/** Codes are constants of Node, OpenSSL and undici; anything of another shape is not one. */
const ERROR_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/** `ECONNREFUSED`, `ENOTFOUND`, … and the resolver's `EAI_AGAIN`. */
const SYSTEM_CODE = /^(?:E[A-Z0-9]+|EAI_[A-Z]+)$/;

/** The code of a refusal by the address lookup. */
export const ADDRESS_REFUSED = 'ADDRESS_REFUSED';

/** Why there was no answer at all: no connection, no TLS, or no HTTP. */
export function failureBeforeBody(error: unknown): TargetFailure {
  const code = codeOf(error);
  if (code === undefined) return { reason: 'unreachable' };
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_INFO') {
    return { reason: 'response_malformed', detail: code };
  }
  if (code === 'EPROTO') return { reason: 'tls_failed', detail: code };
  if (code === ADDRESS_REFUSED || code.startsWith('UND_ERR_') || SYSTEM_CODE.test(code)) {
    return { reason: 'unreachable', detail: code };
  }
  // What is left are the names of OpenSSL and of certificate checks: CERT_HAS_EXPIRED, ERR_TLS_…, ERR_SSL_….
  return { reason: 'tls_failed', detail: code };
}

/** Why a body that had begun did not come whole. */
export function failureInBody(error: unknown): TargetFailure {
  const code = codeOf(error);
  if (code === undefined) return { reason: 'body_cut_off' };
  return { reason: code.startsWith('Z_') ? 'inflate_failed' : 'body_cut_off', detail: code };
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && ERROR_CODE.test(error.code) ? error.code : undefined;
}
