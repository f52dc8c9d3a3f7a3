// To which tenant a series belongs that names none, such as the budget of a key: learned from the series that carry
// both a link label (an identifier that the target assigns) and the scoped label. Fails closed: whatever was seen on
// both sides of the scope, is not known or disagrees is no member, and what was learned is never taken back.
// Link values are kept as keyed hashes. What a scrape teaches counts at once, and stays once the scrape is whole.

import type { Label } from '../exposition/model.js';
import type { CounterReading } from './counter-reading.js';
import { createKeyedHash } from './keyed-hash.js';
import type { ScopedLabel } from './tenant-scope.js';

/** Link values remembered; beyond them nothing more is learned, and a link that is not known withholds its series. */
export const MAX_LINK_VALUES = 200_000;

/** How membership is learned. */
export interface MembershipRules {
  /** At least one. */
  readonly scoped: readonly ScopedLabel[];
  /** Labels whose values the target assigns, none of them scoped. */
  readonly links: readonly string[];
  /** Labels that have a value only where the target knows whom a link value belongs to. */
  readonly witnesses: readonly string[];
  /** Whether a value stands for nobody. */
  readonly isPlaceholder: (value: string) => boolean;
  /** Key for the hashes of link values. */
  readonly hashKey: Uint8Array;
  /** @default 200_000 link values */
  readonly maxLinkValues?: number;
}

/** What is said of a series: `ambiguous` where its links were seen on both sides or disagree. */
export type MembershipVerdict = 'member' | 'stranger' | 'ambiguous' | 'unknown';

/** What was learned, as it is kept in a file: hashes of link values by the side on which they were seen. */
export interface LearnedMembership {
  readonly inside: readonly string[];
  readonly outside: readonly string[];
  readonly both: readonly string[];
}

/** The membership of one view. Labels are those of the target, decoded. */
export interface Membership {
  /** Changes whenever any verdict may have changed. */
  readonly version: number;
  /** Learns from a series of any metric. All of a scrape come before the first verdict; once a series is enough. */
  learn(labels: readonly Label[]): void;
  /** For a series that lacks a scoped label. */
  judge(labels: readonly Label[]): MembershipVerdict;
  /** The scrape is whole: what it taught stays. */
  commit(): void;
  /** The scrape was refused: it taught nothing, and its series have to be learned from anew. */
  rollback(): void;
  /** What was committed, as JSON values without personal data. */
  snapshot(): LearnedMembership;
  /** The same, read while more is learned: an identifier that changes sides meanwhile may be on both lists. */
  read(): Required<CounterReading>['memberships'];
}

const INSIDE = 1;
const OUTSIDE = 2;
const BOTH = INSIDE | OUTSIDE;

/** Creates the membership of a view, empty or from a snapshot that was made under the same rules. */
export function createMembership(rules: MembershipRules, snapshot?: LearnedMembership): Membership {
  const { scoped, links, isPlaceholder, maxLinkValues = MAX_LINK_VALUES } = rules;
  const hash = createKeyedHash(rules.hashKey);
  const learned = restore(snapshot);
  /** Sides of link values that this scrape changed. */
  const staged = new Map<string, number>();
  let stagedNew = 0;
  let version = 0;

  const isFull = (): boolean => learned.size + stagedNew >= maxLinkValues;
  const sidesOf = (id: string): number => staged.get(id) ?? learned.get(id) ?? 0;
  const isReal = (value: string | undefined): value is string =>
    value !== undefined && value !== '' && !isPlaceholder(value);
  const idOf = (link: string, value: string, scopedLabel: string): string =>
    hash('link', scopedLabel, link, value);

  const see = (id: string, side: number): void => {
    const before = sidesOf(id);
    const after = before | side;
    if (after === before || (before === 0 && isFull())) return;
    if (before === 0) stagedNew += 1;
    staged.set(id, after);
    version += 1;
  };

  /** The side that a series shows a link value on; undefined where it says nothing about it. */
  const sideOf = (
    { label, allowed }: ScopedLabel,
    link: string,
    values: ReadonlyMap<string, string>,
  ): number | undefined => {
    const tenant = values.get(label);
    if (tenant === undefined) return undefined;
    if (isReal(tenant)) return allowed.has(tenant) ? INSIDE : OUTSIDE;
    // Without a tenant: a fact where the target knows the owner. Alone it is what a refused request leaves behind, and
    // a stranger can send any key.
    const isOwnerKnown = rules.witnesses.some((name) => name !== link && isReal(values.get(name)));
    return isOwnerKnown ? OUTSIDE : undefined;
  };

  /** What the links of a series say about one scoped label that it lacks. */
  const judgeLinks = (label: string, values: ReadonlyMap<string, string>): MembershipVerdict => {
    let sides = 0;
    for (const link of links) {
      const value = values.get(link);
      if (!isReal(value)) continue;
      const own = sidesOf(idOf(link, value, label));
      // Nobody knows what would have been learned of it.
      if (own === 0 && isFull()) return 'unknown';
      sides |= own;
    }
    if (sides === BOTH) return 'ambiguous';
    if (sides === OUTSIDE) return 'stranger';
    return sides === INSIDE ? 'member' : 'unknown';
  };

  return {
    get version() {
      return version;
    },
    learn(labels) {
      const values = valuesOf(labels);
      for (const scope of scoped) {
        for (const link of links) {
          const value = values.get(link);
          if (!isReal(value)) continue;
          const side = sideOf(scope, link, values);
          if (side !== undefined) see(idOf(link, value, scope.label), side);
        }
      }
    },
    judge(labels) {
      const values = valuesOf(labels);
      let verdict: MembershipVerdict = 'member';
      for (const { label, allowed } of scoped) {
        const tenant = values.get(label);
        // A tenant that is named, be it nobody, is never overruled.
        if (tenant !== undefined && !allowed.has(tenant)) return 'stranger';
        if (tenant !== undefined) continue;
        const own = judgeLinks(label, values);
        if (own === 'stranger') return own;
        if (verdict === 'member' || own === 'ambiguous') verdict = own;
      }
      return verdict;
    },
    commit() {
      for (const [id, sides] of staged) learned.set(id, sides);
      staged.clear();
      stagedNew = 0;
    },
    rollback() {
      if (staged.size > 0) version += 1;
      staged.clear();
      stagedNew = 0;
    },
    snapshot: () => ({
      inside: [...idsOn(learned, INSIDE)],
      outside: [...idsOn(learned, OUTSIDE)],
      both: [...idsOn(learned, BOTH)],
    }),
    // In this order: sides are only ever added, so that none is missed on the way from one of them to both.
    read: () => ({
      inside: idsOn(learned, INSIDE),
      outside: idsOn(learned, OUTSIDE),
      both: idsOn(learned, BOTH),
    }),
  };
}

function valuesOf(labels: readonly Label[]): ReadonlyMap<string, string> {
  return new Map(labels.map(({ name, value }) => [name, value]));
}

function restore(snapshot: LearnedMembership | undefined): Map<string, number> {
  const { inside = [], outside = [], both = [] } = snapshot ?? {};
  const learned = new Map<string, number>();
  for (const [ids, sides] of [
    [inside, INSIDE],
    [outside, OUTSIDE],
    [both, BOTH],
  ] as const) {
    for (const id of ids) learned.set(id, (learned.get(id) ?? 0) | sides);
  }
  return learned;
}

function* idsOn(learned: ReadonlyMap<string, number>, side: number): Generator<string, void> {
  for (const [id, sides] of learned) if (sides === side) yield id;
}
