// What a sample must bring along for its role: quantiles, states, and where exemplars may stand.
// Pure. Text 0.0.4 ("Histograms and summaries"), OpenMetrics 1.0 ("Metric types", "Exemplars").

import type { ExpositionFormat, Family, MetricType, Sample } from './model.js';
import { parseNumber } from './number.js';
import type { ExpositionReason } from './problem.js';
import type { SampleRole } from './roles.js';

/** Types of OpenMetrics that must not have a unit. */
const TYPES_WITHOUT_UNIT: ReadonlySet<MetricType> = new Set(['info', 'stateset']);

/** Labels that shape a distribution, and the samples that they belong to. */
const SHAPING_LABELS: ReadonlyMap<string, SampleRole> = new Map([
  ['le', 'bucket'],
  ['quantile', 'quantile'],
]);

/** Types whose series are told apart by such labels: elsewhere they are labels like any other. */
const SHAPED_TYPES: ReadonlySet<MetricType> = new Set(['histogram', 'gaugehistogram', 'summary']);

/** What is wrong with `sample` in its role; undefined when nothing is. */
export function sampleProblem(
  family: Pick<Family, 'name' | 'type'>,
  role: SampleRole,
  sample: Sample,
  format: ExpositionFormat,
): ExpositionReason | undefined {
  if (sample.exemplar !== undefined && !mayHaveExemplar(family.type, role)) {
    return 'exemplar where none is allowed';
  }
  if (role === 'quantile' && !isQuantile(labelValue(sample, 'quantile'), format)) {
    return 'quantile label missing or not a quantile';
  }
  if (isShapedType(family.type) && hasForeignShape(sample, role)) {
    return 'le or quantile label where none is allowed';
  }
  if (family.type === 'stateset' && labelValue(sample, family.name) === undefined)
    return 'stateset sample without its state label';
  return valueProblem(family.type, parseNumber(sample.value));
}

/** What is wrong with a value in a family of `type`; undefined when nothing is. */
export function valueProblem(type: MetricType, value: number | undefined): ExpositionReason | undefined {
  if (type === 'info' && value !== 1) return 'info value is not 1';
  if (type === 'stateset' && value !== 0 && value !== 1) return 'stateset value is not 0 or 1';
  return undefined;
}

/** Whether series of `type` are told apart by `le` or `quantile`. */
export function isShapedType(type: MetricType): boolean {
  return SHAPED_TYPES.has(type);
}

/** What is wrong with `unit` for a family; undefined when nothing is. The empty unit fits every family. */
export function unitProblem(family: Pick<Family, 'name' | 'type' | 'unit'>): ExpositionReason | undefined {
  if (family.unit === undefined || family.unit === '') return undefined;
  if (!family.name.endsWith(`_${family.unit}`)) return 'unit is not the suffix of the metric name';
  return TYPES_WITHOUT_UNIT.has(family.type) ? 'unit on a type that has none' : undefined;
}

function mayHaveExemplar(type: MetricType, role: SampleRole): boolean {
  return role === 'bucket' || (type === 'counter' && role === 'value');
}

/** A sum with an `le` would become a second bucket label as soon as the histogram is put together anew. */
function hasForeignShape({ labels }: Sample, role: SampleRole): boolean {
  return labels.some(({ name }) => (SHAPING_LABELS.get(name) ?? role) !== role);
}

function isQuantile(text: string | undefined, format: ExpositionFormat): boolean {
  const quantile = parseNumber(text ?? '');
  if (quantile === undefined || Number.isNaN(quantile)) return false;
  return format === 'text' || (quantile >= 0 && quantile <= 1);
}

/** An empty value is the same as no label. */
function labelValue(sample: Sample, name: string): string | undefined {
  return sample.labels.find((label) => label.name === name)?.value || undefined;
}
