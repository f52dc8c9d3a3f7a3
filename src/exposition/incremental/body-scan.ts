// Scans one body, line by line. A line that stands where the body before had the same bytes is the same series and is
// not read again; of a line with the same series and another value only the value is read; any other line is read, and
// tells by its series where the two bodies run together again. Unusual lines go to the strict reader of the format.

import { LINE_READERS } from '../line-readers.js';
import { MAX_IDLE_LINES } from '../limits.js';
import { flawOf, MAX_LINE_BYTES } from '../lines.js';
import type { ExpositionProblem, Sample } from '../model.js';
import { END_OF_EXPOSITION } from '../openmetrics-format.js';
import { type ExpositionReason, problemAt, TOO_MANY_SERIES } from '../problem.js';
import { EqualRuns } from './equal-runs.js';
import { labelClash } from './label-claims.js';
import {
  END_MARK,
  entryBefore,
  IS_AS_LONG,
  LineTable,
  metadataEntry,
  metadataOf,
  NOTHING,
  tableFor,
} from './line-table.js';
import { bufferOf, type BodyFormat, type ScanMemory } from './scan-memory.js';
import type { ScanWork } from './scan.js';
import { SeriesOrder } from './series-order.js';
import type { NamedSeries } from './series-reader.js';
import { Structure } from './structure.js';
import { numberAt, plainValueEnd } from './value-reader.js';

const LINE_FEED = 0x0a;
const HASH = 0x23;

const NO_BYTES: Buffer = Buffer.alloc(0);
const NO_LINES: LineTable = new LineTable(0);

/**
 * The scan of one body at a time. After a problem it must not be continued. The object is there for as long as its
 * scanner: V8 throws compiled code away with the last object that it was compiled for.
 */
export class BodyScan {
  /** The lines so far. */
  lines: LineTable = NO_LINES;
  readonly structure: Structure;
  /** Where the next line begins. */
  at = 0;
  /** Why the body is no exposition. */
  problem: ExpositionProblem | undefined;
  /** Whether `# EOF` was read. */
  ended = false;

