// Which rule decides about a label: the view's own rules, then what it reveals, then its preset, first match wins;
// a label that no rule names is kept, and the detectors look at its values.

import { BoundedMap } from '../internal/bounded-map.js';
import { compileGlob } from './glob.js';
import { normaliseLabelName } from './label-name.js';
import type { MetricNames } from './metric-names.js';
import { compileMetricGlobs } from './metric-selection.js';
import type { LabelAction, LabelRule, ResolvedViewOptions } from './options.js';
import { compilePresetRules, type PresetRule } from './preset-rules.js';
import { PRESETS } from './presets.js';

/** What a rule says about one label of one metric. */
export interface LabelDecision {
  readonly action: LabelAction;
  /** Whether detectors look at a value that is kept; not where the operator revealed the label. */
  readonly detect: boolean;
  /** Where the rule stands, for people. */
  readonly source: 'view' | 'reveal' | 'preset' | 'default';
  /** The rule itself; absent where none names the label. */
  readonly rule?: LabelRuleOrigin;
}

/** A rule as it is written down. */
export interface LabelRuleOrigin {
  /** The glob, or the name in `reveal`. */
  readonly label: string;
  /** The glob on metric names, where the rule has one. */
  readonly metric?: string;
  /** What the group of the preset holds, in plain words. */
  readonly subject?: string;
}

/** Decides about the labels of one metric. */
export type MetricLabelPolicy = (label: string) => LabelDecision;

/** Makes the policy for each metric. */
export type LabelPolicy = (metric: MetricNames) => MetricLabelPolicy;

/** Label names whose preset rule is remembered; clients can make names up, and a name is short. */
const REMEMBERED_LABELS = 10_000;

const KEEP: LabelDecision = { action: 'keep', detect: true, source: 'default' };

/** Whether series that differ only in this label become equal, so that they have to be aggregated. */
export function isLossy(action: LabelAction): boolean {
  return action === 'drop' || action === 'mask' || action === 'email_domain' || action === 'truncate_ip';
}

/** Compiles the label policy of a view. */
export function compileLabelPolicy(options: ResolvedViewOptions): LabelPolicy {
  const own = options.labels.map(compileRule);
  const revealed = new Map(options.reveal.map((label) => [normaliseLabelName(label), revealDecision(label)]));
  const findRule = compilePresetRules(PRESETS[options.preset]);
  const remembered = new BoundedMap<string, PresetDecision>(REMEMBERED_LABELS);
  /** What the preset says of a label, which is the same for every metric. */
  const presetDecision = (label: string): PresetDecision => {
    const known = remembered.get(label);
    if (known !== undefined) return known;
    const normalised = normaliseLabelName(label);
    const decision = revealed.get(normalised) ?? decisionOfPreset(findRule(normalised));
    remembered.set(label, { normalised, decision });
    return { normalised, decision };
  };

  return (metric) => {
    const ownHere = own.filter((rule) => rule.fitsMetric(metric));
    return (label) => {
      const { normalised, decision } = presetDecision(label);
      return ownHere.find((rule) => rule.fitsLabel(normalised))?.decision ?? decision;
    };
  };
}

/** A label's name as rules see it, and what reveal and preset say of it. */
interface PresetDecision {
  readonly normalised: string;
  readonly decision: LabelDecision;
}

interface CompiledRule {
  readonly fitsLabel: (normalisedLabel: string) => boolean;
  readonly fitsMetric: (metric: MetricNames) => boolean;
  readonly decision: LabelDecision;
}

function compileRule({ label, metric, action }: LabelRule): CompiledRule {
  const rule = { label, ...(metric !== undefined && { metric }) };
  return {
    fitsLabel: compileGlob(normaliseLabelName(label)),
    fitsMetric: metric === undefined ? () => true : compileMetricGlobs([metric]),
    decision: { action, detect: true, source: 'view', rule },
  };
}

function decisionOfPreset(rule: PresetRule | undefined): LabelDecision {
  if (rule === undefined) return KEEP;
  const { subject, action } = rule.group;
  return { action, detect: true, source: 'preset', rule: { label: rule.label, subject } };
}

function revealDecision(label: string): LabelDecision {
  return { action: 'keep', detect: false, source: 'reveal', rule: { label } };
}
