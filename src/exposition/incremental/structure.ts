// The structure of one exposition while it is scanned: which family each sample is part of, and whether the samples
// fit together. Works on numbers; a series is looked at in detail when it is new, and by its numbers from then on.
// The rules are those of the strict parser, from the same functions wherever a rule needs more than a number.

import { type FamilyClosing, FamilyTracker, type TrackedFamily } from '../family-tracker.js';
import type { MetadataLine } from '../line-content.js';
import type { ExpositionFormat, ExpositionProblem, MetricType, Sample } from '../model.js';
import type { NamesOf } from '../name-claims.js';
import { parseNumber } from '../number.js';
import { type ExpositionReason, problemAt } from '../problem.js';
import { isHistogram, type SampleRole } from '../roles.js';
import { isShapedType, sampleProblem, valueProblem } from '../sample-rules.js';
import type { Catalogue } from './catalogue.js';
import { grownFloat64, grownInt32 } from '../../internal/growing-array.js';
import type { LineTable } from './line-table.js';
import type { ScannedFamily } from './scan.js';
import type { SeriesFacts } from './series-table.js';

/** No kind, no label name, no label pair. */
const NONE = -1;

/** Which series and histograms came up in which scan: one of these lives as long as its catalogue. */
export class Sightings {
  scan = 0;
  /** By identity of a series: the last scan in which it was noted to have come; in others it did not, or came in order. */
  series: Int32Array = new Int32Array(1024);
  /** By unit: the scan in which it was last seen, and the bound of its last bucket then. */
  units: Int32Array = new Int32Array(256);
  lastBounds: Float64Array = new Float64Array(256);
  /** By series: the last scan in which it was not recognised, or had another value or timestamp than in the one before. */
  changedIn: Int32Array = new Int32Array(1024);

  /** The line of a series is not as it was. */
  change(series: number): void {
    if (series >= this.changedIn.length) this.changedIn = grownInt32(this.changedIn, series + 1);
    this.changedIn[series] = this.scan;
  }
}

/** Follows the lines of one body at a time. After a refusal it must not be fed further. */
export class Structure {
  /** The kind of the family to which samples are being added; below zero when the next sample has to ask. */
  openKind: number = NONE;
  samples = 0;
  families: ScannedFamily[] = [];

  #catalogue: Catalogue;
  readonly #format: ExpositionFormat;
  #sightings: Sightings;
  #tracker: FamilyTracker;
  readonly #checksOrder: boolean;
  /** One of each for good: V8 throws compiled code away with the function that it was compiled for. */
  readonly #closing: FamilyClosing = (family) => this.#close(family);
  readonly #namesOf: NamesOf = (family) => this.#catalogue.kinds.claimedNames(family, this.#format);
  #open: TrackedFamily | undefined;
  #firstLine = 0;
  #endLine = 0;
  #openSamples = 0;
  #unitsSeen = 0;
  #unitsEnded = 0;
  /** What a sample name is in a kind, asked last: neighbours have the same name. */
  #askedKind = NONE;
  #askedName = NONE;
  #role: SampleRole | undefined;
  /** The label names that were examined last, and for which samples: where the structural one is, and whether that is all. */
  #shape = 0;
  #shapeKind = NONE;
  #shapeName = NONE;
  #structuralAt = NONE;
  #areNamesPlain = false;

  constructor(format: ExpositionFormat, catalogue: Catalogue, sightings: Sightings) {
    this.#format = format;
    this.#checksOrder = format === 'openmetrics';
    this.#catalogue = catalogue;
    this.#sightings = sightings;
    this.#tracker = this.#createTracker();
  }

  /** Begins a body. */
  begin(catalogue: Catalogue, sightings: Sightings): void {
    this.#catalogue = catalogue;
    this.#sightings = sightings;
    sightings.scan += 1;
    this.#tracker = this.#createTracker();
    this.openKind = NONE;
    this.samples = 0;
    this.families = [];
    this.#open = undefined;
    this.#firstLine = 0;
    this.#endLine = 0;
    this.#openSamples = 0;
    this.#unitsSeen = 0;
    this.#unitsEnded = 0;
    this.#askedKind = NONE;
    this.#shape = 0;
  }

  /** Adds a metadata line; `line` is its number from 1. */
  addMetadata(metadata: MetadataLine, line: number): ExpositionProblem | undefined {
    this.openKind = NONE;
    const family = this.#tracker.addMetadata(metadata, line);
    return family.ok ? undefined : family.error;
  }

