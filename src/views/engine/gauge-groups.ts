// Puts gauges together that became equal, by the function that was declared for them. Nothing is remembered of their
// values: a gauge says what is, not what was.

import type { Scan, ScannedFamily } from '../../exposition/incremental/scan.js';
import { formatNumber } from '../../exposition/number.js';
import { grownInt32 } from '../../internal/growing-array.js';
import { combineGauges } from '../gauge-functions.js';
import type { GaugeFunction } from '../options.js';
import type { FamilyPolicy } from './family-policy.js';
import { labelSetKey } from './label-set-key.js';
import { lineValue, lineValueText } from './line-value.js';
import { seriesLength, writeSeries, writtenName } from './series-writer.js';
import type { BlockContext } from './output-block.js';
import { IN_VIEW, type SeriesDecisions } from './series-decisions.js';

const LINE_FEED = 0x0a;
/** Lines after which others get their turn. */
const SLICE_LINES = 256;

/** Gauges that are one in the view. */
interface GaugeGroup {
  turn: number;
  values: number[];
  /** The first of them: its labels, and where it is alone its value, are shown as they are. */
  firstLine: number;
}

/** The groups of the gauges of one catalogue. */
export class GaugeGroups {
  readonly #decisions: SeriesDecisions;
  readonly #context: BlockContext;
  /** By series: the number of its group and one more; 0 where it is not known. */
  #groupOf: Int32Array = new Int32Array(256);
  readonly #groups: GaugeGroup[] = [];
  readonly #numbers = new Map<string, number>();
  #turn = 0;

  constructor(decisions: SeriesDecisions, context: BlockContext) {
    this.#decisions = decisions;
    this.#context = context;
  }

  /** The lines of a family whose series have been decided about, put together, each with its line feed. */
  *combine(
    scan: Scan,
    scanned: ScannedFamily,
    policy: FamilyPolicy,
    gaugeFunction: GaugeFunction,
  ): Generator<void, readonly Uint8Array[]> {
    this.#turn += 1;
    const groups: GaugeGroup[] = [];
    const { series: column } = scan.lines;
    for (let line = scanned.firstLine; line < scanned.endLine; line += 1) {
      if (line % SLICE_LINES === SLICE_LINES - 1) yield;
      const series = column[line] ?? -1;
      if (series < 0 || ((this.#decisions.bits[series] ?? 0) & IN_VIEW) === 0) continue;
      const group = this.#groupOfSeries(series, scanned.kind, policy);
      if (group.turn !== this.#turn) {
        group.turn = this.#turn;
        group.values = [];
        group.firstLine = line;
        groups.push(group);
      }
      group.values.push(lineValue(scan, line));
    }
    const lines: Uint8Array[] = [];
    for (const group of groups) {
      lines.push(this.#line(scan, scanned, policy, group, gaugeFunction));
      if (lines.length % SLICE_LINES === 0) yield;
    }
    return lines;
  }

  #line(
    scan: Scan,
    { family }: ScannedFamily,
    policy: FamilyPolicy,
    { values, firstLine }: GaugeGroup,
    gaugeFunction: GaugeFunction,
  ): Uint8Array {
    const { format, escaping, shown } = this.#context;
    const labels = this.#labels(scan.lines.series[firstLine] ?? 0, policy);
    const name = writtenName(family, family.name, format, escaping);
    const text =
      values.length === 1
        ? lineValueText(scan, firstLine)
        : formatNumber(combineGauges(gaugeFunction, values));
    const bytes = Buffer.allocUnsafe(seriesLength(name, labels, shown) + text.length + 1);
    let at = writeSeries(name, labels, shown, bytes, 0);
    at += bytes.write(text, at, 'latin1');
    bytes[at] = LINE_FEED;
    return bytes;
  }

  #groupOfSeries(series: number, kind: number, policy: FamilyPolicy): GaugeGroup {
    const known = this.#groups[(this.#groupOf[series] ?? 0) - 1];
    if (known !== undefined) return known;
    const key = labelSetKey(kind, this.#labels(series, policy));
    const number = this.#numbers.get(key) ?? this.#groups.length;
    const group = this.#groups[number] ?? { turn: 0, values: [], firstLine: 0 };
    this.#groups[number] = group;
    this.#numbers.set(key, number);
    this.#groupOf = grownInt32(this.#groupOf, series + 1);
    this.#groupOf[series] = number + 1;
    return group;
  }

  #labels(series: number, policy: FamilyPolicy): readonly number[] {
    const { shown } = this.#context;
    return this.#decisions.shownLabels(series, policy).filter((label) => shown.empties[label] !== 1);
  }
}
