// Judges the head of a target's answer before a byte of its body is read. Pure.
// Closed: only a 200 whose type, coding and length are understood goes on.

import type { ExpositionFormat } from '../exposition/model.js';
import { allowsQuotedNames, formatOfContentType } from '../exposition/negotiate.js';
import { fail, ok, type Result } from '../internal/result.js';
import type { TargetFailure } from './target.js';

/** Header values by name in lower case; a repeated line makes a list. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** How to read the body of an answer that was accepted. */
export interface AcceptedHead {
  readonly format: ExpositionFormat;
  /** Whether names beyond the classic alphabet may stand in quotes. */
  readonly quotedNames: boolean;
  readonly gzip: boolean;
  /** Whether its length or its chunks tell where the body ends; otherwise the connection's end does. */
  readonly framed: boolean;
  /** What Content-Length says, before inflating; undefined where there is none. */
  readonly lengthBytes: number | undefined;
}

const REDIRECTS: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308]);

/** What the head promises, or why the answer is refused. `maxBytes` refuses a body that announces to be larger. */
export function judgeHead(
  status: number,
  headers: ResponseHeaders,
  maxBytes: number,
): Result<AcceptedHead, TargetFailure> {
  if (status !== 200) {
    return fail({ reason: REDIRECTS.has(status) ? 'redirected' : 'status_not_200', detail: String(status) });
  }
  const contentType = headers['content-type'];
  const format = typeof contentType === 'string' ? formatOfContentType(contentType) : undefined;
  if (format === undefined) return fail({ reason: 'content_type_unknown' });

  const coding = headers['content-encoding'];
  const codingName = typeof coding === 'string' ? coding.trim().toLowerCase() : coding;
  if (codingName !== undefined && codingName !== 'identity' && codingName !== 'gzip') {
    return fail({ reason: 'content_encoding_unknown' });
  }
  const transfer = headers['transfer-encoding'];
  if (
    transfer !== undefined &&
    (typeof transfer !== 'string' || transfer.trim().toLowerCase() !== 'chunked')
  ) {
    return fail({ reason: 'content_encoding_unknown' });
  }
  const length = headers['content-length'];
  const lengthBytes = length === undefined ? undefined : Number(length);
  if (lengthBytes !== undefined && lengthBytes > maxBytes) return fail({ reason: 'body_too_large' });

  return ok({
    format,
    quotedNames: typeof contentType === 'string' && allowsQuotedNames(contentType),
    gzip: codingName === 'gzip',
    framed: length !== undefined || transfer !== undefined,
    lengthBytes,
  });
}
