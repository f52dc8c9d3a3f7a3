// Counts records: finds the series of a request by the numbers of its label values, and adds to them.
// A look-up for each label and one for the series; nothing grows beyond the options, whatever clients send. Never throws.

import { compilePseudonymiser } from '../views/pseudonym.js';
import { FIELD_LABEL, type IdentityLabel, type LlmLabel } from './conventions.js';
import { createIdentitySeries, LINES_OF_IDENTITY, type IdentitySeries } from './identity-series.js';
import { LabelSet, type ValuesByLabel } from './label-set.js';
import { ABSENT, LabelValues, OTHER } from './label-values.js';
import type { MetricSet } from './metric-set.js';
import type { ResolvedLlmMetricsOptions } from './options.js';
import {
  isRecordable,
  readRecord,
  REFUSABLE,
  type RecordFields,
  type RefusableField,
} from './record-fields.js';
import type { LlmRecord } from './records.js';
import type { CounterMetric, CounterSeries } from './registered-metrics.js';
import { LINES_OF_GROUP, LINES_OF_OTHERS, RequestSeries } from './request-series.js';
import { maxValuesOf } from './resolve-options.js';
import { SeriesBudget } from './series-budget.js';

const MS_PER_SECOND = 1000;
/** Pseudonyms of this scope are the same at a gateway that has the same key. */
const PSEUDONYM_SCOPE = 'default';
/** One line of the exposition in so many may be of identities. */
const IDENTITY_SHARE = 5;

const GROUP_LABELS: readonly LlmLabel[] = [
  'operation',
  'provider',
  'requestModel',
  'responseModel',
  'tenant',
];
const IDENTITY_LABELS: readonly IdentityLabel[] = ['tenant', 'user', 'key'];
/** What can overflow: values of labels, and series, of which there are no more than `maxSeries`. */
const OVERFLOWING = [
  'operation',
  'provider',
  'requestModel',
  'responseModel',
  'errorType',
  'tenant',
  'user',
  'key',
  'series',
] as const;

type Overflowing = (typeof OVERFLOWING)[number];

/** Hears of each request that was counted: how long it took, where that is known, and what the cache said. */
export type RecordListener = (durationMs: number | undefined, cache: 'hit' | 'miss' | undefined) => void;

/** Counts records in a set of metrics. */
export class Recorder {
  readonly #metrics: MetricSet;
  readonly #values: ValuesByLabel;
  readonly #omitted: ReadonlySet<LlmLabel>;
  readonly #groupLabels: LabelSet;
  readonly #groups = new Map<number, RequestSeries>();
  readonly #otherGroups: RequestSeries;
  readonly #groupBudget: SeriesBudget;
  readonly #identityLabels: LabelSet;
  readonly #identities = new Map<number, IdentitySeries>();
  readonly #otherIdentities: IdentitySeries;
  readonly #identityBudget: SeriesBudget;
  readonly #overflowed: ReadonlyMap<Overflowing, CounterSeries>;
  readonly #refused: ReadonlyMap<RefusableField, CounterSeries>;
  readonly #failures: CounterSeries;
  readonly #onRecord: RecordListener;

  constructor(metrics: MetricSet, options: ResolvedLlmMetricsOptions, onRecord: RecordListener) {
    this.#metrics = metrics;
    this.#omitted = new Set(IDENTITY_LABELS.filter((label) => options.identities[label] === 'omit'));
    this.#onRecord = onRecord;
    this.#values = createValues(options);
    this.#groupLabels = new LabelSet(GROUP_LABELS, this.#values);
    const otherRequests = this.#others(GROUP_LABELS);
    this.#otherGroups = new RequestSeries(metrics, this.#groupLabels.labelsOf(otherRequests));
    this.#groups.set(this.#groupLabels.combine(otherRequests), this.#otherGroups);
    this.#identityLabels = new LabelSet(IDENTITY_LABELS, this.#values);
    const otherIdentities = this.#others(IDENTITY_LABELS);
    this.#otherIdentities = createIdentitySeries(metrics, this.#identityLabels.labelsOf(otherIdentities));
    this.#identities.set(this.#identityLabels.combine(otherIdentities), this.#otherIdentities);
    this.#overflowed = byField(OVERFLOWING, metrics.overflowedValues);
    this.#refused = byField(REFUSABLE, metrics.refusedValues);
    this.#failures = metrics.failures.series({}, true);
    const linesOfIdentities = Math.floor(options.maxSeries / IDENTITY_SHARE);
    const ownLines = this.#overflowed.size + this.#refused.size + 1;
    this.#identityBudget = new SeriesBudget(linesOfIdentities - LINES_OF_IDENTITY);
    this.#groupBudget = new SeriesBudget(options.maxSeries - linesOfIdentities - ownLines - LINES_OF_OTHERS);
  }

