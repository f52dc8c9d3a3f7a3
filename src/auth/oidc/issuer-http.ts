// One bounded question to an identity provider: no redirects, no coding, a cap on bytes, an end set from outside.
// Every outcome is a value. A connection is used again only after a whole answer. RFC 9110.

import { Agent, request } from 'undici';

import { errorCodeOf } from '../../internal/error-code.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { VERSION } from '../../internal/version.js';
import type { IssuerFailure } from './issuer-failure.js';

/** A question. Aborting `signal` ends it; the signal's reason should be an IssuerFailureReason. */
export interface IssuerRequest {
  readonly url: string;
  readonly signal: AbortSignal;
  /** A longer answer is a failure. */
  readonly maxBytes: number;
  /** Sent by POST; absent: GET. */
  readonly form?: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
}

/** Asks an identity provider. */
export interface IssuerHttp {
  /** The body of an answer with status 200. Never rejects. */
  send(question: IssuerRequest): Promise<Result<string, IssuerFailure>>;
  close(): void;
}

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_IDLE_MS = 30_000;

/** Creates the client of one identity provider; at most `connections` at once to each of its hosts. */
export function createIssuerHttp(options: {
  readonly caPem: string | undefined;
  readonly connections: number;
}): IssuerHttp {
  const agent = new Agent({
    connections: options.connections,
    pipelining: 1,
    // The signal of each question covers all of it; these timers would run on a clock that nobody injected.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveMaxTimeout: MAX_IDLE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    ...(options.caPem !== undefined && { connect: { ca: options.caPem } }),
  });
  return {
    async send({ url, signal, maxBytes, form }) {
      // Ends the connection wherever an answer is not read to its end.
      const own = new AbortController();
      try {
        const { statusCode, headers, body } = await request(url, {
          dispatcher: agent,
          signal: AbortSignal.any([signal, own.signal]),
          method: form === undefined ? 'GET' : 'POST',
          headers: {
            accept: 'application/json',
            ...form?.headers,
            'accept-encoding': 'identity',
            'user-agent': `scrapegate/${VERSION}`,
          },
          ...(form !== undefined && { body: form.body }),
        });
        const problem = headProblem(statusCode, headers['content-encoding']);
        if (problem !== undefined) {
          body.on('error', () => undefined);
          own.abort();
          return fail(problem);
        }
        const bytes = await readBounded(body, maxBytes);
        return bytes === undefined ? fail({ reason: 'too_large' }) : decode(bytes);
      } catch (error) {
        return fail(failureOf(error, signal));
      } finally {
        own.abort();
      }
    },
    close() {
      void agent.destroy();
    },
  };
}

function headProblem(status: number, coding: string | string[] | undefined): IssuerFailure | undefined {
  if (status >= 300 && status < 400) return { reason: 'redirected', detail: String(status) };
  if (status !== 200) return { reason: 'status', detail: String(status) };
  return coding === undefined || coding === 'identity' ? undefined : { reason: 'encoded' };
}

async function readBounded(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function decode(bytes: Uint8Array): Result<string, IssuerFailure> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail({ reason: 'malformed', detail: 'encoding' });
  }
}

function failureOf(error: unknown, signal: AbortSignal): IssuerFailure {
  if (signal.aborted) return { reason: signal.reason === 'closed' ? 'closed' : 'timeout' };
  const code = errorCodeOf(error);
  return { reason: 'unreachable', ...(code !== undefined && { detail: code }) };
}
