// The parts of an aggregated counter, histogram or summary by name: a bucket's bound as a number, or one of three words.

import { parseNumber } from '../exposition/number.js';

/** A counter's value. */
export const VALUE_COMPONENT = 'value';
/** A summary's count; a histogram's is its last bucket. */
export const COUNT_COMPONENT = 'count';
/** The one component that may fall without a reset: a sum of negative observations. */
export const SUM_COMPONENT = 'sum';
/** The bound of a histogram's last bucket. */
export const INFINITE_BOUND = '+Inf';

/** The components that an input has: buckets by their bound, then the rest. Sets with one key are equal. */
export interface ComponentSet {
  readonly key: string;
  readonly names: readonly string[];
  /** How many of them are buckets; they come first. */
  readonly buckets: number;
  /** The bound of each bucket. */
  readonly bounds: readonly number[];
  /** Where `SUM_COMPONENT` stands; -1 where it is missing. */
  readonly sum: number;
}

/** The set of these components, which must differ, in any order. */
export function componentSet(names: Iterable<string>): ComponentSet {
  // Bounds are read once: a histogram of a hundred thousand buckets is compared a million times.
  const components = Array.from(names, withBound).toSorted(compareBounded);
  const sorted = components.map(({ name }) => name);
  const bounds = components.map(({ bound }) => bound).filter((bound) => !Number.isNaN(bound));
  return {
    key: sorted.join(' '),
    names: sorted,
    buckets: bounds.length,
    bounds,
    sum: sorted.indexOf(SUM_COMPONENT),
  };
}

/** Whether two sets have the same components. */
export function areSameComponents(a: ComponentSet, b: ComponentSet): boolean {
  return a === b || a.key === b.key;
}

/** The bound that a component is named after; undefined for the three words. */
export function boundOf(component: string): number | undefined {
  return parseNumber(component);
}

/** Buckets by their bound, then the three words. Bounds are compared, not subtracted: one of them is infinite. */
export function compareComponents(a: string, b: string): number {
  return compareBounded(withBound(a), withBound(b));
}

interface BoundedComponent {
  readonly name: string;
  /** NaN for the three words. */
  readonly bound: number;
}

function withBound(name: string): BoundedComponent {
  return { name, bound: boundOf(name) ?? Number.NaN };
}

function compareBounded(a: BoundedComponent, b: BoundedComponent): number {
  if (a.bound < b.bound) return -1;
  if (a.bound > b.bound) return 1;
  if (a.bound === b.bound) return 0;
  const order = Number(Number.isNaN(a.bound)) - Number(Number.isNaN(b.bound));
  return order || (a.name < b.name ? -1 : Number(a.name > b.name));
}

/** The `le` that inputs with several spellings of one bound share: `1.0` before `1`, whichever input comes first, so that the output does not depend on their order. */
export function preferredText(known: string | undefined, text: string): string {
  if (known === undefined || text.length > known.length) return text;
  return text.length === known.length && text < known ? text : known;
}