  /** Counts a request. One that cannot be read is counted as a failure. */
  record(record: LlmRecord): void {
    try {
      this.#count(readRecord(record));
    } catch {
      this.failed();
    }
  }

  /** A function given to the library threw, or a record did. */
  failed(): void {
    this.#failures.add(1);
  }

  #count(fields: RecordFields): void {
    const tenant = this.#identityNumber('tenant', fields.tenant);
    const group = this.#group([
      this.#number('operation', fields.operation),
      this.#number('provider', fields.provider),
      this.#number('requestModel', fields.requestModel),
      this.#number('responseModel', fields.responseModel),
      tenant,
    ]);
    const error = this.#number('errorType', fields.errorType);
    const cache = this.#cache(fields.cache);
    const durationMs = this.#amount('durationMs', fields.durationMs);
    const firstTokenMs = this.#amount('timeToFirstTokenMs', fields.timeToFirstTokenMs);
    const inputTokens = this.#amount('inputTokens', fields.inputTokens);
    const outputTokens = this.#amount('outputTokens', fields.outputTokens);
    const cachedTokens = this.#amount('cachedInputTokens', fields.cachedInputTokens);
    const reasoningTokens = this.#amount('reasoningOutputTokens', fields.reasoningOutputTokens);
    const costUsd = this.#amount('costUsd', fields.costUsd);

    if (durationMs !== undefined) {
      group.duration(error, this.#values.errorType.shown(error)).observe(durationMs / MS_PER_SECOND);
    }
    if (inputTokens !== undefined) group.tokens('input').observe(inputTokens);
    if (outputTokens !== undefined) group.tokens('output').observe(outputTokens);
    if (cachedTokens !== undefined) group.counter('cachedTokens').add(cachedTokens);
    if (reasoningTokens !== undefined) group.counter('reasoningTokens').add(reasoningTokens);
    if (cache !== undefined) group.counter(cache === 'hit' ? 'cacheHits' : 'cacheMisses').add(1);
    if (costUsd !== undefined) group.counter('cost').add(costUsd);
    if (firstTokenMs !== undefined && error === ABSENT) {
      group.histogram('firstToken').observe(firstTokenMs / MS_PER_SECOND);
      const perTokenMs = timePerToken(durationMs, firstTokenMs, outputTokens);
      if (perTokenMs !== undefined) group.histogram('perToken').observe(perTokenMs / MS_PER_SECOND);
    }
    if (group.isCut) this.#overflowed.get('series')?.add(1);

    this.#countIdentity(tenant, fields, { inputTokens, outputTokens, costUsd });
    this.#onRecord(durationMs, cache);
  }

  #countIdentity(
    tenant: number,
    fields: RecordFields,
    used: Readonly<Record<'inputTokens' | 'outputTokens' | 'costUsd', number | undefined>>,
  ): void {
    const user = this.#identityNumber('user', fields.user);
    const key = this.#identityNumber('key', fields.key);
    // A tenant alone has the metrics of requests.
    if (user === ABSENT && key === ABSENT) return;
    const identity = this.#identity([tenant, user, key]);
    identity.requests.add(1);
    if (used.inputTokens !== undefined) identity.inputTokens.add(used.inputTokens);
    if (used.outputTokens !== undefined) identity.outputTokens.add(used.outputTokens);
    if (used.costUsd !== undefined) identity.cost.add(used.costUsd);
  }

  #number(label: LlmLabel, value: unknown): number {
    const number = this.#values[label].numberOf(value);
    if (number === OTHER) this.#overflowed.get(label)?.add(1);
    return number;
  }

  #identityNumber(label: IdentityLabel, value: unknown): number {
    return this.#omitted.has(label) ? ABSENT : this.#number(label, value);
  }

  /** The values of all others: a request can come with nothing else, and is one of them then. */
  #others(labels: readonly LlmLabel[]): readonly number[] {
    return labels.map((label) => (this.#omitted.has(label) ? ABSENT : OTHER));
  }

  #amount(field: RefusableField, value: unknown): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (isRecordable(value)) return value;
    this.#refused.get(field)?.add(1);
    return undefined;
  }

  #cache(value: unknown): 'hit' | 'miss' | undefined {
    if (value === 'hit' || value === 'miss') return value;
    if (value !== undefined && value !== null) this.#refused.get('cache')?.add(1);
    return undefined;
  }

  #group(numbers: readonly number[]): RequestSeries {
    const combined = this.#groupLabels.combine(numbers);
    const known = this.#groups.get(combined);
    if (known !== undefined) return known;
    if (!this.#groupBudget.take(LINES_OF_GROUP)) {
      this.#overflowed.get('series')?.add(1);
      return this.#otherGroups;
    }
    const overflow = { budget: this.#groupBudget, others: this.#otherGroups };
    const made = new RequestSeries(this.#metrics, this.#groupLabels.labelsOf(numbers), overflow);
    this.#groups.set(combined, made);
    return made;
  }

  #identity(numbers: readonly number[]): IdentitySeries {
    const combined = this.#identityLabels.combine(numbers);
    const known = this.#identities.get(combined);
    if (known !== undefined) return known;
    if (!this.#identityBudget.take(LINES_OF_IDENTITY)) {
      this.#overflowed.get('series')?.add(1);
      return this.#otherIdentities;
    }
    const made = createIdentitySeries(this.#metrics, this.#identityLabels.labelsOf(numbers));
    this.#identities.set(combined, made);
    return made;
  }
}

