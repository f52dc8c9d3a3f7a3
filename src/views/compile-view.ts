// A view in the form in which it is applied: every rule compiled, every key derived. Immutable.

import { createHash } from 'node:crypto';
import { compileLabelPolicy, type LabelPolicy } from './label-policy.js';
import type { ValueRules } from './label-value.js';
import type { MembershipRules } from './membership.js';
import { compileGaugeFunctions, type GaugeFunctions } from './gauge-functions.js';
import type { MetricNames } from './metric-names.js';
import { compileMetricSelection, type MetricSelection } from './metric-selection.js';
import type { ResolvedViewOptions } from './options.js';
import { PRESETS } from './presets.js';
import { assertPseudonymKey, compilePseudonymiser, deriveKey } from './pseudonym.js';
import { compileTenantScope, scopedLabels, type TenantScope } from './tenant-scope.js';
import type { ValueCapOptions } from './value-caps.js';

/** A compiled view. */
export interface CompiledView {
  readonly options: ResolvedViewOptions;
  readonly scopeOf: TenantScope;
  /** Whether any series can be out of scope. */
  readonly isScoped: boolean;
  /** How series without a tenant are told to belong to the view; absent where they are withheld. */
  readonly membership?: MembershipRules;
  readonly selectionOf: (metric: MetricNames) => MetricSelection;
  readonly labelPolicy: LabelPolicy;
  readonly gaugeFunctions: GaugeFunctions;
  readonly values: ValueRules;
  /** How many values of a label keep their names; absent where all do. */
  readonly valueCaps?: ValueCapOptions;
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
  const isPlaceholder = (value: string): boolean => placeholders.has(value);
  const { deriveFrom: links, maxValuesPerLabel: max } = options;
  const { witnesses } = PRESETS[options.preset].membership;
  return {
    options,
    scopeOf: compileTenantScope(options),
    isScoped: Object.keys(options.only).length > 0,
    ...(links.length > 0 && {
      membership: {
        scoped: scopedLabels(options),
        links,
        witnesses: [...links, ...witnesses],
        isPlaceholder,
        hashKey: stateKey,
      },
    }),
    selectionOf: compileMetricSelection(options),
    labelPolicy: compileLabelPolicy(options),
    gaugeFunctions: compileGaugeFunctions(options),
    values: {
      pseudonymise: compilePseudonymiser(pseudonymKey, options.pseudonymScope),
      isPlaceholder,
    },
    ...(max !== undefined && { valueCaps: { max, hashKey: stateKey } }),
    stateKey,
    fingerprint: createHash('sha256').update(stateKey).update(JSON.stringify(options)).digest('base64url'),
  };
}
