// What goes back over the wire, before any socket is touched. Every answer is private and never cached.

import { chunkOf, type ByteChunks } from '../internal/byte-chunks.js';

/** Headers by name; several values become several lines. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: ByteChunks;
  /** Whether the connection ends with this answer, because what follows on it cannot be trusted. */
  readonly close: boolean;
  /** To be called once a reader has got all of the body: what it was made of is not needed any more. */
  readonly taken?: () => void;
}

/** On every answer: no cache may keep it, and none may serve one scraper's to another (RFC 9111). */
const PRIVATE_HEADERS: AnswerHeaders = {
  'Cache-Control': 'no-store',
  Vary: 'Authorization, Accept, Accept-Encoding',
  'X-Content-Type-Options': 'nosniff',
};

const encoder = new TextEncoder();

/** Makes an answer; the private headers cannot be left out. */
export function createAnswer(
  status: number,
  contentType: string,
  body: string | Uint8Array | ByteChunks,
  extra: { readonly headers?: AnswerHeaders; readonly close?: boolean } = {},
): Answer {
  return {
    status,
    headers: { ...extra.headers, ...PRIVATE_HEADERS, 'Content-Type': contentType },
    body: chunksOf(body),
    close: extra.close ?? false,
  };
}

function chunksOf(body: string | Uint8Array | ByteChunks): ByteChunks {
  if (typeof body === 'string') return chunkOf(encoder.encode(body));
  return body instanceof Uint8Array ? chunkOf(body) : body;
}