  readonly #format: BodyFormat;
  #body: Buffer = NO_BYTES;
  #memory: ScanMemory;
  #before: LineTable = NO_LINES;
  #bodyBefore: Buffer = NO_BYTES;
  /** Lines of the body before that a line feed ends. */
  #linesBefore = 0;
  /** The line of the body before with which the next one is compared. */
  #lineBefore = 0;
  readonly #order = new SeriesOrder();
  readonly #runs = new EqualRuns();
  /** Behind the last line feed. */
  #plainEnd = 0;
  #idleLines = 0;
  /** Where the value of the line that is being read begins. */
  #valueStart = 0;
  /** That line, decoded. One of it for good: lines are many. */
  readonly #decoded = (): Sample => {
    const { catalogue, reader } = this.#memory;
    const labels = [...reader.pairs.subarray(0, reader.count)].map((pair) => catalogue.labels.label(pair));
    const end = this.#body.indexOf(LINE_FEED, this.#valueStart);
    const [value = ''] = this.#body.toString('latin1', this.#valueStart, end).split(' ');
    return { name: catalogue.names[reader.name] ?? '', labels, value };
  };
  /** What was done; where the memory counts, how much it had counted before, below zero. */
  #done = { linesRead: 0, valuesRead: 0, seriesAdded: 0, pairsHashed: 0, pairsAdded: 0 };

  /** `blank` is a memory that nothing was read into: it stands in between two bodies. */
  constructor(format: BodyFormat, blank: ScanMemory) {
    this.#format = format;
    this.#memory = blank;
    this.structure = new Structure(format.format, blank.catalogue, blank.sightings);
  }

  /** Begins a body that is not empty; what is left of one before it is given up. */
  begin(body: Buffer, memory: ScanMemory): void {
    const { catalogue, previous, reader, sightings } = memory;
    this.#body = body;
    this.#memory = memory;
    this.#before = previous?.lines ?? NO_LINES;
    this.#bodyBefore = bufferOf(previous?.body ?? NO_BYTES);
    this.#linesBefore = this.#before.count - (this.#bodyBefore.at(-1) === LINE_FEED ? 0 : 1);
    this.#lineBefore = 0;
    this.#order.begin();
    this.#runs.begin(body, this.#bodyBefore);
    this.#plainEnd = body.lastIndexOf(LINE_FEED) + 1;
    this.lines = tableFor(body, previous?.lines);
    this.structure.begin(catalogue, sightings);
    reader.begin(body);
    this.at = 0;
    this.problem = undefined;
    this.ended = false;
    this.#idleLines = 0;
    const [pairsHashed, pairsAdded] = [-reader.hashedPairs, -catalogue.labels.count];
    this.#done = { linesRead: 0, valuesRead: 0, seriesAdded: 0, pairsHashed, pairsAdded };
  }

  /** Lets go of the body and of all that was read of it. */
  release(blank: ScanMemory): void {
    this.#body = NO_BYTES;
    this.#memory = blank;
    this.#before = NO_LINES;
    this.#bodyBefore = NO_BYTES;
    this.#runs.begin(NO_BYTES, NO_BYTES);
    this.lines = NO_LINES;
    this.structure.begin(blank.catalogue, blank.sightings);
  }

  /** Takes one line or more; afterwards `at` is further, or there is a `problem`. */
  step(): void {
    if (this.ended) {
      this.#refuse('text after # EOF');
      return;
    }
    if (this.#order.isBehind) {
      this.#order.catchUp(this.structure, this.lines);
      return;
    }
    if (this.#lineBefore >= this.#linesBefore) {
      this.#readLine();
      return;
    }
    const run = this.#runs.find(this.#before, this.#lineBefore, this.#linesBefore, this.at);
    if (run > 0) this.#takeRun(run);
    else if (!this.#readValue()) this.#readLine();
  }

  /** Ends the body. */
  finish(): void {
    if (this.#format.format === 'openmetrics' && !this.ended) this.problem = problemAt(0, '# EOF missing');
    else {
      const { catalogue } = this.#memory;
      this.problem = this.structure.finish() ?? labelClash(catalogue, this.lines, this.structure);
    }
  }

  /** How much had to be looked at. */
  get work(): ScanWork {
    const { catalogue, reader } = this.#memory;
    return {
      ...this.#done,
      bytesCompared: this.#runs.compared,
      pairsHashed: this.#done.pairsHashed + reader.hashedPairs,
      pairsAdded: this.#done.pairsAdded + catalogue.labels.count,
    };
  }

  /** Takes lines over from the body before: only their places change. */
  #takeRun(run: number): void {
    const before = this.#before;
    const end = this.#lineBefore + run;
    const shift = this.at - (before.starts[this.#lineBefore] ?? 0);
    this.lines.reserve(run);
    while (this.#lineBefore < end) {
      const samples = this.#countKnown(end);
      if (samples > 0) {
        this.lines.addEqual(this.structure.openKind, before, this.#lineBefore, samples, shift);
        this.#lineBefore += samples;
        this.at = (before.starts[this.#lineBefore] ?? 0) + shift;
      } else if (!this.#takeLine(this.#lineBefore, (before.starts[this.#lineBefore + 1] ?? 0) + shift)) {
        return;
      }
    }
  }

  /** Takes one line over, which now ends before `next`; whether the one behind it can be taken over as well. */
  #takeLine(line: number, next: number): boolean {
    const before = this.#before;
    const entry = before.series[line] ?? NOTHING;
    if (entry < 0) {
      this.#addEntry(entry, next);
    } else {
      // Under another family or type the line may mean something else: it is read anew.
      if (!this.#opensKindOf(entry)) {
        if (this.problem === undefined) this.#readLine();
        return false;
      }
      if (before.isPlain(line)) {
        const shift = next - (before.starts[line + 1] ?? 0);
        this.lines.addEqual(this.structure.openKind, before, line, 1, shift);
      } else {
        this.lines.addWithRest(entry, before.rest(line, this.#bodyBefore), next);
        this.lines.isEqualTo(line);
      }
      this.at = next;
      this.#addSample(entry);
    }
    this.#lineBefore = line + 1;
    return this.problem === undefined && !this.ended;
  }

  /** Adds as many samples of the open family as can be taken over together, and gives how many. */
  #countKnown(end: number): number {
    const { structure } = this;
    const from = this.#lineBefore;
    const room = this.#format.maxSeries - structure.samples;
    const to = Math.min(end, from + room, from + this.#before.plain.reach(from, structure.openKind));
    return structure.addKnown(this.#before.series, from, to, this.lines.count, this.#order.isKept);
  }

  /** Reads the value of a line whose series is that of the line before; false, without a problem, where all is to be read. */
  #readValue(): boolean {
    const before = this.#before;
    const line = this.#lineBefore;
    const series = before.series[line] ?? NOTHING;
    if (series < 0 || !before.isPlain(line)) return false;
    const start = before.starts[line] ?? 0;
    const valueStart = before.valueStart(line);
    const own = this.at + valueStart - start;
    if (own >= this.#plainEnd || !this.#runs.isEqualUpTo(valueStart)) return false;
    const valueEnd = plainValueEnd(this.#body, own, this.#format.format);
    if (valueEnd < 0 || valueEnd - this.at > MAX_LINE_BYTES) return false;
    if (!this.#opensKindOf(series)) return this.problem !== undefined;
    const isAsLong = valueEnd - own === before.restEnd(line) - valueStart;
    this.#done.valuesRead += 1;
    this.#memory.sightings.change(series);
    this.lines.reserve(1);
    const entry = entryBefore(line, isAsLong ? IS_AS_LONG : 0);
    this.lines.addPlain(this.structure.openKind, series, own, valueEnd + 1, entry);
    this.at = valueEnd + 1;
    this.#lineBefore = line + 1;
    this.#addSample(series);
    return true;
  }

  #readLine(): void {
    const start = this.at;
    const { reader } = this.#memory;
    this.#done.linesRead += 1;
    if (start < this.#plainEnd && this.#body[start] !== HASH) {
      const blank = reader.read(start);
      const end = blank < 0 ? -1 : plainValueEnd(this.#body, blank + 1, this.#format.format);
      if (end >= 0 && end - start <= MAX_LINE_BYTES) {
        this.#valueStart = blank + 1;
        const series = this.#resolve(reader, this.#decoded);
        if (series < 0) return;
        reader.learn(series);
        if (!this.#meet(series)) return;
        this.lines.reserve(1);
        this.lines.addPlain(this.structure.openKind, series, blank + 1, end + 1);
        this.at = end + 1;
        this.#addSample(series);
        return;
      }
    }
    this.#readStrictly(start);
  }

  #readStrictly(start: number): void {
    const found = this.#body.indexOf(LINE_FEED, start);
    const end = found < 0 ? this.#body.length : found;
    const next = found < 0 ? end : end + 1;
    const flaw = end - start > MAX_LINE_BYTES ? 'line too long' : flawOf(this.#body.subarray(start, end));
    if (flaw !== undefined) {
      this.#refuse(flaw);
      return;
    }
    const text = this.#body.toString('utf8', start, end);
    const { format, quotedNames } = this.#format;
    if (found < 0 && !(format === 'openmetrics' && text === END_OF_EXPOSITION)) {
      this.#refuse('the last line is cut off');
      return;
    }
    const content = LINE_READERS[format](text, quotedNames);
    this.lines.reserve(1);
    if (!content.ok) this.#refuse(content.error);
    else if (content.value.kind === 'sample') this.#addStrictSample(content.value.sample, next);
    else if (content.value.kind === 'metadata')
      this.#addEntry(metadataEntry(this.#memory.catalogue.metadataNumber(content.value)), next);
    else this.#addEntry(content.value.kind === 'end' ? END_MARK : NOTHING, next);
  }

  #addStrictSample(sample: Sample, next: number): void {
    const { catalogue } = this.#memory;
    const pairs = Int32Array.from(sample.labels, (label) => catalogue.labels.internLabel(label));
    const name = catalogue.nameNumber(sample.name);
    const [count, sum] = [pairs.length, catalogue.series.sumOf(pairs, pairs.length)];
    const series = this.#resolve({ name, pairs, count, sum, shape: 0 }, () => sample);
    if (series < 0) return;
    const reason = sample.exemplar === undefined ? undefined : this.structure.checkSample(sample);
    if (reason !== undefined) {
      this.#refuse(reason);
      return;
    }
    for (const label of sample.exemplar?.labels ?? []) catalogue.addExemplarName(label.name);
    const rest = sample.timestamp === undefined ? sample.value : `${sample.value} ${sample.timestamp}`;
    if (!this.#meet(series)) return;
    this.lines.addWithRest(series, Buffer.from(rest, 'latin1'), next);
    this.at = next;
    this.#addSample(series);
  }

  /** The series of these label pairs in the family to which the next sample belongs; -1 with a problem. */
  #resolve({ name, pairs, count, sum, shape }: NamedSeries, sample: () => Sample): number {
    const { catalogue } = this.#memory;
    this.problem = this.structure.place(name, this.lines.count + 1);
    if (this.problem !== undefined) return -1;
    const kind = this.structure.openKind;
    let series = catalogue.series.find(kind, name, pairs, count, sum);
    if (series < 0) {
      const facts = this.structure.examine(name, pairs, count, shape, sample);
      if (typeof facts === 'string') {
        this.#refuse(facts);
        return -1;
      }
      this.#done.seriesAdded += 1;
      series = catalogue.series.add(kind, name, pairs, count, sum, facts);
    }
    this.#memory.sightings.change(series);
    return series;
  }

  /** Whether the family to which a sample of `series` belongs now is of the kind that it belonged to before. */
  #opensKindOf(series: number): boolean {
    const { kinds, names } = this.#memory.catalogue.series;
    if (kinds[series] === this.structure.openKind) return true;
    this.problem = this.structure.place(names[series] ?? 0, this.lines.count + 1);
    return this.problem === undefined && kinds[series] === this.structure.openKind;
  }

  /** Adds a line that is no sample. */
  #addEntry(entry: number, next: number): void {
    this.lines.addEntry(entry, next);
    this.at = next;
    const line = this.lines.count;
    const metadata = this.#memory.catalogue.metadata[metadataOf(entry)];
    if (metadata !== undefined) this.problem = this.structure.addMetadata(metadata, line);
    else if (entry === END_MARK) this.ended = true;
    else {
      this.#idleLines += 1;
      if (this.#idleLines > MAX_IDLE_LINES)
        this.problem = problemAt(line, 'too many blank lines and comments');
    }
  }

  /** Checks the sample that was added last. */
  #addSample(series: number): void {
    const line = this.lines.count;
    let reason = this.structure.addSample(series, line);
    if (this.structure.samples > this.#format.maxSeries) reason ??= TOO_MANY_SERIES;
    if (this.structure.rulesValues) {
      const rest = this.lines.rest(line - 1, this.#body);
      reason ??= this.structure.checkValue(numberAt(rest, 0, rest.length));
    }
    if (reason !== undefined) this.problem = problemAt(line, reason);
  }

  /**
   * Goes on comparing behind the place where a series stood in the body before. False where its line, which may have been
   * taken over already, is to be read once more when those so far have been noted.
   */
  #meet(series: number): boolean {
    const { catalogue, places } = this.#memory;
    const { identities } = catalogue.series;
    const identity = identities[series] ?? series;
    const line = places.lineOf(identity, catalogue.series);
    const there = line < 0 || line >= this.#linesBefore ? -1 : (this.#before.series[line] ?? -1);
    if (there < 0 || identities[there] !== identity) return true;
    if (this.#order.isKept && (there !== series || line < this.#lineBefore)) {
      this.#order.giveUp(this.lines.count);
      this.#done.linesRead -= 1;
      return false;
    }
    if (there === series) this.#lineBefore = line + 1;
    return true;
  }

  /** Refuses the line that was about to be added. */
  #refuse(reason: ExpositionReason): void {
    this.problem = problemAt(this.lines.count + 1, reason);
  }
}
