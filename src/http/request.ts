// The one canonical form of a request: what cannot be read in exactly one way is refused before anything looks at it.
// No decoding, no normalising: a path is canonical as it stands, or it names nothing. RFC 9112 section 3.

import type { GuardRequest } from '../guard/decision.js';
import { HeaderLines } from '../internal/header-lines.js';
import { fail, ok, type Result } from '../internal/result.js';

/** A request as an HTTP server hands it over. */
export interface RawRequest {
  readonly method: string;
  /** The request target as it stood on the request line. */
  readonly target: string;
  /** Name, value, name, value, … */
  readonly rawHeaders: readonly string[];
  readonly peerAddress: string | undefined;
  /** The client that a PROXY header of the connection named. */
  readonly proxiedAddress?: string;
  /** What the client showed in its TLS handshake. Never what a header says of it (T7). */
  readonly certificate?: NonNullable<GuardRequest['certificate']>;
}

/** A request that can be read in one way only. */
export interface CanonicalRequest {
  readonly method: string;
  /** Undefined when the path is not canonical: it names nothing, and is answered so after authentication. */
  readonly path: string | undefined;
  /** Never selects a tenant, a view or a credential. */
  readonly query: string;
  readonly headers: HeaderLines;
  readonly peerAddress: string | undefined;
  /** The client that a PROXY header of the connection named. */
  readonly proxiedAddress?: string;
  /** What the client showed in its TLS handshake. */
  readonly certificate?: NonNullable<GuardRequest['certificate']>;
}

/** Why a request is refused unread. */
export type RequestReason = 'request_malformed' | 'body_unexpected' | 'headers_too_many';

/** Why bytes never became a request; the server that reads them answers itself. */
export type UnreadableReason = 'request_malformed' | 'headers_too_large' | 'request_late';

/** More than any scraper or proxy chain sends; the size of all headers is bounded by the server. */
const MAX_HEADER_LINES = 100;
/** Segments of unreserved characters (RFC 3986 section 2.3), none of them empty or beginning with a dot. */
const CANONICAL_PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;
/** Origin form (RFC 9112 section 3.2.1): printable ASCII from a slash on, no fragment, no backslash. */
const ORIGIN_FORM = /^\/[\x21\x22\x24-\x5b\x5d-\x7e]*$/;

/** Reads a request. */
export function parseRequest(raw: RawRequest): Result<CanonicalRequest, RequestReason> {
  if (raw.rawHeaders.length > MAX_HEADER_LINES * 2) return fail('headers_too_many');
  if (!ORIGIN_FORM.test(raw.target)) return fail('request_malformed');
  const headers = HeaderLines.fromRaw(raw.rawHeaders);
  // Node takes the first of several; whoever stood in front may have taken the last (RFC 9112 section 3.2).
  if (headers.all('host').length > 1) return fail('request_malformed');
  if (hasBody(headers) && (raw.method === 'GET' || raw.method === 'HEAD')) return fail('body_unexpected');
  const queryAt = raw.target.indexOf('?');
  const path = queryAt === -1 ? raw.target : raw.target.slice(0, queryAt);
  return ok({
    method: raw.method,
    path: isCanonicalPath(path) ? path : undefined,
    query: queryAt === -1 ? '' : raw.target.slice(queryAt + 1),
    headers,
    peerAddress: raw.peerAddress,
    ...(raw.proxiedAddress !== undefined && { proxiedAddress: raw.proxiedAddress }),
    ...(raw.certificate !== undefined && { certificate: raw.certificate }),
  });
}

/** Whether a path can be read in one way only, as it stands. */
export function isCanonicalPath(path: string): boolean {
  return CANONICAL_PATH.test(path);
}

function hasBody(headers: HeaderLines): boolean {
  return (
    headers.all('transfer-encoding').length > 0 ||
    headers.all('content-length').some((length) => length.trim() !== '0')
  );
}
