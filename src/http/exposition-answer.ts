// How an exposition travels over HTTP: which format and which names the scraper wants, and the answer that carries it.

import type { ExpositionFormat } from '../exposition/model.js';
import type { NameEscaping } from '../exposition/names.js';
import { contentTypeOf, negotiateEscaping, negotiateFormat } from '../exposition/negotiate.js';
import type { ByteChunks } from '../internal/byte-chunks.js';
import { createAnswer, type Answer } from './answer.js';
import type { CanonicalRequest } from './request.js';

/** The format that a request asks for. */
export function wantedFormat(request: CanonicalRequest): ExpositionFormat {
  return negotiateFormat(acceptOf(request));
}

/** What becomes of names beyond the classic alphabet in an answer of `format`. */
export function wantedEscaping(request: CanonicalRequest, format: ExpositionFormat): NameEscaping {
  return negotiateEscaping(acceptOf(request), format);
}

/** A successful scrape whose names were printed under `escaping`. */
export function answerExposition(
  format: ExpositionFormat,
  body: Uint8Array | ByteChunks,
  escaping: NameEscaping = 'values',
): Answer {
  return createAnswer(200, contentTypeOf(format, escaping), body);
}

function acceptOf(request: CanonicalRequest): string | undefined {
  const lines = request.headers.all('accept');
  return lines.length === 0 ? undefined : lines.join(',');
}
