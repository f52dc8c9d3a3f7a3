// One request to a target and its whole answer, over a connection that is its own.
// Sends a fixed set of headers and nothing of the scraper's; follows no redirect; never throws.
// RFC 9110, RFC 9112.

import type { Client, Dispatcher } from 'undici';
import type { ExpositionFormat } from '../exposition/model.js';
import { acceptHeaderFor } from '../exposition/negotiate.js';
import type { MemoryPool } from '../internal/memory-pool.js';
import { fail, ok, type Result } from '../internal/result.js';
import { VERSION } from '../internal/version.js';
import { createBodyReader, type BodyReader, type ReceivedBody } from './body.js';
import { failureBeforeBody } from './failure.js';
import type { ResolvedHttpTargetOptions, TargetCredential } from './options.js';
import { judgeHead, type AcceptedHead, type ResponseHeaders } from './response-head.js';
import type { SocketBuffer } from './socket-buffer.js';
import type { TargetFailure } from './target.js';

/** A whole answer: its format, its inflated body and the bytes that came over the wire. */
export interface ExchangedExposition extends ReceivedBody {
  readonly format: ExpositionFormat;
  readonly quotedNames: boolean;
}

type ExchangeOutcome = Result<ExchangedExposition, TargetFailure>;

/**
 * Asks the target once. The caller destroys the connection after every failure, and whenever it no longer wants the
 * answer; the outcome is then a failure too. `pool` lends the memory of the body; `expectedBytes` is the size that it
 * is likely to have, inflated.
 */
export function exchange(
  { client, buffer }: { readonly client: Client; readonly buffer: SocketBuffer },
  options: ResolvedHttpTargetOptions,
  wanted: ExpositionFormat,
  { pool, expectedBytes }: { readonly pool: MemoryPool; readonly expectedBytes: number | undefined },
): Promise<ExchangeOutcome> {
  return new Promise((resolve) => {
    const { maxBytes, url, credential } = options;
    client.dispatch(
      { method: 'GET', path: url.path, headers: requestHeaders(credential, wanted) },
      new AnswerHandler({ maxBytes, buffer, pool, expectedBytes, settle: resolve }),
    );
  });
}

interface AnswerOptions {
  readonly maxBytes: number;
  readonly buffer: SocketBuffer;
  readonly pool: MemoryPool;
  readonly expectedBytes: number | undefined;
  /** The first call counts. */
  readonly settle: (outcome: ExchangeOutcome) => void;
}

/**
 * Hears what the client reads. Bytes of the body are taken as they come off the socket: a stream between the two would
 * cost more than everything else that happens to them.
 */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #options: AnswerOptions;
  #reader: BodyReader | undefined;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** Without it the client would take this for a handler of its older interface. */
  onRequestStart(): void {
    return undefined;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    // Interim answers, of which there may be several.
    if (status < 200) return;
    const { maxBytes, pool, expectedBytes, settle } = this.#options;
    const head = judgeHead(status, headers, maxBytes);
    if (!head.ok) {
      settle(head);
      return;
    }
    const { format, quotedNames, gzip, lengthBytes } = head.value;
    // A plain body is copied as it comes. What is to be inflated has to wait now and then.
    this.#options.buffer.lends = !gzip;
    this.#reader = createBodyReader({
      gzip,
      maxBytes,
      pool,
      expectedBytes: gzip ? expectedBytes : (lengthBytes ?? expectedBytes),
      onSettled: (received) => {
        if (!received.ok) settle(received);
        else if (isEndProven(head.value)) settle(ok({ format, quotedNames, ...received.value }));
        else settle(fail({ reason: 'body_cut_off', detail: 'LENGTH_UNKNOWN' }));
      },
      onReady: () => controller.resume(),
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#reader?.take(bytes) === false) controller.pause();
  }

  onResponseEnd(): void {
    this.#options.buffer.lends = false;
    this.#reader?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#options.buffer.lends = false;
    if (this.#reader === undefined) this.#options.settle(fail(failureBeforeBody(error)));
    else this.#reader.abort(error);
  }
}

/**
 * Whether the end of the body is the end of the exposition. Where only the end of the connection says so, a target
 * that died looks the same; then the gzip trailer or OpenMetrics' own `# EOF` (which the parser demands) must tell.
 */
function isEndProven(head: AcceptedHead): boolean {
  return head.framed || head.gzip || head.format === 'openmetrics';
}

function requestHeaders(
  credential: TargetCredential | undefined,
  wanted: ExpositionFormat,
): Record<string, string> {
  const headers: Record<string, string> = {
    accept: acceptHeaderFor(wanted),
    'accept-encoding': 'gzip',
    'user-agent': `scrapegate/${VERSION}`,
  };
  if (credential !== undefined) headers['authorization'] = authorizationOf(credential);
  return headers;
}

/** The value of the `Authorization` header with which a credential is presented. */
export function authorizationOf(credential: TargetCredential): string {
  if (credential.kind === 'bearer') return `Bearer ${credential.token.reveal()}`;
  const pair = `${credential.username}:${credential.password.reveal()}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}
