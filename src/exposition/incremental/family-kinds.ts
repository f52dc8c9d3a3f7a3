// What the families of a target are called and of which type, under a small number: under another type the same
// series would be checked and shown in another way.

import type { ExpositionFormat, Family, MetricType } from '../model.js';
import { type ClaimedNames, claimedNames } from '../name-claims.js';
import type { SampleRole } from '../roles.js';

/** A family's name and type. */
export type FamilyKind = Pick<Family, 'name' | 'type'>;

/** The kinds of a target. Append-only. */
export class FamilyKinds {
  readonly kinds: FamilyKind[] = [];
  /** By type, and then by name: a text that is put together has to be hashed each time. */
  readonly #numbers = new Map<MetricType, Map<string, number>>();
  readonly #roles: Map<number, SampleRole>[] = [];
  readonly #claimed: (ClaimedNames | undefined)[] = [];
  #claimedLetters = 0;

  /** The number of a kind. */
  number({ name, type }: FamilyKind): number {
    let numbers = this.#numbers.get(type);
    if (numbers === undefined) {
      numbers = new Map<string, number>();
      this.#numbers.set(type, numbers);
    }
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const number = this.kinds.length;
    this.kinds.push({ name, type });
    this.#roles.push(new Map());
    numbers.set(name, number);
    return number;
  }

  /** The names that a family of this kind claims. All kinds are of one format. */
  claimedNames(kind: FamilyKind, format: ExpositionFormat): ClaimedNames {
    const number = this.number(kind);
    const known = this.#claimed[number];
    if (known !== undefined) return known;
    const claimed = claimedNames(kind, format);
    // Names that are escaped are seldom, and several times as long as what a target sends: they are not remembered.
    if (claimed.escaped !== kind.name) return claimed;
    this.#claimed[number] = claimed;
    for (const { length } of claimed.samples) this.#claimedLetters += length;
    return claimed;
  }

  /** Letters of the names that are remembered. */
  get claimedLetters(): number {
    return this.#claimedLetters;
  }

  /** The role that a sample name, by its number, was found to have in a kind. */
  role(kind: number, name: number): SampleRole | undefined {
    return this.#roles[kind]?.get(name);
  }

  /** Remembers that role. */
  setRole(kind: number, name: number, role: SampleRole): void {
    this.#roles[kind]?.set(name, role);
  }
}
