// Writes sample lines that are shown one by one. Neighbours share most of their labels: what a line has in common with
// the one written before it is copied and not written anew.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import type { Scan } from '../../exposition/incremental/scan.js';
import { MAX_LABELS } from '../../exposition/limits.js';
import type { ExpositionFormat } from '../../exposition/model.js';
import type { NameEscaping } from '../../exposition/names.js';
import { grownInt32 } from '../../internal/growing-array.js';
import type { FamilyPolicy } from './family-policy.js';
import type { SeriesDecisions } from './series-decisions.js';
import { seriesLength, writeSeries, writtenName, type WrittenName } from './series-writer.js';
import { DROPPED, STRUCTURAL, type ShownLabels } from './shown-labels.js';

const LINE_FEED = 0x0a;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** What lines are written from. */
export interface WriterContext {
  readonly catalogue: Catalogue;
  readonly shown: ShownLabels;
  readonly decisions: SeriesDecisions;
  readonly format: ExpositionFormat;
  readonly escaping: NameEscaping;
}

/** Writes the series of one catalogue. */
export class LineWriter {
  /** By series: bytes up to its value; 0 where they have not been counted. */
  lengths: Int32Array = new Int32Array(1024);

  readonly #context: WriterContext;
  /** By kind, by sample name. */
  readonly #names: Map<number, WrittenName>[] = [];
  /** The series that was written last, where, and how far each of its pairs reached from there. */
  #last = -1;
  #lastTarget: Uint8Array | undefined;
  #lastStart = 0;
  readonly #ends: Int32Array = new Int32Array(MAX_LABELS + 1);

  constructor(context: WriterContext) {
    this.#context = context;
  }

  /** Bytes of a series up to its value. */
  length(series: number, policy: FamilyPolicy): number {
    const known = this.lengths[series] ?? 0;
    if (known > 0) return known;
    const { decisions, shown } = this.#context;
    this.lengths = grownInt32(this.lengths, series + 1);
    const overflow = decisions.overflowLabels(series);
    const length =
      overflow === undefined
        ? this.#measure(series, policy)
        : seriesLength(this.#nameOf(series), overflow, shown);
    this.lengths[series] = length;
    return length;
  }

  /** Writes value, timestamp and line feed of a line; gives the position behind them. */
  writeRest({ body, lines }: Scan, line: number, target: Uint8Array, start: number): number {
    const from = lines.valueStarts[line] ?? 0;
    const source = from < 0 ? lines.rests : body;
    const end = from < 0 ? -1 - (lines.valueEnds[line] ?? 0) : (lines.valueEnds[line] ?? 0);
    let to = start;
    for (let at = from < 0 ? -1 - from : from; at < end; at += 1) {
      target[to] = source[at] ?? 0;
      to += 1;
    }
    target[to] = LINE_FEED;
    return to + 1;
  }

  /** Writes a series up to its value; gives the position behind it. */
  writeSeries(series: number, policy: FamilyPolicy, target: Uint8Array, start: number): number {
    const name = this.#nameOf(series);
    const overflow = this.#context.decisions.overflowLabels(series);
    if (overflow !== undefined || name.within.length > 0) {
      this.#last = -1;
      const labels = overflow ?? this.#context.decisions.shownLabels(series, policy);
      return writeSeries(name, labels, this.#context.shown, target, start);
    }
    return this.#writePairs(series, name, policy, target, start);
  }

  #writePairs(
    series: number,
    { before }: WrittenName,
    policy: FamilyPolicy,
    target: Uint8Array,
    start: number,
  ): number {
    const { catalogue, shown } = this.#context;
    const { labels, series: table } = catalogue;
    const first = table.starts[series] ?? 0;
    const count = (table.starts[series + 1] ?? 0) - first;
    const structural = table.structurals[series] ?? -1;
    const shared = this.#sharedPairs(series, target);
    let at = start;
    if (shared > 0) {
      const length = this.#ends[shared - 1] ?? 0;
      target.copyWithin(start, this.#lastStart, this.#lastStart + length);
      at += length;
    } else {
      for (let from = 0; from < before.length; from += 1) target[at + from] = before[from] ?? 0;
      at += before.length;
    }
    const nameEnd = start + before.length;
    for (let index = shared; index < count; index += 1) {
      const pair = table.pairs[first + index] ?? 0;
      const decision = pair === structural ? STRUCTURAL : policy.decision(labels.nameIds[pair] ?? 0);
      const label = shown.outcome(decision, pair);
      if (label !== DROPPED) {
        target[at] = at === nameEnd ? OPENING_BRACE : COMMA;
        at = shown.write(label, target, at + 1);
      }
      this.#ends[index] = at - start;
    }
    this.#last = series;
    this.#lastTarget = target;
    this.#lastStart = start;
    if (at > nameEnd) {
      target[at] = CLOSING_BRACE;
      at += 1;
    }
    target[at] = SPACE;
    return at + 1;
  }

  /** How many pairs a series shares with the one before it in `target`, from the first on. */
  #sharedPairs(series: number, target: Uint8Array): number {
    const last = this.#last;
    const { series: table } = this.#context.catalogue;
    if (last < 0 || this.#lastTarget !== target) return 0;
    if (table.names[last] !== table.names[series] || table.kinds[last] !== table.kinds[series]) return 0;
    const first = table.starts[series] ?? 0;
    const firstOfLast = table.starts[last] ?? 0;
    const most = Math.min(
      (table.starts[series + 1] ?? 0) - first,
      (table.starts[last + 1] ?? 0) - firstOfLast,
    );
    let shared = 0;
    while (shared < most && table.pairs[first + shared] === table.pairs[firstOfLast + shared]) shared += 1;
    return shared;
  }

  #measure(series: number, policy: FamilyPolicy): number {
    const { catalogue, shown } = this.#context;
    const { labels, series: table } = catalogue;
    const { before, within } = this.#nameOf(series);
    const structural = table.structurals[series] ?? -1;
    let parts = within.length > 0 ? 1 : 0;
    let length = before.length + within.length + 1;
    for (let at = table.starts[series] ?? 0; at < (table.starts[series + 1] ?? 0); at += 1) {
      const pair = table.pairs[at] ?? 0;
      const decision = pair === structural ? STRUCTURAL : policy.decision(labels.nameIds[pair] ?? 0);
      const label = shown.outcome(decision, pair);
      if (label === DROPPED) continue;
      parts += 1;
      length += shown.length(label);
    }
    return parts > 0 ? length + parts + 1 : length;
  }

  #nameOf(series: number): WrittenName {
    const { catalogue, format, escaping } = this.#context;
    const kind = catalogue.series.kinds[series] ?? 0;
    const number = catalogue.series.names[series] ?? 0;
    const names = (this.#names[kind] ??= new Map<number, WrittenName>());
    const known = names.get(number);
    if (known !== undefined) return known;
    const family = catalogue.kinds.kinds[kind] ?? { name: '', type: 'untyped' };
    const name = writtenName(family, catalogue.names[number] ?? '', format, escaping);
    names.set(number, name);
    return name;
  }
}
