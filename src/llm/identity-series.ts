// The counters of one tenant, user and key. Counters alone, without models: there are as many as there are users.

import { METRICS, TOKEN_TYPE_LABEL } from './conventions.js';
import type { MetricSet } from './metric-set.js';
import { linesOfSeries, type CounterSeries, type SeriesLabels } from './registered-metrics.js';

/** Lines of all series of an identity. */
export const LINES_OF_IDENTITY: number =
  linesOfSeries(METRICS.identityRequests) +
  2 * linesOfSeries(METRICS.identityTokens) +
  linesOfSeries(METRICS.identityCost);

/** The series of one identity. */
export interface IdentitySeries {
  readonly requests: CounterSeries;
  readonly inputTokens: CounterSeries;
  readonly outputTokens: CounterSeries;
  readonly cost: CounterSeries;
}

/** Makes the series of an identity, for which `LINES_OF_IDENTITY` must have been taken. */
export function createIdentitySeries(metrics: MetricSet, labels: SeriesLabels): IdentitySeries {
  const { identityRequests, identityTokens, identityCost } = metrics;
  return {
    requests: identityRequests.series(labels),
    inputTokens: identityTokens.series({ ...labels, [TOKEN_TYPE_LABEL]: 'input' }),
    outputTokens: identityTokens.series({ ...labels, [TOKEN_TYPE_LABEL]: 'output' }),
    cost: identityCost.series(labels),
  };
}
