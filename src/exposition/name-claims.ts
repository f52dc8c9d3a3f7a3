// Whose names are whose: a family with samples claims every sample name that its type could give, used or not.
// A histogram that prints no count today prints one as soon as it is aggregated, and must meet nobody there.
// Names are claimed as they are and as they are escaped, so that two never leave as one, whatever the reader knows.
// OpenMetrics 1.0 ("MetricFamily", names must not clash), held in text 0.0.4 as well.

import type { ExpositionFormat, Family, Label } from './model.js';
import { escapeFamilyName, escapeLabelName } from './names.js';
import type { ExpositionReason } from './problem.js';
import { sampleNamesOf } from './roles.js';

/** What a family claims. */
export interface ClaimedNames {
  /** All sample names that its type could give, escaped ones as well. */
  readonly samples: readonly string[];
  /** Its own name, escaped. */
  readonly escaped: string;
}

/** Gives what `claimedNames` gives: whoever reads the same families again remembers it. */
export type NamesOf = (family: Pick<Family, 'name' | 'type'>) => ClaimedNames;

/** What a family of this name and type claims. */
export function claimedNames(family: Pick<Family, 'name' | 'type'>, format: ExpositionFormat): ClaimedNames {
  const { name, type } = family;
  const escaped = escapeFamilyName(family, format);
  const samples = sampleNamesOf(family, format);
  return {
    samples: escaped === name ? samples : [...samples, ...sampleNamesOf({ name: escaped, type }, format)],
    escaped,
  };
}

/** The claims of the families of one exposition. */
export class NameClaims {
  readonly #namesOf: NamesOf;
  /** Which family each sample name, escaped or not, is part of. */
  readonly #owners = new Map<string, string>();
  /** Family names by their escaped form. */
  readonly #families = new Map<string, string>();
  /** Label names by their escaped form. */
  readonly #labels = new Map<string, string>();

  constructor(namesOf: NamesOf) {
    this.#namesOf = namesOf;
  }

  /** Claims the sample names of `family`; gives the other families that have one of them. */
  claimSamples(family: Pick<Family, 'name' | 'type'>): readonly string[] {
    const rivals: string[] = [];
    for (const sample of this.#namesOf(family).samples) {
      const owner = claim(this.#owners, sample, family.name);
      if (owner !== family.name) rivals.push(owner);
    }
    return rivals;
  }

  /** The family that has claimed a sample name. */
  ownerOf(sampleName: string): string | undefined {
    return this.#owners.get(sampleName);
  }

  /** Claims the name of `family`, once its type is known; gives the family that has it, if it is another. */
  claimFamily(family: Pick<Family, 'name' | 'type'>): string | undefined {
    const owner = claim(this.#families, this.#namesOf(family).escaped, family.name);
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
