// The two views of the benchmarks, as options of the library and as configuration of the program.

import type { LabelRule, ViewOptions } from '../../src/views/options.js';

/** Which view. */
export type ViewName = 'P2' | 'P3';

/** Everything that no rule names is kept; the detectors still look at its values, and find nothing in this workload. */
const KEEP_THE_REST: LabelRule = { label: '*', action: 'keep' };

/** P2: four labels become pseudonyms, every series stays. P3: three labels go, about ten series become one. */
export const VIEW_LABELS: Readonly<Record<ViewName, readonly LabelRule[]>> = {
  P2: [
    { label: 'user', action: 'pseudonymise' },
    { label: 'user_email', action: 'pseudonymise' },
    { label: 'client_ip', action: 'pseudonymise' },
    { label: 'api_key_alias', action: 'pseudonymise' },
    KEEP_THE_REST,
  ],
  P3: [
    { label: 'user', action: 'drop' },
    { label: 'user_email', action: 'drop' },
    { label: 'client_ip', action: 'drop' },
    KEEP_THE_REST,
  ],
};

/** The view as the library takes it. */
export function viewOptions(name: ViewName): ViewOptions {
  return { name, target: 'litellm', preset: 'litellm', labels: VIEW_LABELS[name] };
}
