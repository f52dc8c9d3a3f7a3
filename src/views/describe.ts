// A view in plain sentences: what it shows, what it hides. For the demo, `check`, and the status page.

import type { LabelDecision } from './label-policy.js';
import type { LabelAction, PresetName, ResolvedViewOptions, ViewOptions } from './options.js';
import { PRESETS } from './presets.js';
import { resolveViewOptions } from './resolve-options.js';

const VERBS: Readonly<Record<LabelAction, string>> = {
  keep: 'kept',
  pseudonymise: 'replaced by pseudonyms',
  drop: 'dropped, their series added up',
  mask: 'masked',
  email_domain: 'cut to the e-mail domain',
  truncate_ip: 'cut to the network',
};

/** Lines of text without a trailing full stop. @throws {ScrapegateError} as `resolveViewOptions` does. */
export function describeView(options: ViewOptions): readonly string[] {
  const resolved = resolveViewOptions(options);
  return [
    ...scopeLines(resolved),
    ...ownRuleLines(resolved),
    ...presetLines(resolved),
    ...revealLines(resolved),
    ...capLines(resolved),
  ];
}

/** What an action does to a value: `replaced by pseudonyms`. */
export function describeAction(action: LabelAction): string {
  return VERBS[action];
}

/** Which rule decided about a label: `preset litellm: people (*user*)`. */
export function describeRule(
  { source, rule }: Pick<LabelDecision, 'source' | 'rule'>,
  preset: PresetName,
): string {
  const { label = '', metric, subject = '' } = rule ?? {};
  switch (source) {
    case 'view':
      return `own rule of the view: ${label}${metric === undefined ? '' : ` of ${metric}`}`;
    case 'reveal':
      return `reveal: ${label}`;
    case 'preset':
      return `preset ${preset}: ${subject} (${label})`;
    case 'default':
      return 'no rule names it';
  }
}

function scopeLines({ only, share, deriveFrom, keep, drop }: ResolvedViewOptions): string[] {
  const lines = Object.entries(only).map(
    ([label, values]) =>
      `only series whose ${label} is ${values.length === 1 ? 'one given value' : `one of ${values.length} values`}`,
  );
  if (share.length > 0) lines.push(`shared without a tenant: ${share.join(', ')}`);
  if (deriveFrom.length > 0)
    lines.push(`series without a tenant whose ${deriveFrom.join(' or ')} is known to be of this one alone`);
  if (keep.length > 0) lines.push(`only metrics ${keep.join(', ')}`);
  if (drop.length > 0) lines.push(`without metrics ${drop.join(', ')}`);
  return lines;
}

function ownRuleLines({ labels }: ResolvedViewOptions): string[] {
  return labels.map(({ label, metric, action }) => {
    const where = metric === undefined ? '' : ` of ${metric}`;
    return `${label}${where}: ${VERBS[action]}`;
  });
}

function presetLines({ preset }: ResolvedViewOptions): string[] {
  const subjects = new Map<LabelAction, string[]>();
  for (const { subject, action } of PRESETS[preset].groups) {
    subjects.set(action, [...(subjects.get(action) ?? []), subject]);
  }
  return [...subjects].map(([action, list]) => `${list.join('; ')}: ${VERBS[action]}`);
}

function revealLines({ reveal }: ResolvedViewOptions): string[] {
  const detectors =
    'e-mail addresses, IP addresses, tokens and API keys anywhere else: replaced by pseudonyms';
  return reveal.length === 0 ? [detectors] : [detectors, `readable on purpose: ${reveal.join(', ')}`];
}

function capLines({ maxValuesPerLabel }: ResolvedViewOptions): string[] {
  if (maxValuesPerLabel === undefined) return [];
  return [`more than ${maxValuesPerLabel} values of a label of one metric: shown together as __other__`];
}
