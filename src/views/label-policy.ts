// Which rule decides about a label: the view's own rules, then what it reveals, then its preset, first match wins;
// a label that no rule names is kept, and the detectors look at its values.

import { BoundedMap } from '../internal/bounded-map.js';
import { compileGlob } from './glob.js';
import { normaliseLabelName } from './label-name.js';
import type { MetricNames } from './metric-names.js';
import { compileMetricGlobs } from './metric-selection.js';
import type { LabelAction, LabelRule, ResolvedViewOptions } from './options.js';
import { PRESETS } from './presets.js';

/** What a rule says about one label of one metric. */
export interface LabelDecision {
  readonly action: LabelAction;
  /** Whether detectors look at a value that is kept; not where the operator revealed the label. */
  readonly detect: boolean;
  /** Where the rule stands, for people. */
  readonly source: 'view' | 'reveal' | 'preset' | 'default';
}

/** Decides about the labels of one metric. */
export type MetricLabelPolicy = (label: string) => LabelDecision;

/** Makes the policy for each metric. */
export type LabelPolicy = (metric: MetricNames) => MetricLabelPolicy;

/** Label names whose preset rule is remembered; clients can make names up, and a name is short. */
const REMEMBERED_LABELS = 10_000;

const KEEP: LabelDecision = { action: 'keep', detect: true, source: 'default' };
const REVEAL: LabelDecision = { action: 'keep', detect: false, source: 'reveal' };

/** Whether series that differ only in this label become equal, so that they have to be aggregated. */
export function isLossy(action: LabelAction): boolean {
  return action === 'drop' || action === 'mask' || action === 'email_domain' || action === 'truncate_ip';
}

/** Compiles the label policy of a view. */
export function compileLabelPolicy(options: ResolvedViewOptions): LabelPolicy {
  const own = options.labels.map((rule) => compileRule(rule, 'view'));
  const revealed = new Set(options.reveal.map(normaliseLabelName));
  const preset = PRESETS[options.preset].groups.flatMap(({ action, labels }) =>
    labels.map((label) => compileRule({ label, action }, 'preset')),
  );
  const remembered = new BoundedMap<string, PresetDecision>(REMEMBERED_LABELS);
  /** What the preset says of a label, which is the same for every metric. */
  const presetDecision = (label: string): PresetDecision => {
    const known = remembered.get(label);
    if (known !== undefined) return known;
    const normalised = normaliseLabelName(label);
    const rule = preset.find((candidate) => candidate.fitsLabel(normalised));
    const decision = revealed.has(normalised) ? REVEAL : (rule?.decision ?? KEEP);
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

function compileRule(rule: LabelRule, source: 'view' | 'preset'): CompiledRule {
  return {
    fitsLabel: compileGlob(normaliseLabelName(rule.label)),
    fitsMetric: rule.metric === undefined ? () => true : compileMetricGlobs([rule.metric]),
    decision: { action: rule.action, detect: true, source },
  };
}
