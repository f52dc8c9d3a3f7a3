import { errors } from 'undici';
import { describe, expect, test } from 'vitest';
import { failureBeforeBody, failureInBody } from '../../../src/targets/failure.js';
import type { TargetReason } from '../../../src/targets/target.js';

function coded(code: unknown): Error {
  return Object.assign(new Error('text that a target may have chosen'), { code });
}

describe('failureBeforeBody', () => {
  const CASES: readonly [code: string, reason: TargetReason][] = [
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['EAI_AGAIN', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['ADDRESS_REFUSED', 'unreachable'],
    ['UND_ERR_SOCKET', 'unreachable'],
    ['UND_ERR_HEADERS_OVERFLOW', 'response_malformed'],
    ['EPROTO', 'tls_failed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_failed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_failed'],
    ['CERT_HAS_EXPIRED', 'tls_failed'],
    ['ERROR_IN_CERT_NOT_AFTER_FIELD', 'tls_failed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_failed'],
  ];
  test.each(CASES)('%s is %s', (code, reason) => {
    expect(failureBeforeBody(coded(code))).toEqual({ reason, detail: code });
  });

  test('an alert, by one name for all versions of OpenSSL', () => {
    expect(failureBeforeBody(coded('ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE'))).toEqual({
      reason: 'tls_failed',
      detail: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    });
  });

  test('what is not HTTP', () => {
    const error = Object.assign(new errors.HTTPParserError('what the target sent'), {
      code: 'HPE_INVALID_CONSTANT',
    });
    expect(failureBeforeBody(error)).toEqual({
      reason: 'response_malformed',
      detail: 'HPE_INVALID_CONSTANT',
    });
  });

  test.each([
    undefined,
    null,
    'text',
    7,
    new Error('no code'),
    coded(7),
    coded('text of a target'),
    coded(''),
  ])('no detail from %o', (error) => {
    expect(failureBeforeBody(error)).toEqual({ reason: 'unreachable' });
  });
});

describe('failureInBody', () => {
  test.each([
    [coded('Z_DATA_ERROR'), { reason: 'inflate_failed', detail: 'Z_DATA_ERROR' }],
    [coded('UND_ERR_SOCKET'), { reason: 'body_cut_off', detail: 'UND_ERR_SOCKET' }],
    [coded('Ünknown'), { reason: 'body_cut_off' }],
    [undefined, { reason: 'body_cut_off' }],
  ])('%o', (error, failure) => {
    expect(failureInBody(error)).toEqual(failure);
  });
});