/** Shown from the start: whoever asks for a rate must see the first one, too. */
function byField<F extends string>(
  fields: readonly F[],
  metric: CounterMetric,
): ReadonlyMap<F, CounterSeries> {
  return new Map(fields.map((field) => [field, metric.series({ [FIELD_LABEL]: field }, true)]));
}

function createValues(options: ResolvedLlmMetricsOptions): ValuesByLabel {
  const pseudonymise = compilePseudonymiser(options.pseudonymKey, PSEUDONYM_SCOPE);
  const values = (label: LlmLabel): LabelValues =>
    new LabelValues({ max: maxValuesOf(label, options), known: options.knownValues[label] });
  const identities = (label: IdentityLabel): LabelValues =>
    new LabelValues({
      max: maxValuesOf(label, options),
      known: options.identities[label] === 'omit' ? [] : options.knownValues[label],
      ...(options.identities[label] === 'pseudonymise' && { pseudonymise }),
    });
  return {
    operation: values('operation'),
    provider: values('provider'),
    requestModel: values('requestModel'),
    responseModel: values('responseModel'),
    errorType: values('errorType'),
    tenant: identities('tenant'),
    user: identities('user'),
    key: identities('key'),
  };
}

/** What the conventions call the time per output token: of those after the first one. */
function timePerToken(
  durationMs: number | undefined,
  firstTokenMs: number,
  outputTokens: number | undefined,
): number | undefined {
  if (durationMs === undefined || durationMs < firstTokenMs) return undefined;
  if (outputTokens === undefined || outputTokens <= 1) return undefined;
  return (durationMs - firstTokenMs) / (outputTokens - 1);
}
