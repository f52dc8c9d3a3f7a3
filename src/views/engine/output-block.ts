// The lines of one aggregated output as bytes: what names them is written once, and numbers are written where they
// changed.

import type { FamilyKind } from '../../exposition/incremental/family-kinds.js';
import type { ExpositionFormat } from '../../exposition/model.js';
import type { NameEscaping } from '../../exposition/names.js';
import { formatNumber } from '../../exposition/number.js';
import {
  COUNT_COMPONENT,
  INFINITE_BOUND,
  SUM_COMPONENT,
  VALUE_COMPONENT,
  type ComponentSet,
} from '../counter-components.js';
import type { CounterTotals } from '../counter-slot.js';
import { TOTAL_SUFFIX } from '../metric-names.js';
import { seriesLength, writeSeries, writtenName } from './series-writer.js';
import type { ShownLabels } from './shown-labels.js';

/** How names are written, and from which labels. */
export interface BlockContext {
  readonly format: ExpositionFormat;
  readonly escaping: NameEscaping;
  readonly shown: ShownLabels;
}

/** What the lines of an output are called. */
export interface BlockNames {
  readonly kind: FamilyKind;
  readonly labels: readonly number[];
  readonly components: ComponentSet;
  readonly boundTexts: ReadonlyMap<string, string>;
  readonly hasCount: boolean;
}

/** One line: what names it, and which total it shows. A text takes far less memory than a few bytes of an array. */
interface BlockLine {
  readonly series: string;
  readonly total: number;
}

/** The lines of one output. */
export class OutputBlock {
  #names: BlockNames | undefined;
  #lines: readonly BlockLine[] = [];
  #values: readonly number[] = [];
  #texts: string[] = [];

  /** Lines of the bytes. */
  get lines(): number {
    return this.#lines.length;
  }

  /** The bytes for these totals. */
  bytes(names: BlockNames, { values }: CounterTotals, context: BlockContext): Uint8Array {
    const isKnown = this.#names !== undefined && areSameNames(this.#names, names);
    if (!isKnown) this.#lines = linesOf(names, context);
    if (!isKnown || values.length !== this.#values.length) {
      this.#texts = values.map((value) => formatNumber(value));
    } else {
      for (const [at, value] of values.entries())
        if (!Object.is(value, this.#values[at])) this.#texts[at] = formatNumber(value);
    }
    this.#names = names;
    this.#values = values;
    let text = '';
    for (const { series, total } of this.#lines) text += `${series}${this.#texts[total] ?? ''}\n`;
    return Buffer.from(text, 'utf8');
  }
}

function areSameNames(a: BlockNames, b: BlockNames): boolean {
  return (
    a.kind === b.kind &&
    a.labels === b.labels &&
    a.components.key === b.components.key &&
    a.hasCount === b.hasCount &&
    (a.boundTexts === b.boundTexts || areSameTexts(a.boundTexts, b.boundTexts))
  );
}

function areSameTexts(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([component, text]) => b.get(component) === text);
}

function linesOf(names: BlockNames, context: BlockContext): readonly BlockLine[] {
  const { kind, labels, components, boundTexts, hasCount } = names;
  const { format, escaping, shown } = context;
  const line = (name: string, total: number, own: readonly number[] = labels): BlockLine => {
    const opening = writtenName(kind, name, format, escaping);
    const series = Buffer.allocUnsafe(seriesLength(opening, own, shown));
    writeSeries(opening, own, shown, series, 0);
    return { series: series.toString('utf8'), total };
  };
  return components.names.flatMap((component, at) => {
    if (component === VALUE_COMPONENT) return line(counterName(kind, format), at);
    if (component === SUM_COMPONENT) return line(`${kind.name}_sum`, at);
    if (component === COUNT_COMPONENT) return line(`${kind.name}_count`, at);
    const le = shown.made('le', boundTexts.get(component) ?? component);
    const bucket = line(`${kind.name}_bucket`, at, [...labels, le]);
    // Only where an input has one: an invented count could meet another metric of that name.
    return component === INFINITE_BOUND && hasCount ? [bucket, line(`${kind.name}_count`, at)] : bucket;
  });
}

/** OpenMetrics takes the suffix off a counter's family, but not off its samples. */
function counterName({ name }: FamilyKind, format: ExpositionFormat): string {
  return format === 'openmetrics' ? name + TOTAL_SUFFIX : name;
}
