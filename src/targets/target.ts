// What a target is: something that answers with one whole exposition, or with the reason why not.
// Nothing of the scraper's request reaches it but the wanted format.

import type { ExpositionFormat } from '../exposition/model.js';
import type { Result } from '../internal/result.js';

/** Why a target gave no exposition. The wire knows only 502 and 504; the rest is for the log and counters. */
export type TargetReason =
  | 'unreachable'
  | 'timeout'
  | 'tls_failed'
  | 'response_malformed'
  | 'redirected'
  | 'status_not_200'
  | 'content_type_unknown'
  | 'content_encoding_unknown'
  | 'body_cut_off'
  | 'body_too_large'
  | 'inflated_too_large'
  | 'inflate_failed'
  | 'source_failed'
  | 'closed';

/** A whole answer of a target, not yet parsed. */
export interface FetchedExposition {
  readonly format: ExpositionFormat;
  /** Whether its Content-Type allows names beyond the classic alphabet, in quotes. */
  readonly quotedNames: boolean;
  /** Inflated, complete. Shared by all who wait for the same fetch: never changed. */
  readonly body: Uint8Array;
  /** Bytes on the wire, before inflating. */
  readonly receivedBytes: number;
  readonly durationMs: number;
}

/** A failed fetch. `detail` is for the log: a status code or an error code, never text that the target chose. */
export interface TargetFailure {
  readonly reason: TargetReason;
  readonly detail?: string;
}

/** A source of metrics. */
export interface Target {
  readonly name: string;
  /** Fetches one whole exposition, in the wanted format where the target offers it. Never throws. */
  fetch(wanted: ExpositionFormat): Promise<Result<FetchedExposition, TargetFailure>>;
  /** Gives up what is under way and releases connections. */
  close(): Promise<void>;
}
