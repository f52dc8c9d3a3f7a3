// Scans the bodies of one target in one format, one after the other, each in comparison with the one before.
// A refusal is never due to anything remembered: a body that is refused is scanned once more from scratch. What is
// remembered is bounded, and large bodies are not remembered at all.

import type { ExpositionProblem } from '../model.js';
import { problemAt } from '../problem.js';
import { pin, type LetGo } from '../../internal/memory-pool.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { BodyScan } from './body-scan.js';
import { Catalogue } from './catalogue.js';
import { bufferOf, type BodyFormat, type ScanMemory } from './scan-memory.js';
import type { Scan } from './scan.js';
import { SeriesPlaces } from './series-places.js';
import { SeriesReader } from './series-reader.js';
import { Sightings } from './structure.js';

/** Bytes of a body after which others get their turn: a millisecond of work, several while code is not yet compiled. */
const SLICE_BYTES = 32 * 1024;
/** A guess that makes the tables of a large body grow seldom: what they grow out of is memory as well. */
const EXPECTED_SERIES_BYTES = 384;
/** As how many bytes a line counts that is read, or a run that is not: bodies can be of very short lines. */
const BYTES_OF_STEP = 96;
/** The largest body that is kept to compare the next one with. */
const MAX_REMEMBERED_BODY_BYTES = 48 * 1024 * 1024;
/**
 * The catalogue may weigh as much as so many bodies of the size of the last one, for each of its samples so many times what
 * it weighed after its first one, of which nothing had vanished, and always so many bytes.
 */
const MAX_WEIGHT_IN_BODIES = 2;
const MAX_GROWTH = 2;
const MAX_SMALL_WEIGHT_BYTES = 8 * 1024 * 1024;
/** Vanished series make a new catalogue worth its price when they outnumber the present ones by this factor. */
const MAX_SERIES_FACTOR = 2;
const MAX_SMALL_SERIES = 10_000;
const BYTE_ORDER_MARK: Uint8Array = Uint8Array.of(0xef, 0xbb, 0xbf);

/** One scan at a time: a scan that has begun is finished or given up before the next begins. */
export class ExpositionScanner {
  readonly #format: BodyFormat;
  #memory: ScanMemory | undefined;
  readonly #blank: ScanMemory;
  readonly #run: BodyScan;
  /** Lets go of the body that is remembered. */
  #unpin: LetGo | undefined;

  constructor(format: BodyFormat) {
    this.#format = format;
    this.#blank = freshMemory(format, 0);
    this.#run = new BodyScan(format, this.#blank);
  }

  /** Scans `body`, which must not change any more. Yields whenever others may have their turn. */
  *scan(body: Uint8Array): Generator<void, Result<Scan, ExpositionProblem>> {
    const bytes = bufferOf(body);
    if (bytes.length === 0) return fail(problemAt(0, 'the exposition is empty'));
    if (bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK))
      return fail(problemAt(1, 'byte order mark'));
    const wasFresh = this.#memory === undefined;
    const scan = yield* this.#scanOnce(bytes);
    if (scan.ok) return scan;
    this.#remember(undefined);
    return wasFresh ? scan : yield* this.#scanOnce(bytes);
  }

  *#scanOnce(body: Buffer): Generator<void, Result<Scan, ExpositionProblem>> {
    const memory = this.#memory ?? freshMemory(this.#format, body.length);
    const run = this.#run;
    run.begin(body, memory);
    try {
      yield* readAll(run, body.length);
      if (run.problem !== undefined) return fail(run.problem);
      const scan = scanOf(run, body, this.#format, memory);
      this.#remember(remembered(scan, memory));
      return ok(scan);
    } finally {
      run.release(this.#blank);
    }
  }

  #remember(memory: ScanMemory | undefined): void {
    const unpinBefore = this.#unpin;
    this.#unpin = memory?.previous === undefined ? undefined : pin(memory.previous.body);
    this.#memory = memory;
    unpinBefore?.();
  }
}

/** Reads a body to its end, or to the first problem. */
function* readAll(run: BodyScan, bodyBytes: number): Generator<void, void> {
  let steps = 0;
  for (let sliceEnd = SLICE_BYTES; run.at < bodyBytes;) {
    run.step();
    if (run.problem !== undefined) return;
    steps += 1;
    if (run.at + steps * BYTES_OF_STEP < sliceEnd) continue;
    sliceEnd = run.at + steps * BYTES_OF_STEP + SLICE_BYTES;
    yield;
  }
  run.finish();
}

function scanOf(
  run: BodyScan,
  body: Buffer,
  { format }: BodyFormat,
  { catalogue, previous, sightings }: ScanMemory,
): Scan {
  return {
    format,
    body,
    number: sightings.scan,
    basis: previous?.number ?? 0,
    changedIn: sightings.changedIn,
    catalogue,
    lines: run.lines,
    families: run.structure.families,
    samples: run.structure.samples,
    work: run.work,
  };
}

/** What the next scan goes on from; nothing where that would cost too much. */
function remembered(scan: Scan, memory: ScanMemory): ScanMemory | undefined {
  const { body, catalogue, lines, samples } = scan;
  const { weight } = catalogue;
  // Lines can be so short that their series weigh more than they do, though nothing of them has vanished.
  const weightOfSample = memory.previous === undefined ? weight / samples : memory.weightOfSample;
  const mostWeight = Math.max(
    MAX_SMALL_WEIGHT_BYTES,
    MAX_WEIGHT_IN_BODIES * body.length,
    MAX_GROWTH * weightOfSample * samples,
  );
  const isTooLarge =
    body.length > MAX_REMEMBERED_BODY_BYTES ||
    weight > mostWeight ||
    catalogue.series.count > Math.max(MAX_SMALL_SERIES, MAX_SERIES_FACTOR * samples);
  if (isTooLarge) return undefined;
  // Written out: what is spread has another shape each time, for which the code that scans would be compiled anew.
  const { reader, sightings, places } = memory;
  places.begin(lines, catalogue.series.count);
  return { catalogue, reader, sightings, places, previous: scan, weightOfSample };
}

function freshMemory({ format }: BodyFormat, bodyBytes: number): ScanMemory {
  const catalogue = new Catalogue(Math.ceil(bodyBytes / EXPECTED_SERIES_BYTES));
  return {
    catalogue,
    reader: new SeriesReader(catalogue, format),
    sightings: new Sightings(),
    places: new SeriesPlaces(),
    previous: undefined,
    weightOfSample: 0,
  };
}
