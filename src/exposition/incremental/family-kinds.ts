// What the families of a target are called and of which type, under a small number: under another type the same
// series would be checked and shown in another way.

import type { Family } from '../model.js';
import type { SampleRole } from '../roles.js';

/** A family's name and type. */
export type FamilyKind = Pick<Family, 'name' | 'type'>;

/** The kinds of a target. Append-only. */
export class FamilyKinds {
  readonly kinds: FamilyKind[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #roles: Map<number, SampleRole>[] = [];

  /** The number of a kind. */
  number({ name, type }: FamilyKind): number {
    const key = `${type} ${name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.kinds.length;
    this.kinds.push({ name, type });
    this.#roles.push(new Map());
    this.#numbers.set(key, number);
    return number;
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
