// Text 0.0.4 keeps creation times as gauges beside their counter, `x_created` beside `x_total` or `x`.

import type { ExpositionFormat, Family } from '../exposition/model.js';
import { COUNTING_TYPES } from './family-types.js';
import { TOTAL_SUFFIX } from './metric-names.js';

const CREATED_SUFFIX = '_created';

/** Tells of which family of an exposition another one holds the creation times; undefined where of none. */
export function creationTimesIn<F extends Pick<Family, 'name' | 'type'>>(
  format: ExpositionFormat,
  families: readonly F[],
): (family: Pick<Family, 'name' | 'type'>) => F | undefined {
  const counting = new Map(
    families.filter(({ type }) => COUNTING_TYPES.has(type)).map((family) => [family.name, family]),
  );
  return ({ name, type }) => {
    if (format !== 'text' || type !== 'gauge' || !name.endsWith(CREATED_SUFFIX)) return undefined;
    const base = name.slice(0, -CREATED_SUFFIX.length);
    return counting.get(base + TOTAL_SUFFIX) ?? counting.get(base);
  };
}
