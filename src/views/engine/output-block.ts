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
import { MOST_NUMBER_BYTES, writeNumber } from './number-bytes.js';
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

/** Takes the numbers of an output that are others than before. */
export interface NumberSink {
  /**
   * The number that stood `offset` bytes behind the start of the lines, and took `length` of them, is `ownLength` of these
   * bytes now, which serve again.
   */
  change(offset: number, length: number, bytes: Buffer, ownLength: number): void;
}

const NUMBER_BYTES: Buffer = Buffer.alloc(MOST_NUMBER_BYTES);

/** The lines of one output. */
export class OutputBlock {
  #names: BlockNames | undefined;
  /** By line: what names it. A text takes far less memory than a few bytes of an array. */
  #series: readonly string[] = [];
  /**
   * By line: which total it shows, and behind that where its number stands and how long it is, as one number. In one list,
   * because outputs are many and each is met in memory that no cache has.
   */
  #spots: number[] = [];
  #values: readonly number[] = [];
  /** Whether each letter of the lines is one byte. */
  #isAscii = false;

  /** Lines of the bytes. */
  get lines(): number {
    return this.#series.length;
  }

  /** The bytes for these totals. */
  bytes(names: BlockNames, { values }: CounterTotals, context: BlockContext): Uint8Array {
    if (!this.#isCalled(names)) {
      const lines = linesOf(names, context);
      this.#series = lines.map(({ series }) => series);
      this.#spots = lines.flatMap(({ total }) => [total, 0]);
      this.#names = names;
    }
    this.#values = values;
    const spots = this.#spots;
    let text = '';
    for (const [line, series] of this.#series.entries()) {
      const number = formatNumber(values[spots[line * 2] ?? 0] ?? Number.NaN);
      text += series;
      spots[line * 2 + 1] = text.length * MOST_NUMBER_BYTES + number.length;
      text += `${number}\n`;
    }
    const bytes = Buffer.from(text, 'utf8');
    this.#isAscii = bytes.length === text.length;
    return bytes;
  }

  /** Tells the numbers that changed since the bytes before; false where more than these may have. */
  change(names: BlockNames, { values }: CounterTotals, sink: NumberSink): boolean {
    const known = this.#values;
    if (!this.#isAscii || values.length !== known.length || !this.#isCalled(names)) return false;
    const spots = this.#spots;
    let shift = 0;
    for (let at = 0; at < spots.length; at += 2) {
      const total = spots[at] ?? 0;
      const value = values[total] ?? Number.NaN;
      const isKnown = Object.is(value, known[total]);
      if (isKnown && shift === 0) continue;
      const spot = spots[at + 1] ?? 0;
      let moved = spot + shift * MOST_NUMBER_BYTES;
      if (!isKnown) {
        const length = spot % MOST_NUMBER_BYTES;
        const ownLength = writeNumber(value, NUMBER_BYTES);
        sink.change((spot - length) / MOST_NUMBER_BYTES, length, NUMBER_BYTES, ownLength);
        moved += ownLength - length;
        shift += ownLength - length;
      }
      spots[at + 1] = moved;
    }
    this.#values = values;
    return true;
  }

  #isCalled(names: BlockNames): boolean {
    return this.#names !== undefined && areSameNames(this.#names, names);
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

/** One line: what names it, and which total it shows. */
interface BlockLine {
  readonly series: string;
  readonly total: number;
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
