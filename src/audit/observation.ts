// What an audit saw: answers, and what they contain. Plain data, from which every check works.

import type { ExpositionFormat } from '../exposition/model.js';
import type { TargetFailure } from '../targets/target.js';
import type { Reader } from './finding.js';
import type { Inventory } from './inventory.js';
import type { ReadExposition } from './read-exposition.js';
import type { DetectedSoftware } from './software.js';

/** Where it came from. */
export type AuditSource =
  | {
      readonly kind: 'url';
      /** Printable; without the values of a query. */
      readonly shown: string;
      readonly encrypted: boolean;
      readonly loopback: boolean;
    }
  | { readonly kind: 'file' | 'stdin'; readonly shown: string };

/** The answer to a whole fetch. */
export interface FetchObservation {
  readonly reader: Reader;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whether it is metrics. */
  readonly metrics: boolean;
  readonly bytes: number;
  readonly durationMs: number;
}

/** A method that answered with metrics. */
export interface MethodObservation {
  readonly method: string;
  readonly reader: Reader;
}

/** Another place that answered a stranger with metrics. */
export interface PlaceObservation {
  /** A path, or a port as text. */
  readonly place: string;
  /** Whether its metrics are those of the audited address. */
  readonly same: boolean;
}

/** What one reader can read. */
export interface Contents {
  readonly reader: Reader;
  readonly bytes: number;
  readonly read: ReadExposition;
  /** Absent where nothing could be read. */
  readonly inventory?: Inventory;
}

/** The same reader's second fetch beside the first. */
export interface Growth {
  readonly reader: Reader;
  readonly seconds: number;
  readonly before: number;
  readonly added: number;
  readonly removed: number;
}

/** All of it. */
export interface Observation {
  readonly source: AuditSource;
  readonly software: DetectedSoftware;
  /** Several workers write their metrics together. */
  readonly multiprocess: boolean;
  /** First the scraper's, where there is one. Empty for a file. */
  readonly fetches: readonly FetchObservation[];
  /** Why a fetch has no answer. */
  readonly failures: readonly { readonly reader: Reader; readonly failure: TargetFailure }[];
  readonly formats: readonly ExpositionFormat[];
  readonly compressed: boolean;
  readonly methods: readonly MethodObservation[];
  readonly paths: readonly PlaceObservation[];
  readonly ports: readonly PlaceObservation[];
  readonly contents: readonly Contents[];
  readonly growth?: Growth;
  /** What was not looked at, and why. Sentences. */
  readonly notes: readonly string[];
  readonly requests: number;
}
