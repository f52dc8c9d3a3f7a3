// Which part of its family a sample is, told by its name and the family's type.
// Pure. Prometheus text 0.0.4 ("Histograms and summaries") and OpenMetrics 1.0 ("Metric types", suffixes).

import type { ExpositionFormat, Family, MetricType } from './model.js';

/** `value` is the sample itself: a gauge, a counter's total, an info or a state. */
export type SampleRole = 'value' | 'bucket' | 'sum' | 'count' | 'quantile' | 'created';

type Suffixes = Readonly<Record<string, SampleRole>>;

const PLAIN: Suffixes = { '': 'value' };

const TEXT_SUFFIXES: Readonly<Record<MetricType, Suffixes>> = {
  counter: PLAIN,
  gauge: PLAIN,
  untyped: PLAIN,
  histogram: { _bucket: 'bucket', _sum: 'sum', _count: 'count' },
  summary: { '': 'quantile', _sum: 'sum', _count: 'count' },
  unknown: {},
  info: {},
  stateset: {},
  gaugehistogram: {},
};

const OPENMETRICS_SUFFIXES: Readonly<Record<MetricType, Suffixes>> = {
  counter: { _total: 'value', _created: 'created' },
  gauge: PLAIN,
  unknown: PLAIN,
  stateset: PLAIN,
  info: { _info: 'value' },
  histogram: { _bucket: 'bucket', _sum: 'sum', _count: 'count', _created: 'created' },
  gaugehistogram: { _bucket: 'bucket', _gsum: 'sum', _gcount: 'count' },
  summary: { '': 'quantile', _sum: 'sum', _count: 'count', _created: 'created' },
  untyped: {},
};

const SUFFIXES: Readonly<Record<ExpositionFormat, Readonly<Record<MetricType, Suffixes>>>> = {
  text: TEXT_SUFFIXES,
  openmetrics: OPENMETRICS_SUFFIXES,
};

/** Every suffix that some type gives to its samples. */
const SAMPLE_SUFFIXES = [
  '_bucket',
  '_sum',
  '_count',
  '_total',
  '_created',
  '_info',
  '_gsum',
  '_gcount',
] as const;

/** The role of the sample called `sampleName` in `family`; undefined when it does not belong to it. */
export function sampleRole(
  family: Pick<Family, 'name' | 'type'>,
  sampleName: string,
  format: ExpositionFormat,
): SampleRole | undefined {
  if (!sampleName.startsWith(family.name)) return undefined;
  const suffix = sampleName.slice(family.name.length);
  const suffixes = SUFFIXES[format][family.type];
  return Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
}

/** Every name that a sample of `family` could have, whether or not it has such a sample now. */
export function sampleNamesOf(
  { name, type }: Pick<Family, 'name' | 'type'>,
  format: ExpositionFormat,
): readonly string[] {
  return Object.keys(SUFFIXES[format][type]).map((suffix) => name + suffix);
}

/** The names of the families that a sample called `sampleName` could be part of, by its suffix. */
export function familyNamesOf(sampleName: string): readonly string[] {
  const suffix = SAMPLE_SUFFIXES.find((candidate) => sampleName.endsWith(candidate));
  return suffix === undefined ? [sampleName] : [sampleName, sampleName.slice(0, -suffix.length)];
}

/** The metric types of `format`, of which families without a `# TYPE` line have one, too. */
export function metricTypesOf(format: ExpositionFormat): readonly MetricType[] {
  const types = SUFFIXES[format];
  return Object.keys(types)
    .filter(isMetricType)
    .filter((type) => Object.keys(types[type]).length > 0);
}

/** The metric types that a `# TYPE` line of `format` may name. */
export function parseMetricType(text: string, format: ExpositionFormat): MetricType | undefined {
  const types = SUFFIXES[format];
  if (!isMetricType(text)) return undefined;
  return Object.keys(types[text]).length > 0 ? text : undefined;
}

function isMetricType(text: string): text is MetricType {
  return Object.hasOwn(TEXT_SUFFIXES, text);
}

/** Whether samples of `type` have buckets. */
export function isHistogram(type: MetricType): boolean {
  return type === 'histogram' || type === 'gaugehistogram';
}
