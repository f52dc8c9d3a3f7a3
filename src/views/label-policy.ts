// Which rule decides about a label: the view's own rules, then what it reveals, then its preset, first match wins;
// a label that no rule names is kept, and the detectors look at its values.

import { BoundedMap } from '../internal/bounded-map.js';
import { compileGlob } from './glob.js';
import { normaliseLabelName } from './label-name.js';
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

/** Answers for each label of each metric. */
export type LabelPolicy = (label: string, metric: string) => LabelDecision;

/** Pairs of label and metric whose decision is remembered; strangers can make up names. */
const REMEMBERED_DECISIONS = 50_000;

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
  const remembered = new BoundedMap<string, LabelDecision>(REMEMBERED_DECISIONS);

  const decide = (label: string, metric: string): LabelDecision => {
    const normalised = normaliseLabelName(label);
    const ownRule = own.find((rule) => rule.fits(normalised, metric));
    if (ownRule !== undefined) return ownRule.decision;
    if (revealed.has(normalised)) return REVEAL;
    return preset.find((rule) => rule.fits(normalised, metric))?.decision ?? KEEP;
  };

  return (label, metric) => {
    // A line feed is in no metric name, so that no two pairs share a key.
    const key = `${metric}\n${label}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const decision = decide(label, metric);
    remembered.set(key, decision);
    return decision;
  };
}

interface CompiledRule {
  readonly fits: (normalisedLabel: string, metric: string) => boolean;
  readonly decision: LabelDecision;
}

function compileRule(rule: LabelRule, source: 'view' | 'preset'): CompiledRule {
  const fitsLabel = compileGlob(normaliseLabelName(rule.label));
  const fitsMetric = rule.metric === undefined ? (): boolean => true : compileGlob(rule.metric);
  return {
    fits: (label, metric) => fitsLabel(label) && fitsMetric(metric),
    decision: { action: rule.action, detect: true, source },
  };
}
