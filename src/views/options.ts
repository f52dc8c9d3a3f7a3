// What an operator can say about a view: which series are in it, and what happens to each label.

/** What happens to the value of a label. */
export type LabelAction = 'keep' | 'pseudonymise' | 'drop' | 'mask' | 'email_domain' | 'truncate_ip';

/** How gauges that became equal are put together. */
export type GaugeFunction = 'sum' | 'min' | 'max' | 'avg';

/** The presets that come with Scrapegate. */
export type PresetName = 'generic' | 'litellm' | 'vllm' | 'librechat';

/** One rule: what happens to the labels whose normalised name fits `label`, in metrics that fit `metric`. */
export interface LabelRule {
  /** Glob on the label name (`*`, `?`), compared after normalisation: case, `-`/`_`, Unicode NFKC. */
  readonly label: string;
  /** Glob on the metric's name, with or without the suffixes of its samples. @default every metric */
  readonly metric?: string;
  readonly action: LabelAction;
}

/** A view of one target. */
export interface ViewOptions {
  readonly name: string;
  readonly target: string;
  /** @default 'generic' */
  readonly preset?: PresetName;
  /** Tenant scope: a series is in the view when each of these labels has one of these values, byte for byte. */
  readonly only?: Readonly<Record<string, readonly string[]>>;
  /** Globs on metrics without the scoped labels that are shown all the same. */
  readonly share?: readonly string[];
  /**
   * Whether a series without the scoped labels is in the view where it carries an identifier that was seen with the
   * tenant, and with nobody else. Needs `only`. @default false
   */
  readonly derive?: boolean;
  /** Labels with such identifiers: assigned by the target, never chosen by clients. @default those of the preset */
  readonly deriveFrom?: readonly string[];
  /** Globs on metric names. Without `keep` every metric is kept; `drop` wins. */
  readonly metrics?: { readonly keep?: readonly string[]; readonly drop?: readonly string[] };
  /** Rules that come before the preset's. */
  readonly labels?: readonly LabelRule[];
  /** Label names whose preset rule is lifted. Detectors still look at their values, but for `reveal`ed ones. */
  readonly reveal?: readonly string[];
  /** Functions for gauges, by glob on the metric name; before the preset's. */
  readonly gauges?: Readonly<Record<string, GaugeFunction>>;
  /** Views of one scope share pseudonyms; views of different scopes cannot be linked. @default 'default' */
  readonly pseudonymScope?: string;
  /** Series in the target's exposition beyond which the scrape fails. @default 2_000_000 */
  readonly maxSeries?: number;
  /**
   * Values of one label of one metric that keep their names, the first ones for as long as the view lives. Further ones
   * are shown as `__other__` and aggregated, or withheld where the metric cannot be aggregated. @default no limit
   */
  readonly maxValuesPerLabel?: number;
  /** How long the last value of a vanished counter is remembered. @default 86_400_000 (a day) */
  readonly seriesRetentionMs?: number;
}

/** The same with every default filled in, checked and frozen. */
export interface ResolvedViewOptions {
  readonly name: string;
  readonly target: string;
  readonly preset: PresetName;
  readonly only: Readonly<Record<string, readonly string[]>>;
  readonly share: readonly string[];
  /** Empty where nothing is derived. */
  readonly deriveFrom: readonly string[];
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  readonly labels: readonly LabelRule[];
  readonly reveal: readonly string[];
  readonly gauges: Readonly<Record<string, GaugeFunction>>;
  readonly pseudonymScope: string;
  readonly maxSeries: number;
  /** Absent without a limit. */
  readonly maxValuesPerLabel?: number;
  readonly seriesRetentionMs: number;
}
