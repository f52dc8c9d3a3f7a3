import { describe, expect, test } from 'vitest';
import { judgeHead, type ResponseHeaders } from '../../../src/targets/response-head.js';

const TEXT = { 'content-type': 'text/plain; version=0.0.4' };

describe('judgeHead', () => {
  test.each([200, 299, 300, 302, 399, 404, 500, 599])('%i with nothing else is never accepted', (status) => {
    expect(judgeHead(status, {}, 100).ok).toBe(false);
  });

  test.each([
    [{ ...TEXT, 'content-length': '101' }, 'body_too_large'],
    [{ ...TEXT, 'content-length': '99999999999999999999' }, 'body_too_large'],
    [{ ...TEXT, 'transfer-encoding': ['chunked', 'chunked'] }, 'content_encoding_unknown'],
    [{ ...TEXT, 'transfer-encoding': 'gzip' }, 'content_encoding_unknown'],
    [{ ...TEXT, 'content-encoding': 'zstd' }, 'content_encoding_unknown'],
    [{ 'content-type': ['text/plain', 'text/plain'] }, 'content_type_unknown'],
    [{ 'content-type': 'application/vnd.google.protobuf' }, 'content_type_unknown'],
  ] as [ResponseHeaders, string][])('%j is %s', (headers, reason) => {
    expect(judgeHead(200, headers, 100)).toEqual({ ok: false, error: { reason } });
  });

  test.each([
    [TEXT, { format: 'text', quotedNames: false, gzip: false, framed: false }],
    [
      { ...TEXT, 'content-length': '100' },
      { format: 'text', quotedNames: false, gzip: false, framed: true, lengthBytes: 100 },
    ],
    [
      { ...TEXT, 'transfer-encoding': 'Chunked' },
      { format: 'text', quotedNames: false, gzip: false, framed: true },
    ],
    [
      { ...TEXT, 'content-encoding': ' GZip ' },
      { format: 'text', quotedNames: false, gzip: true, framed: false },
    ],
    [
      { 'content-type': 'application/openmetrics-text; version=1.0.0', 'content-encoding': 'identity' },
      { format: 'openmetrics', quotedNames: true, gzip: false, framed: false },
    ],
  ] as [ResponseHeaders, unknown][])('%j is accepted', (headers, value) => {
    expect(judgeHead(200, headers, 100)).toEqual({ ok: true, value });
  });
});
