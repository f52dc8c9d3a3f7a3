// Under which names rules know a metric: all that people write in queries and see in either format, so that a rule
// means the same whatever format a scraper asks for.

import type { ExpositionFormat, Family } from '../exposition/model.js';
import { LABEL_SEPARATOR } from '../exposition/series-key.js';

/** The names of one metric. */
export interface MetricNames {
  /** The same in both formats: with `_total` for a counter and `_info` for an info metric. */
  readonly canonical: string;
  /** Every name by which a rule may mean it; a metric is kept, dropped and ruled as a whole. */
  readonly all: readonly string[];
  /** The name under which its counters are remembered: no two families of an exposition have one key of a series in common. */
  readonly remembered: string;
}

/** What the samples of a counter end in, and in text 0.0.4 its family as well. */
export const TOTAL_SUFFIX = '_total';

/** The names of a family. */
export function metricNames(family: Pick<Family, 'name' | 'type'>, format: ExpositionFormat): MetricNames {
  const { canonical, all } = ruleNames(family, format);
  return { canonical, all, remembered: rememberedName(family, canonical, format) };
}

/**
 * Rules mean `x` and `x_total` by either name; whoever reads them has two metrics: text may have a counter of each name,
 * and both formats a counter that is `x_total` in its samples beside a histogram of that name.
 */
function rememberedName(
  { name, type }: Pick<Family, 'name' | 'type'>,
  canonical: string,
  format: ExpositionFormat,
): string {
  const hasSuffix = name.endsWith(TOTAL_SUFFIX);
  const isPlain = type === 'counter' ? hasSuffix || format === 'openmetrics' : !hasSuffix;
  // As the key of a series whose metric has no name, which is none.
  return isPlain ? canonical : ['', type, name].join(LABEL_SEPARATOR);
}

function ruleNames(
  { name, type }: Pick<Family, 'name' | 'type'>,
  format: ExpositionFormat,
): Omit<MetricNames, 'remembered'> {
  switch (type) {
    case 'counter': {
      // Text 0.0.4 has counters with and without the suffix; OpenMetrics takes it off the family and adds it again.
      const base =
        name.endsWith(TOTAL_SUFFIX) && format === 'text' ? name.slice(0, -TOTAL_SUFFIX.length) : name;
      return { canonical: base + TOTAL_SUFFIX, all: [base + TOTAL_SUFFIX, base] };
    }
    case 'histogram':
      return { canonical: name, all: [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] };
    case 'summary':
      return { canonical: name, all: [name, `${name}_sum`, `${name}_count`] };
    case 'gaugehistogram':
      return { canonical: name, all: [name, `${name}_bucket`, `${name}_gsum`, `${name}_gcount`] };
    case 'info':
      return { canonical: `${name}_info`, all: [`${name}_info`] };
    case 'gauge':
    case 'untyped':
    case 'unknown':
    case 'stateset':
      return { canonical: name, all: [name] };
  }
}
