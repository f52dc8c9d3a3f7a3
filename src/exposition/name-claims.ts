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

  /** Claims the sample names of `family`; gives the other families that have one of them. */
  claimSamples(family: Pick<Family, 'name' | 'type'>): readonly string[] {
    const { name, type } = family;
    const escaped = escapeFamilyName(family, this.#format);
    const names = sampleNamesOf(family, this.#format);
    const claimed =
      escaped === name ? names : [...names, ...sampleNamesOf({ name: escaped, type }, this.#format)];
    return claimed.map((sample) => claim(this.#owners, sample, name)).filter((owner) => owner !== name);
  }

  /** The family that has claimed a sample name. */
  ownerOf(sampleName: string): string | undefined {
    return this.#owners.get(sampleName);
  }

  /** Claims the name of `family`, once its type is known; gives the family that has it, if it is another. */
  claimFamily(family: Pick<Family, 'name' | 'type'>): string | undefined {
    const owner = claim(this.#families, escapeFamilyName(family, this.#format), family.name);
    return owner === family.name ? undefined : owner;
  }

  /** Claims the names of `labels` for the whole exposition: a view can take away what tells two series apart. */
  claimLabels(labels: readonly Pick<Label, 'name'>[]): ExpositionReason | undefined {
    return labels.every(({ name }) => claim(this.#labels, escapeLabelName(name), name) === name)
      ? undefined
      : 'two names with one escaped form';
  }
}

/** Whose `key` is: `owner`'s, unless somebody came first. */
function claim(owners: Map<string, string>, key: string, owner: string): string {
  const known = owners.get(key);
  if (known === undefined) owners.set(key, owner);
  return known ?? owner;
}
