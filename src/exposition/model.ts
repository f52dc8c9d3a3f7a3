// The parsed form of an exposition: families of series with samples, everything decoded except numbers,
// which keep their text so that an untouched value leaves exactly as it came.

/** The text formats that are understood: Prometheus text 0.0.4 and 1.0.0, and OpenMetrics 1.0.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** Metric types of both formats; `untyped` is text 0.0.4, `unknown` and what follows it are OpenMetrics. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'summary'
  | 'untyped'
  | 'unknown'
  | 'info'
  | 'stateset'
  | 'gaugehistogram';

/** A label: its name and its value, both decoded. A name that came in quotes can hold any character. */
export interface Label {
  readonly name: string;
  readonly value: string;
}

/** An OpenMetrics exemplar; value and timestamp as they were written. */
export interface Exemplar {
  readonly labels: readonly Label[];
  readonly value: string;
  readonly timestamp?: string;
}

/** One sample line. `name` is the full, decoded sample name with its suffix (`_total`, `_bucket`, …). */
export interface Sample {
  readonly name: string;
  /** In the order in which they came; names are unique. */
  readonly labels: readonly Label[];
  /** The number as it was written; `parseNumber` reads it. */
  readonly value: string;
  /** As it was written: milliseconds in text 0.0.4, seconds in OpenMetrics. */
  readonly timestamp?: string;
  readonly exemplar?: Exemplar;
}

/** A metric family: its metadata and its samples, in the order in which they came. */
export interface Family {
  /** As in its `# TYPE` line: in OpenMetrics a counter's family name has no `_total`. */
  readonly name: string;
  readonly type: MetricType;
  /** Whether a `# TYPE` line said so; a family without one is `untyped` (text) or `unknown` (OpenMetrics). */
  readonly typed: boolean;
  /** Decoded. Absent when there was no `# HELP` line. */
  readonly help?: string;
  readonly unit?: string;
  readonly samples: readonly Sample[];
}

/** A whole exposition. */
export interface Exposition {
  readonly format: ExpositionFormat;
  readonly families: readonly Family[];
  /** What was left out, where that was asked for and something was. */
  readonly quarantined?: QuarantineReport;
}

/** The malformed families that were left out of an exposition. */
export interface QuarantineReport {
  /** How many. */
  readonly families: number;
  /** Samples that were read, those of the families that were left out among them. */
  readonly samplesRead: number;
  /** What was first wrong with them, in the order in which it was found; at most ten. */
  readonly problems: readonly ExpositionProblem[];
}

/** Why bytes are not an exposition. */
export interface ExpositionProblem {
  /** Line number, from 1; 0 when it concerns the whole. */
  readonly line: number;
  /** A fixed description; never text of the exposition itself, which may be personal data. */
  readonly reason: string;
}
