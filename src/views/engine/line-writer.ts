// Writes sample lines that are shown one by one. Neighbours share most of their labels: what a line has in common with
// the one written before it is copied and not written anew.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import { MAX_LABELS } from '../../exposition/limits.js';
import type { ExpositionFormat } from '../../exposition/model.js';
import type { NameEscaping } from '../../exposition/names.js';
import { grownInt32 } from '../../internal/growing-array.js';
import type { FamilyPolicy } from './family-policy.js';
import type { SeriesDecisions } from './series-decisions.js';
import { seriesLength, writeSeries, writtenName, type WrittenName } from './series-writer.js';
import { DROPPED, STRUCTURAL, type ShownLabels } from './shown-labels.js';

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
  readonly #context: WriterContext;
  /** By series: bytes up to its value; 0 where they have not been counted. */
  #lengths: Int32Array = new Int32Array(1024);
  /** By unit: bytes of its labels and one more; 0 where they have not been counted. */
  #unitLengths: Int32Array = new Int32Array(256);
  /** By kind, by sample name. */
  readonly #names: Map<number, WrittenName>[] = [];
  /** The series that was written last, its name, where its labels began, and how far each of them reached from there. */
  #last = -1;
  #lastName: Uint8Array = new Uint8Array(0);
  #lastTarget: Uint8Array | undefined;
  #lastStart = 0;
  readonly #ends: Int32Array = new Int32Array(MAX_LABELS + 1);

  constructor(context: WriterContext) {
    this.#context = context;
  }

  /** Bytes of a series up to its value. */
  length(series: number, policy: FamilyPolicy): number {
    const known = this.#lengths[series] ?? 0;
    if (known > 0) return known;
    const { decisions, shown } = this.#context;
    this.#lengths = grownInt32(this.#lengths, series + 1);
    const overflow = decisions.overflowLabels(series);
    const length =
      overflow === undefined
        ? this.#measure(series, policy)
        : seriesLength(this.#nameOf(series), overflow, shown);
    this.#lengths[series] = length;
    return length;
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
    // Ends are counted from where the labels begin, so that they hold whatever the sample is called.
    const labels = start + before.length;
    const last = this.#lastTarget === target ? this.#last : -1;
    const count = this.#countOf(series);
    const countOfLast = this.#countOf(last);
    const lead = this.#sharedLead(series, last);
    const trail = this.#sharedTrail(series, last, lead);
    const leadEnd = this.#endOf(lead - 1);
    let at = labels + leadEnd;
    if (last >= 0 && before === this.#lastName) {
      this.#copyLast(target, start, -before.length, leadEnd);
    } else {
      for (let from = 0; from < before.length; from += 1) target[start + from] = before[from] ?? 0;
      this.#copyLast(target, labels, 0, leadEnd);
    }
    const trailStart = this.#endOf(countOfLast - trail - 1);
    const trailEnd = this.#endOf(countOfLast - 1);
    // The ends of the pairs behind are moved before those in between are written over them.
    if (trail > 0 && count !== countOfLast)
      this.#ends.copyWithin(count - trail, countOfLast - trail, countOfLast);
    at = this.#writeSome(series, policy, lead, count - trail, labels, target, at);
    // A pair that comes first has a brace before it, and all others a comma.
    const wasFirst = trailStart === 0;
    const isFirst = at === labels;
    if (trail > 0 && (trailEnd === trailStart || isFirst === wasFirst)) {
      const shift = at - labels - trailStart;
      for (let index = count - trail; index < count; index += 1)
        this.#ends[index] = this.#endOf(index) + shift;
      at = this.#copyLast(target, at, trailStart, trailEnd);
    } else if (trail > 0) {
      at = this.#writeSome(series, policy, count - trail, count, labels, target, at);
    }
    this.#last = series;
    this.#lastName = before;
    this.#lastTarget = target;
    this.#lastStart = labels;
    if (at > labels) {
      target[at] = CLOSING_BRACE;
      at += 1;
    }
    target[at] = SPACE;
    return at + 1;
  }

  /** Copies what was written of the last series' labels between two ends; gives the position behind it. */
  #copyLast(target: Uint8Array, at: number, from: number, to: number): number {
    if (to > from) target.copyWithin(at, this.#lastStart + from, this.#lastStart + to);
    return at + to - from;
  }

  #endOf(index: number): number {
    return index < 0 ? 0 : (this.#ends[index] ?? 0);
  }

  #countOf(series: number): number {
    const { starts } = this.#context.catalogue.series;
    return series < 0 ? 0 : (starts[series + 1] ?? 0) - (starts[series] ?? 0);
  }

  /** How many pairs two series of one family share, from the first on. */
  #sharedLead(series: number, last: number): number {
    const { series: table } = this.#context.catalogue;
    if (last < 0 || table.kinds[last] !== table.kinds[series]) return 0;
    const most = Math.min(this.#countOf(series), this.#countOf(last));
    const first = table.starts[series] ?? 0;
    const firstOfLast = table.starts[last] ?? 0;
    let shared = 0;
    while (shared < most && table.pairs[first + shared] === table.pairs[firstOfLast + shared]) shared += 1;
    return shared;
  }

  /** How many pairs they share from the last one back, beyond those from the first on. */
  #sharedTrail(series: number, last: number, lead: number): number {
    const { series: table } = this.#context.catalogue;
    if (last < 0 || table.kinds[last] !== table.kinds[series]) return 0;
    const most = Math.min(this.#countOf(series), this.#countOf(last)) - lead;
    const end = (table.starts[series + 1] ?? 0) - 1;
    const endOfLast = (table.starts[last + 1] ?? 0) - 1;
    let shared = 0;
    while (shared < most && table.pairs[end - shared] === table.pairs[endOfLast - shared]) shared += 1;
    return shared;
  }

  /** Writes the pairs from `from` to `to` of a series whose labels begin at `labels`. */
  #writeSome(
    series: number,
    policy: FamilyPolicy,
    from: number,
    to: number,
    labels: number,
    target: Uint8Array,
    start: number,
  ): number {
    const { catalogue, shown } = this.#context;
    const { series: table, labels: pairs } = catalogue;
    const structural = table.structurals[series] ?? -1;
    const first = table.starts[series] ?? 0;
    let at = start;
    for (let index = from; index < to; index += 1) {
      const pair = table.pairs[first + index] ?? 0;
      const decision = pair === structural ? STRUCTURAL : policy.decision(pairs.nameIds[pair] ?? 0);
      const label = shown.outcome(decision, pair);
      if (label !== DROPPED) {
        target[at] = at === labels ? OPENING_BRACE : COMMA;
        at = shown.write(label, target, at + 1);
      }
      this.#ends[index] = at - labels;
    }
    return at;
  }

  #measure(series: number, policy: FamilyPolicy): number {
    const { catalogue, shown } = this.#context;
    const { series: table } = catalogue;
    const { before, within } = this.#nameOf(series);
    const structural = table.structurals[series] ?? -1;
    let length = this.#measureLabels(series, policy);
    if (structural >= 0) length += shown.length(shown.structural(structural)) + 1;
    if (within.length > 0) length += within.length + 1;
    // A comma for each part but the last, and two braces.
    return before.length + (length > 0 ? length + 1 : 0) + 1;
  }

  /** Bytes of the labels that are not structural, with a comma each. Without empty values they are those of the unit. */
  #measureLabels(series: number, policy: FamilyPolicy): number {
    const { catalogue, shown } = this.#context;
    const { labels, series: table } = catalogue;
    const isOfUnit = table.empties[series] === 0;
    const unit = table.units[series] ?? 0;
    const known = isOfUnit ? (this.#unitLengths[unit] ?? 0) : 0;
    if (known > 0) return known - 1;
    const structural = table.structurals[series] ?? -1;
    let length = 0;
    for (let at = table.starts[series] ?? 0; at < (table.starts[series + 1] ?? 0); at += 1) {
      const pair = table.pairs[at] ?? 0;
      if (pair === structural) continue;
      const label = shown.outcome(policy.decision(labels.nameIds[pair] ?? 0), pair);
      if (label !== DROPPED) length += shown.length(label) + 1;
    }
    if (isOfUnit) {
      this.#unitLengths = grownInt32(this.#unitLengths, unit + 1);
      this.#unitLengths[unit] = length + 1;
    }
    return length;
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
