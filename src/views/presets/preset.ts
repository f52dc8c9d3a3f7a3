// What a preset is: what is known about one kind of software, so that an operator need not write it down.

import type { GaugeFunction, LabelAction } from '../options.js';

/** What the labels of a group have in common, for programs. */
export type PresetGroupKind =
  'technical' | 'client' | 'person' | 'session' | 'key' | 'organisation' | 'client_metadata';

/** Labels of one kind, and what happens to them. */
export interface PresetGroup {
  readonly kind: PresetGroupKind;
  /** What the labels hold, in plain words: the subject of a sentence about the view. */
  readonly subject: string;
  readonly action: LabelAction;
  /** Globs on normalised label names. */
  readonly labels: readonly string[];
}

/** Names of labels, exactly as the target writes them. */
export interface PresetMembership {
  /** Identifiers that the software assigns: no client and no person can choose one. */
  readonly links: readonly string[];
  /** Labels that have a value only where the software knows the owner of what a link names. */
  readonly witnesses: readonly string[];
}

/** Rules for labels and gauges, the first that fits wins. */
export interface Preset {
  readonly groups: readonly PresetGroup[];
  /** Glob on the metric name → how its gauges are put together when they become equal. */
  readonly gauges: readonly (readonly [metric: string, gaugeFunction: GaugeFunction])[];
  /** Values that stand for "nobody": they stay readable where a pseudonym would stand. */
  readonly placeholders: readonly string[];
  /** From what a series without a tenant is told to belong to one, where a view asks for it. */
  readonly membership: PresetMembership;
}
