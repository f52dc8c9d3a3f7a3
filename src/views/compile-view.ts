// A view in the form in which it is applied: every rule compiled, every key derived. Immutable.

import { createHash } from 'node:crypto';
import { compileLabelPolicy, type LabelPolicy } from './label-policy.js';
import type { ValueRules } from './label-value.js';
import { compileGaugeFunctions, type GaugeFunctions } from './gauge-functions.js';
import type { MetricNames } from './metric-names.js';
import { compileMetricSelection } from './metric-selection.js';
import type { ResolvedViewOptions } from './options.js';
import { PRESETS } from './presets.js';
import { assertPseudonymKey, compilePseudonymiser, deriveKey } from './pseudonym.js';
import { compileTenantScope, type TenantScope } from './tenant-scope.js';

/** A compiled view. */
export interface CompiledView {
  readonly options: ResolvedViewOptions;
  readonly isInScope: TenantScope;
  readonly isSelected: (metric: MetricNames) => boolean;
  readonly labelPolicy: LabelPolicy;
  readonly gaugeFunctions: GaugeFunctions;
  readonly values: ValueRules;
  /** Key for the hashes of series keys in the counter state. */
  readonly stateKey: Uint8Array;
  /** Equal for two views that put the same series together in the same way: their counters can be continued. */
  readonly fingerprint: string;
}

/**
 * Compiles a view under a pseudonym key of at least 32 bytes.
 * @throws {ScrapegateError} ERR_SCRAPEGATE_OPTIONS_INVALID when the key is shorter.
 */
export function compileView(options: ResolvedViewOptions, pseudonymKey: Uint8Array): CompiledView {
  assertPseudonymKey(pseudonymKey);
  const placeholders = new Set(PRESETS[options.preset].placeholders);
  const stateKey = deriveKey(pseudonymKey, `counter state ${options.name}`);
  return {
    options,
    isInScope: compileTenantScope(options),
    isSelected: compileMetricSelection(options),
    labelPolicy: compileLabelPolicy(options),
    gaugeFunctions: compileGaugeFunctions(options),
    values: {
      pseudonymise: compilePseudonymiser(pseudonymKey, options.pseudonymScope),
      isPlaceholder: (value) => placeholders.has(value),
    },
    stateKey,
    fingerprint: createHash('sha256').update(stateKey).update(JSON.stringify(options)).digest('base64url'),
  };
}
