// What an action makes of a label's value. Total: a value that an action cannot read becomes a pseudonym,
// because whatever it is, it was meant to be hidden.

import { detect, type Detection } from './detectors.js';
import type { LabelDecision } from './label-policy.js';
import { truncateIp } from './truncate-ip.js';

/** What stands for a masked value. */
const MASKED = 'redacted';

/** What becomes of one label. `value` is absent where the label goes. */
export interface LabelOutcome {
  readonly value?: string;
  readonly effect: 'kept' | 'pseudonymised' | 'dropped' | 'detected';
  readonly detection?: Detection;
}

/** What a view knows about values: its pseudonyms, and what stands for nobody. */
export interface ValueRules {
  readonly pseudonymise: (value: string) => string;
  readonly isPlaceholder: (value: string) => boolean;
}

/** Applies a decision to a decoded value. */
export function applyDecision(
  { action, detect: detects }: LabelDecision,
  value: string,
  rules: ValueRules,
): LabelOutcome {
  if (action === 'drop') return { effect: 'dropped' };
  if (action === 'keep') {
    const detection = detects ? detect(value) : undefined;
    if (detection === undefined) return { value, effect: 'kept' };
    return { value: rules.pseudonymise(value), effect: 'detected', detection };
  }
  if (rules.isPlaceholder(value)) return { value, effect: 'kept' };
  switch (action) {
    case 'pseudonymise':
      return { value: rules.pseudonymise(value), effect: 'pseudonymised' };
    case 'mask':
      return { value: MASKED, effect: 'pseudonymised' };
    case 'email_domain':
      return { value: emailDomain(value) ?? rules.pseudonymise(value), effect: 'pseudonymised' };
    case 'truncate_ip':
      return { value: truncateIp(value) ?? rules.pseudonymise(value), effect: 'pseudonymised' };
  }
}

/** The domain of a value that is one plain e-mail address and nothing else. */
function emailDomain(value: string): string | undefined {
  const at = value.indexOf('@');
  const domain = value.slice(at + 1).toLowerCase();
  if (at < 1 || domain.length > 253 || !/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(domain)) return undefined;
  return detect(domain) === undefined ? domain : undefined;
}
