// The series of requests with the same labels. Each is made when it is first needed, out of a budget of lines; once that is
// spent, further numbers go to the series of all others, whose lines were set aside.

import { LABEL_NAMES, METRICS, OTHER_VALUE, TOKEN_TYPE_LABEL, type MetricId } from './conventions.js';
import { ABSENT, OTHER } from './label-values.js';
import type { MetricSet } from './metric-set.js';
import {
  linesOfSeries,
  type CounterSeries,
  type HistogramSeries,
  type SeriesLabels,
} from './registered-metrics.js';
import type { SeriesBudget } from './series-budget.js';

/** Counters of a request. */
type RequestCounter = 'cachedTokens' | 'reasoningTokens' | 'cacheHits' | 'cacheMisses' | 'cost';
/** Histograms of a request, besides its duration and its tokens. */
type RequestHistogram = 'firstToken' | 'perToken';
/** What kind of tokens a request used. */
type TokenType = 'input' | 'output';

/** The metrics that requests are counted in. */
export type RequestMetrics = Pick<MetricSet, 'duration' | 'tokens' | RequestHistogram | RequestCounter>;

const COUNTERS: readonly RequestCounter[] = [
  'cachedTokens',
  'reasoningTokens',
  'cacheHits',
  'cacheMisses',
  'cost',
];
const HISTOGRAMS: readonly RequestHistogram[] = ['firstToken', 'perToken'];
/** Success and failure; input and output. */
const TWICE: readonly MetricId[] = ['duration', 'duration', 'tokens', 'tokens'];

/** Lines of the series that every group begins with: how long successful requests took. */
export const LINES_OF_GROUP: number = linesOfSeries(METRICS.duration);

/** Lines that the group of all others can take. */
export const LINES_OF_OTHERS: number = [...TWICE, ...HISTOGRAMS, ...COUNTERS]
  .map((id) => linesOfSeries(METRICS[id]))
  .reduce((sum, lines) => sum + lines, 0);

/** Where numbers go for which there are no lines. */
interface Overflow {
  readonly budget: SeriesBudget;
  readonly others: RequestSeries;
}

/** The series of one group of requests. `LINES_OF_GROUP` must have been taken for it, or `LINES_OF_OTHERS`. */
export class RequestSeries {
  readonly #metrics: RequestMetrics;
  readonly #labels: SeriesLabels;
  readonly #overflow: Overflow | undefined;
  readonly #durations = new Map<number, HistogramSeries>();
  readonly #tokens = new Map<TokenType, HistogramSeries>();
  readonly #histograms = new Map<RequestHistogram, HistogramSeries>();
  readonly #counters = new Map<RequestCounter, CounterSeries>();
  #isCut = false;

  /** `overflow` is absent for the group of all others. */
  constructor(metrics: RequestMetrics, labels: SeriesLabels, overflow?: Overflow) {
    this.#metrics = metrics;
    this.#labels = labels;
    this.#overflow = overflow;
    this.#durations.set(ABSENT, metrics.duration.series(labels));
  }

  /** Whether some numbers of this group went to the others. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Of requests that ended with this error; `ABSENT` is none. */
  duration(error: number, errorType: string | undefined): HistogramSeries {
    const known = this.#durations.get(error);
    if (known !== undefined) return known;
    // All others have one series for all errors.
    if (this.#overflow === undefined && error !== OTHER) return this.duration(OTHER, OTHER_VALUE);
    const made = this.#hasLines('duration')
      ? this.#metrics.duration.series({ ...this.#labels, [LABEL_NAMES.errorType]: errorType ?? OTHER_VALUE })
      : this.#others().duration(error, errorType);
    this.#durations.set(error, made);
    return made;
  }

  tokens(type: TokenType): HistogramSeries {
    const known = this.#tokens.get(type);
    if (known !== undefined) return known;
    const made = this.#hasLines('tokens')
      ? this.#metrics.tokens.series({ ...this.#labels, [TOKEN_TYPE_LABEL]: type })
      : this.#others().tokens(type);
    this.#tokens.set(type, made);
    return made;
  }

  histogram(id: RequestHistogram): HistogramSeries {
    const known = this.#histograms.get(id);
    if (known !== undefined) return known;
    const made = this.#hasLines(id) ? this.#metrics[id].series(this.#labels) : this.#others().histogram(id);
    this.#histograms.set(id, made);
    return made;
  }

  counter(id: RequestCounter): CounterSeries {
    const known = this.#counters.get(id);
    if (known !== undefined) return known;
    const made = this.#hasLines(id) ? this.#metrics[id].series(this.#labels) : this.#others().counter(id);
    this.#counters.set(id, made);
    return made;
  }

  #hasLines(id: MetricId): boolean {
    return this.#overflow === undefined || this.#overflow.budget.take(linesOfSeries(METRICS[id]));
  }

  #others(): RequestSeries {
    this.#isCut = true;
    return this.#overflow?.others ?? this;
  }
}
