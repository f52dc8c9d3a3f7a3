// Whose names are whose: a family with samples claims every sample name that its type could give, used or not.
// A histogram that prints no count today prints one as soon as it is aggregated, and must meet nobody there.
// Names are claimed as they are and as they are escaped, so that two never leave as one, whatever the reader knows.
// OpenMetrics 1.0 ("MetricFamily", names must not clash), held in text 0.0.4 as well.

import type { ExpositionFormat, Family, Label } from './model.js';
import { escapeFamilyName, escapeLabelName } from './names.js';
import type { ExpositionReason } from './problem.js';
import { sampleNamesOf } from './roles.js';

/** The claims of the families of one exposition. */
export class NameClaims {
  readonly #format: ExpositionFormat;
  /** Which family each sample name, escaped or not, is part of. */
  readonly #owners = new Map<string, string>();
  /** Family names by their escaped form. */
  readonly #families = new Map<string, string>();
  /** Label names by their escaped form. */
  readonly #labels = new Map<string, string>();

  constructor(format: ExpositionFormat) {
    this.#format = format;
  }

  /** Claims the sample names of `family`; a reason when another family has one of them. */
  claimSamples(family: Pick<Family, 'name' | 'type'>): ExpositionReason | undefined {
    const { name, type } = family;
    const escaped = escapeFamilyName(family, this.#format);
    const names = sampleNamesOf(family, this.#format);
    const claimed =
      escaped === name ? names : [...names, ...sampleNamesOf({ name: escaped, type }, this.#format)];
    return claimed.every((sample) => claim(this.#owners, sample, name))
      ? undefined
      : 'sample name belongs to another family';
  }

  /** Claims the name of `family`, once its type is known. */
  claimFamily(family: Pick<Family, 'name' | 'type'>): ExpositionReason | undefined {
    return claim(this.#families, escapeFamilyName(family, this.#format), family.name)
      ? undefined
      : 'two names with one escaped form';
  }

  /** Claims the names of `labels` for the whole exposition: a view can take away what tells two series apart. */
  claimLabels(labels: readonly Pick<Label, 'name'>[]): ExpositionReason | undefined {
    return labels.every(({ name }) => claim(this.#labels, escapeLabelName(name), name))
      ? undefined
      : 'two names with one escaped form';
  }
}

/** Whether `key` is, or now becomes, `owner`'s. */
function claim(owners: Map<string, string>, key: string, owner: string): boolean {
  const known = owners.get(key);
  if (known === undefined) owners.set(key, owner);
  return known === undefined || known === owner;
}
