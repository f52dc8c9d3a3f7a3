// Builds families in either format: LiteLLM's names and layout, values from motion.ts. Pure.
// In text a counter's family carries `_total`, in OpenMetrics only its samples do; exemplars exist in OpenMetrics alone.

import type { Exemplar, ExpositionFormat, Family, Sample } from '../../exposition/model.js';
import { toLabels, type LabelValues } from './labels.js';
import { formatValue, observedWithin } from './motion.js';

/** LiteLLM's latency buckets, in seconds. */
const BUCKETS: readonly number[] = [
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2,
  5,
  10,
  30,
  60,
  120,
  300,
  420,
  600,
  Infinity,
];

/** One series of a counter or gauge. */
export interface DemoSeries {
  readonly labels: LabelValues;
  readonly value: number;
}

/** One label set of a histogram. */
export interface DemoObservations {
  readonly labels: LabelValues;
  readonly count: number;
  readonly meanSeconds: number;
  /** Shown on the bucket of the mean. */
  readonly exemplar?: Exemplar;
}

/** A counter; `name` without `_total`. */
export function counter(
  name: string,
  help: string,
  series: readonly DemoSeries[],
  format: ExpositionFormat,
): Family {
  const sampleName = `${name}_total`;
  return {
    name: format === 'text' ? sampleName : name,
    type: 'counter',
    typed: true,
    help,
    samples: series.map((one) => sample(sampleName, one.labels, one.value)),
  };
}

/** A gauge. */
export function gauge(name: string, help: string, series: readonly DemoSeries[]): Family {
  return {
    name,
    type: 'gauge',
    typed: true,
    help,
    samples: series.map((one) => sample(name, one.labels, one.value)),
  };
}

/** A histogram with 18 cumulative buckets. */
export function histogram(
  name: string,
  help: string,
  observed: readonly DemoObservations[],
  format: ExpositionFormat,
): Family {
  return {
    name,
    type: 'histogram',
    typed: true,
    help,
    samples: observed.flatMap((one) => histogramSamples(name, one, format)),
  };
}

function histogramSamples(name: string, observed: DemoObservations, format: ExpositionFormat): Sample[] {
  const { labels, count, meanSeconds, exemplar } = observed;
  const meanBucket = BUCKETS.find((le) => le >= meanSeconds);
  const buckets = BUCKETS.map((le): Sample => {
    const bucket = sample(
      `${name}_bucket`,
      { ...labels, le: formatValue(le) },
      observedWithin(count, meanSeconds, le),
    );
    return format === 'openmetrics' && exemplar !== undefined && le === meanBucket
      ? { ...bucket, exemplar }
      : bucket;
  });
  return [
    ...buckets,
    sample(`${name}_count`, labels, count),
    sample(`${name}_sum`, labels, count * meanSeconds),
  ];
}

function sample(name: string, labels: LabelValues, value: number): Sample {
  return { name, labels: toLabels(labels), value: formatValue(value) };
}
