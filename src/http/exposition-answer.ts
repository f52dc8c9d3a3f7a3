// How an exposition travels over HTTP: which format the scraper wants, and the answer that carries it.

import type { ExpositionFormat } from '../exposition/model.js';
import { contentTypeOf, negotiateFormat } from '../exposition/negotiate.js';
import { createAnswer, type Answer } from './answer.js';
import type { CanonicalRequest } from './request.js';

/** The format that a request asks for. */
export function wantedFormat(request: CanonicalRequest): ExpositionFormat {
  const lines = request.headers.all('accept');
  return negotiateFormat(lines.length === 0 ? undefined : lines.join(','));
}

/** A successful scrape. */
export function answerExposition(format: ExpositionFormat, body: Uint8Array): Answer {
  return createAnswer(200, contentTypeOf(format), body);
}
