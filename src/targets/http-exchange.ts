// One request to a target and its whole answer, over a connection that is its own.
// Sends a fixed set of headers and nothing of the scraper's; follows no redirect; never throws.
// RFC 9110, RFC 9112.

import type { Client } from 'undici';
import type { ExpositionFormat } from '../exposition/model.js';
import { acceptHeaderFor } from '../exposition/negotiate.js';
import { fail, ok, type Result } from '../internal/result.js';
import { VERSION } from '../internal/version.js';
import { readBody, type ReceivedBody } from './body.js';
import { failureBeforeBody } from './failure.js';
import type { ResolvedHttpTargetOptions, TargetCredential } from './options.js';
import { judgeHead, type AcceptedHead } from './response-head.js';
import type { TargetFailure } from './target.js';

/** A whole answer: its format, its inflated body and the bytes that came over the wire. */
export interface ExchangedExposition extends ReceivedBody {
  readonly format: ExpositionFormat;
  readonly quotedNames: boolean;
}

/**
 * Asks the target once. The caller destroys the connection after every failure, and whenever it no longer wants the
 * answer; the outcome is then a failure too.
 */
export async function exchange(
  client: Client,
  options: ResolvedHttpTargetOptions,
  wanted: ExpositionFormat,
): Promise<Result<ExchangedExposition, TargetFailure>> {
  let response: Awaited<ReturnType<Client['request']>>;
  try {
    response = await client.request({
      method: 'GET',
      path: options.url.path,
      headers: requestHeaders(options.credential, wanted),
    });
  } catch (error) {
    return fail(failureBeforeBody(error));
  }
  const head = judgeHead(response.statusCode, response.headers, options.maxBytes);
  if (!head.ok) {
    // The body is of no use; destroying it closes the connection.
    response.body.on('error', () => undefined).destroy();
    return head;
  }
  const received = await readBody(response.body, { gzip: head.value.gzip, maxBytes: options.maxBytes });
  if (!received.ok) return received;
  if (!isEndProven(head.value)) return fail({ reason: 'body_cut_off', detail: 'LENGTH_UNKNOWN' });
  const { format, quotedNames } = head.value;
  return ok({ format, quotedNames, ...received.value });
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
  if (credential !== undefined) headers['authorization'] = authorization(credential);
  return headers;
}

function authorization(credential: TargetCredential): string {
  if (credential.kind === 'bearer') return `Bearer ${credential.token.reveal()}`;
  const pair = `${credential.username}:${credential.password.reveal()}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}
