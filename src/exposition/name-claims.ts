// Whose names are whose: a family with samples claims every sample name that its type could give, used or not.
// A histogram that prints no count today prints one as soon as it is aggregated, and must meet nobody there.
// OpenMetrics 1.0 ("MetricFamily", names must not clash), held in text 0.0.4 as well.

import type { ExpositionFormat, Family } from './model.js';
import type { ExpositionReason } from './problem.js';
import { sampleNamesOf } from './roles.js';

/** The claims of the families of one exposition. */
export class NameClaims {
  readonly #format: ExpositionFormat;
  /** Which family each sample name is part of. */
  readonly #owners = new Map<string, string>();

  constructor(format: ExpositionFormat) {
    this.#format = format;
  }

  /** Claims the names of `family`; a reason when another family has one of them. */
  claimFamily(family: Pick<Family, 'name' | 'type'>): ExpositionReason | undefined {
    for (const name of sampleNamesOf(family, this.#format)) {
      if ((this.#owners.get(name) ?? family.name) !== family.name) {
        return 'sample name belongs to another family';
      }
      this.#owners.set(name, family.name);
    }
    return undefined;
  }
}
