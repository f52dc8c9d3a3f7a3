// What Prometheus should find in the metrics of a CounterWorld, had no series ever been lost: reckoned from what was
// really counted, apart from the gate and from Prometheus.

import { BOUNDS, type Truth } from './counter-world.js';

/** Everything counted at one time, by model. */
export type WorldTruth = ReadonlyMap<string, Truth>;

/** The metrics that aggregate, without `world_`. */
export const WORLD_METRICS = [
  'requests_total',
  'latency_seconds_bucket',
  'latency_seconds_count',
  'latency_seconds_sum',
] as const;

/** One of them. */
export type WorldMetric = (typeof WORLD_METRICS)[number];

type Labels = Readonly<Record<string, string>>;

/** How much a metric grew between two times, for the model and the bucket that the labels name. */
export function grown(metric: WorldMetric, labels: Labels, from: WorldTruth, to: WorldTruth): number {
  return counted(metric, labels, to) - counted(metric, labels, from);
}

function counted(metric: WorldMetric, labels: Labels, at: WorldTruth): number {
  const truth = at.get(labels['requested_model'] ?? '');
  if (truth === undefined) return Number.NaN;
  if (metric === 'latency_seconds_sum') return truth.requests / 4;
  if (metric !== 'latency_seconds_bucket') return truth.requests;
  const index = BOUNDS.indexOf(labels['le'] ?? '');
  return truth.buckets[index === -1 ? BOUNDS.length : index] ?? Number.NaN;
}

/**
 * The quantile of what one model took between two times, by Prometheus' documented rule: linear within a bucket, the
 * first begins at 0, and what lies beyond the last bound counts as that bound.
 */
export function quantileBetween(quantile: number, model: string, from: WorldTruth, to: WorldTruth): number {
  const bounds = [...BOUNDS, '+Inf'];
  const counts = bounds.map((le) =>
    grown('latency_seconds_bucket', { requested_model: model, le }, from, to),
  );
  const rank = quantile * (counts.at(-1) ?? Number.NaN);
  const index = counts.findIndex((count) => count >= rank);
  if (index === -1) return Number.NaN;
  if (index >= BOUNDS.length) return Number(BOUNDS.at(-1));
  const lower = index === 0 ? 0 : Number(BOUNDS[index - 1]);
  const below = index === 0 ? 0 : (counts[index - 1] ?? 0);
  const inside = (counts[index] ?? 0) - below;
  return lower + (Number(BOUNDS[index]) - lower) * ((rank - below) / inside);
}
