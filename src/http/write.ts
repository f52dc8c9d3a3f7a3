// Writes an answer to a Node response: whole, with its length, or not at all.

import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Answer } from './answer.js';

/** Handed to the socket at a time, so that a slow reader holds the body once and not twice. */
const CHUNK_BYTES = 256 * 1024;

/** Writes `answer`; resolves when the socket has taken it all, rejects when the reader went away. */
export async function writeAnswer(response: ServerResponse, answer: Answer, method: string): Promise<void> {
  for (const [name, value] of Object.entries(answer.headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  response.setHeader('Content-Length', answer.body.length);
  if (answer.close) response.setHeader('Connection', 'close');
  response.writeHead(answer.status);
  if (method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(Readable.from(chunks(answer.body)), response);
}

function* chunks(body: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at += CHUNK_BYTES) yield body.subarray(at, at + CHUNK_BYTES);
}