  /** Finds the family of a sample by its name's number; afterwards `openKind` is the family's. */
  place(name: number, line: number): ExpositionProblem | undefined {
    const { kinds, names } = this.#catalogue;
    if (this.openKind !== NONE && this.#roleOf(name) !== undefined) return undefined;
    const place = this.#tracker.addSample(names[name] ?? '', line);
    if (!place.ok) return place.error;
    const { family, role } = place.value;
    if (this.#open !== family) {
      this.#open = family;
      this.#firstLine = line - 1;
      this.#openSamples = 0;
      this.#unitsSeen = 0;
      this.#unitsEnded = 0;
    }
    this.openKind = kinds.number(family);
    kinds.setRole(this.openKind, name, role);
    return undefined;
  }

  /**
   * Looks at a new series of the open family once: `sample` gives it decoded, where numbers are not enough. Those that
   * come with one `shape` have the same label names in one order; with 0 that is not known.
   */
  examine(
    name: number,
    pairs: Int32Array,
    count: number,
    shape: number,
    sample: () => Sample,
  ): SeriesFacts | ExpositionReason {
    const kind = this.#catalogue.kinds.kinds[this.openKind];
    const role = this.#roleOf(name);
    if (kind === undefined || role === undefined) return 'sample name does not fit the type of its family';
    const isKnown = shape !== 0 && shape === this.#shape;
    if (!isKnown || this.#shapeKind !== this.openKind || this.#shapeName !== name) {
      this.#shape = shape;
      this.#shapeKind = this.openKind;
      this.#shapeName = name;
      this.#examineNames(kind.type, role, pairs, count);
    }
    let structural = this.#structuralAt < 0 ? NONE : (pairs[this.#structuralAt] ?? NONE);
    if (!this.#areNamesPlain) {
      const reason = sampleProblem(kind, role, sample(), this.#format);
      if (reason !== undefined) return reason;
      if (kind.type === 'stateset') structural = this.#pairCalled(kind.name, pairs, count);
    }
    if (!isHistogram(kind.type) || role !== 'bucket') return { structural, bound: Number.NaN };
    const bound = structural < 0 ? Number.NaN : this.#boundOf(structural);
    if (Number.isNaN(bound)) return 'bucket without a numeric le label';
    return { structural, bound };
  }

  #examineNames(type: MetricType, role: SampleRole, pairs: Int32Array, count: number): void {
    const { labels } = this.#catalogue;
    const le = labels.nameId('le');
    const quantile = labels.nameId('quantile');
    const wanted = role === 'bucket' ? le : role === 'quantile' ? quantile : NONE;
    this.#structuralAt = NONE;
    this.#areNamesPlain = type !== 'info' && type !== 'stateset' && role !== 'quantile';
    for (let at = 0; at < count; at += 1) {
      const nameId = labels.nameIds[pairs[at] ?? 0];
      if (nameId === wanted) this.#structuralAt = at;
      else if (nameId === le || nameId === quantile) this.#areNamesPlain &&= !isShapedType(type);
    }
  }

  /** Adds a sample of a series of the open family. */
  addSample(series: number, line: number): ExpositionReason | undefined {
    const { series: table } = this.#catalogue;
    const sightings = this.#sightings;
    const identity = table.identities[series] ?? series;
    if (identity >= sightings.series.length) sightings.series = grownInt32(sightings.series, identity + 1);
    if (sightings.series[identity] === sightings.scan) return 'same series twice';
    sightings.series[identity] = sightings.scan;
    this.samples += 1;
    this.#openSamples += 1;
    this.#endLine = line;
    return this.#checksOrder ? this.#checkBucket(series) : undefined;
  }

  /**
   * Adds plain samples of the open family, from `from` to before `to`, for as long as nothing has to be looked at or
   * refused; gives how many. `lines` is how many lines there are before. Where `isInOrder`, none of them came already.
   */
  addKnown(series: Int32Array, from: number, to: number, lines: number, isInOrder: boolean): number {
    if (to <= from || this.rulesValues) return 0;
    const isPassedOver = isInOrder && !(this.#checksOrder && isHistogram(this.#openType()));
    const added = isPassedOver ? to - from : this.#countNew(series, from, to);
    if (added > 0) this.#endLine = lines + added;
    this.samples += added;
    this.#openSamples += added;
    return added;
  }

  #countNew(series: Int32Array, from: number, to: number): number {
    const { identities } = this.#catalogue.series;
    const { series: seen, scan } = this.#sightings;
    let at = from;
    for (; at < to; at += 1) {
      const number = series[at] ?? NONE;
      const identity = identities[number] ?? number;
      if (identity >= seen.length || seen[identity] === scan) break;
      if (this.#checksOrder && this.#checkBucket(number) !== undefined) break;
      seen[identity] = scan;
    }
    return at - from;
  }

  /** Notes that the series of lines came: those that were added in order were not noted one by one. */
  sight({ series }: LineTable, from: number, to: number): void {
    const { identities } = this.#catalogue.series;
    const sightings = this.#sightings;
    for (let line = from; line < to; line += 1) {
      const number = series[line] ?? NONE;
      if (number < 0) continue;
      const identity = identities[number] ?? number;
      sightings.series = grownInt32(sightings.series, identity + 1);
      sightings.series[identity] = sightings.scan;
    }
  }

  /** Whether values of the open family are bound to a rule. */
  get rulesValues(): boolean {
    const type = this.#openType();
    return type === 'info' || type === 'stateset';
  }

  /** Checks a value of the open family. */
  checkValue(value: number): ExpositionReason | undefined {
    return valueProblem(this.#openType(), value);
  }

  /** Checks a sample of the open family as a whole: its value, its exemplar. */
  checkSample(sample: Sample): ExpositionReason | undefined {
    const { kinds } = this.#catalogue;
    const kind = kinds.kinds[this.openKind];
    const role = this.#roleOf(this.#catalogue.nameNumber(sample.name));
    return kind === undefined || role === undefined
      ? undefined
      : sampleProblem(kind, role, sample, this.#format);
  }

  /** A reason when the names of `labels` cannot leave beside those before. */
  claimLabels(labels: readonly { readonly name: string }[]): ExpositionReason | undefined {
    return this.#tracker.claimLabels(labels);
  }

  /** Ends the last family. */
  finish(): ExpositionProblem | undefined {
    const problem = this.#tracker.finish();
    if (problem !== undefined) return problem;
    return this.samples === 0 ? problemAt(0, 'no samples') : undefined;
  }

  /** What samples of this name are in the open family; undefined where that has not been found out. */
  #roleOf(name: number): SampleRole | undefined {
    if (name !== this.#askedName || this.openKind !== this.#askedKind || this.#role === undefined) {
      this.#askedKind = this.openKind;
      this.#askedName = name;
      this.#role = this.#catalogue.kinds.role(this.openKind, name);
    }
    return this.#role;
  }

  #boundOf(pair: number): number {
    const { bounds, labels } = this.#catalogue;
    const known = bounds.get(pair);
    if (known !== undefined) return known;
    const bound = parseNumber(labels.label(pair).value) ?? Number.NaN;
    bounds.set(pair, bound);
    return bound;
  }

  #createTracker(): FamilyTracker {
    return new FamilyTracker(this.#format, this.#closing, this.#namesOf);
  }

  #openType(): MetricType {
    return this.#catalogue.kinds.kinds[this.openKind]?.type ?? 'untyped';
  }

  #pairCalled(labelName: string, pairs: Int32Array, count: number): number {
    const { labels } = this.#catalogue;
    const nameId = labels.nameId(labelName);
    return pairs.subarray(0, count).find((pair) => labels.nameIds[pair] === nameId) ?? NONE;
  }

