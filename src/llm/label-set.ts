// Labels that stand together in the series of a metric: a number for each combination of their values, and the labels of it.

import { LABEL_NAMES, type LlmLabel } from './conventions.js';
import type { LabelValues } from './label-values.js';
import type { SeriesLabels } from './registered-metrics.js';

/** The values of each label. */
export type ValuesByLabel = Readonly<Record<LlmLabel, LabelValues>>;

/** Some labels, in an order that stays. */
export class LabelSet {
  readonly #labels: readonly LlmLabel[];
  readonly #values: readonly LabelValues[];
  /** How many numbers each of them has. */
  readonly #sizes: readonly number[];

  constructor(labels: readonly LlmLabel[], values: ValuesByLabel) {
    this.#labels = labels;
    this.#values = labels.map((label) => values[label]);
    this.#sizes = this.#values.map(({ size }) => size);
  }

  /** One number for a combination, given the number of the value of each label. The options keep it below 2^53. */
  combine(numbers: readonly number[]): number {
    let combined = 0;
    for (let at = 0; at < this.#sizes.length; at += 1) {
      combined = combined * (this.#sizes[at] ?? 0) + (numbers[at] ?? 0);
    }
    return combined;
  }

  /** Labels of a series, without the absent ones. */
  labelsOf(numbers: readonly number[]): SeriesLabels {
    const labels: Record<string, string> = {};
    for (const [at, label] of this.#labels.entries()) {
      const shown = this.#values[at]?.shown(numbers[at] ?? 0);
      if (shown !== undefined) labels[LABEL_NAMES[label]] = shown;
    }
    return labels;
  }
}
