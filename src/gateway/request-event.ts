// The audit event of a request, from how it ended. Tells neither the path nor a method that a stranger made up.

import type { Sent } from '../adapters/node.js';
import type { Outcome } from '../adapters/scrape.js';
import type { RequestEvent } from './events.js';

/** Anything else is a word that a stranger chose. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']);

/** The event; `route` is the name of the route, which holds nothing that a stranger wrote. */
export function requestEvent(
  route: string,
  method: string,
  outcome: Outcome,
  { bytesOut, durationMs }: Sent,
): RequestEvent {
  const { answer, rendered, fetchMs: _, renderMs: __, fetched: ___, isReadable: ____, ...rest } = outcome;
  return {
    kind: 'request',
    method: KNOWN_METHODS.has(method) ? method : 'other',
    route,
    status: answer.status,
    ...rest,
    ...(rendered === undefined ? {} : { seriesIn: rendered.seriesIn, seriesOut: rendered.seriesOut }),
    ...(rendered?.quarantined && { quarantined: rendered.quarantined.families }),
    bytesOut,
    durationMs,
  };
}