  /** OpenMetrics wants the buckets of each histogram in order, and +Inf to be the last. */
  #checkBucket(series: number): ExpositionReason | undefined {
    const { series: table, kinds } = this.#catalogue;
    const kind = kinds.kinds[this.openKind];
    if (kind === undefined || !isHistogram(kind.type)) return undefined;
    if (this.#roleOf(table.names[series] ?? 0) === 'created') return undefined;
    const sightings = this.#sightings;
    const unit = table.units[series] ?? 0;
    sightings.units = grownInt32(sightings.units, unit + 1);
    sightings.lastBounds = grownFloat64(sightings.lastBounds, unit + 1);
    if (sightings.units[unit] !== sightings.scan) {
      sightings.units[unit] = sightings.scan;
      sightings.lastBounds[unit] = Number.NaN;
      this.#unitsSeen += 1;
    }
    const bound = table.bounds[series] ?? Number.NaN;
    if (Number.isNaN(bound)) return undefined;
    if ((sightings.lastBounds[unit] ?? Number.NaN) >= bound) return 'buckets out of order';
    sightings.lastBounds[unit] = bound;
    if (bound === Infinity) this.#unitsEnded += 1;
    return undefined;
  }

  #close(family: TrackedFamily): ExpositionReason | undefined {
    const isOpen = this.#open === family;
    this.families.push({
      family,
      kind: this.#catalogue.kinds.number(family),
      firstLine: isOpen ? this.#firstLine : 0,
      endLine: isOpen ? this.#endLine : 0,
      samples: isOpen ? this.#openSamples : 0,
    });
    this.#open = undefined;
    this.openKind = NONE;
    return isOpen && this.#checksOrder && this.#unitsEnded < this.#unitsSeen
      ? 'histogram without a +Inf bucket'
      : undefined;
  }
}
