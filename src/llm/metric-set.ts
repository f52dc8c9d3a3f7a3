// All metrics of one recorder, and their place in a registry.

import { METRICS, type CounterId, type HistogramId } from './conventions.js';
import type { MetricsRegistry } from './options.js';
import { CounterMetric, HistogramMetric } from './registered-metrics.js';

/** The metrics by what the code calls them. */
export type MetricSet = Readonly<Record<HistogramId, HistogramMetric> & Record<CounterId, CounterMetric>>;

/** Metrics that are in no registry yet. */
export function createMetricSet(): MetricSet {
  return {
    duration: new HistogramMetric(METRICS.duration),
    tokens: new HistogramMetric(METRICS.tokens),
    firstToken: new HistogramMetric(METRICS.firstToken),
    perToken: new HistogramMetric(METRICS.perToken),
    cachedTokens: new CounterMetric(METRICS.cachedTokens),
    reasoningTokens: new CounterMetric(METRICS.reasoningTokens),
    cacheHits: new CounterMetric(METRICS.cacheHits),
    cacheMisses: new CounterMetric(METRICS.cacheMisses),
    cost: new CounterMetric(METRICS.cost),
    identityRequests: new CounterMetric(METRICS.identityRequests),
    identityTokens: new CounterMetric(METRICS.identityTokens),
    identityCost: new CounterMetric(METRICS.identityCost),
    overflowedValues: new CounterMetric(METRICS.overflowedValues),
    refusedValues: new CounterMetric(METRICS.refusedValues),
    failures: new CounterMetric(METRICS.failures),
  };
}

/** Puts every metric into `register`, which has none of these names; what is returned takes them out again. */
export function registerAll(metrics: MetricSet, register: MetricsRegistry): () => void {
  for (const metric of Object.values(metrics)) register.registerMetric(metric);
  return () => {
    // By the names of the definitions: a registry may have changed those of the metrics.
    for (const { name } of Object.values(METRICS)) register.removeSingleMetric(name);
  };
}
