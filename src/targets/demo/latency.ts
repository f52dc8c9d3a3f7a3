// The demo's latency histograms, with the exemplars that OpenMetrics shows on them. Pure.

import { createHash } from 'node:crypto';
import type { Exemplar, ExpositionFormat, Family } from '../../exposition/model.js';
import { byCallerAndModel, mergeStreams, type Active, type DemoMoment } from './activity.js';
import { histogram, type DemoObservations } from './families.js';
import { modelLabels } from './labels.js';
import { formatValue, type RequestCounts } from './motion.js';
import type { DemoTraffic } from './population.js';

/** A power of two, so that sums stay exact. */
const FIRST_TOKEN_SHARE = 1 / 8;

/** Latency of every answer; time to the first token of the streamed ones. */
export function latencyFamilies(
  active: readonly Active[],
  moment: DemoMoment,
  format: ExpositionFormat,
): Family[] {
  const merged = mergeStreams(active, byCallerAndModel);
  const observe = ({ traffic, counts }: Active, meanSeconds: number): DemoObservations => ({
    labels: { ...modelLabels(traffic), service_tier: '' },
    count: counts.succeeded,
    meanSeconds,
    exemplar: exemplarOf(traffic, counts, meanSeconds, moment),
  });
  return [
    histogram(
      'litellm_request_total_latency_metric',
      'Seconds from the request to the end of its answer.',
      merged.map((one) => observe(one, one.traffic.deployment.meanSeconds)),
      format,
    ),
    histogram(
      'litellm_llm_api_time_to_first_token_metric',
      'Seconds until the first token of a streamed answer.',
      merged
        .filter(({ traffic }) => traffic.streams)
        .map((one) => observe(one, one.traffic.deployment.meanSeconds * FIRST_TOKEN_SHARE)),
      format,
    ),
  ];
}

/** The request that a trace is kept of; OpenMetrics allows 128 characters in its labels. */
function exemplarOf(
  traffic: DemoTraffic,
  counts: RequestCounts,
  seconds: number,
  { startedAtMs, elapsedMs }: DemoMoment,
): Exemplar {
  const traceId = createHash('sha256')
    .update(`${traffic.key.hash} ${String(counts.all)}`)
    .digest('hex')
    .slice(0, 32);
  const user = traffic.user.email === 'None' ? traffic.user.id : traffic.user.email;
  return {
    labels: [
      { name: 'trace_id', value: traceId },
      { name: 'user', value: user },
    ],
    value: formatValue(seconds),
    timestamp: String(Math.floor((startedAtMs + elapsedMs) / 1000)),
  };
}
