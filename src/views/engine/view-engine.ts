// Renders the scans of a target in one view: decides about series by their numbers, gathers what is aggregated, and
// only when nothing can be refused any more moves the counters and writes the body. Works in slices, so that whoever
// drives it can let others run. It must give what `views/reference` gives, byte for byte.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import type { ReadBody } from '../../exposition/incremental/exposition-reader.js';
import type { Scan } from '../../exposition/incremental/scan.js';
import type { ExpositionProblem, QuarantineReport } from '../../exposition/model.js';
import type { NameEscaping } from '../../exposition/names.js';
import { problemAt, TOO_MANY_SERIES } from '../../exposition/problem.js';
import { END_OF_OPENMETRICS } from '../../exposition/serialise.js';
import { chunkOf, type ByteChunks } from '../../internal/byte-chunks.js';
import { lentChunks } from '../../internal/memory-pool.js';
import { fail, ok, type Result } from '../../internal/result.js';
import type { CompiledView } from '../compile-view.js';
import type { CounterReading } from '../counter-reading.js';
import type { CounterSnapshot } from '../counter-state.js';
import { EffectCounter } from '../effects.js';
import { NOTHING_IN_VIEW, type RenderedView } from '../renderer.js';
import {
  commitMemory,
  createViewMemory,
  readMemory,
  rollbackMemory,
  snapshotOf,
  type ViewMemory,
} from '../view-memory.js';
import { planFamilies, type PlannedFamily } from './family-planner.js';
import { moveCounters, writeFamilies } from './family-writer.js';
import { lazyBody } from './lazy-body.js';
import { Lessons } from './lessons.js';
import type { ScanComparison } from './scan-comparison.js';
import { MAX_WHOLE_BYTES, writeBody, type BodyPlan } from './view-body.js';
import { ViewCache } from './view-cache.js';

/** How a scan is shown. */
interface Plan {
  readonly comparison: ScanComparison;
  readonly cache: ViewCache;
  readonly effects: EffectCounter;
  readonly families: readonly PlannedFamily[];
}

/** Renders one view. One scan at a time: a rendering that has begun ends before the next begins. */
export class ViewEngine {
  readonly #view: CompiledView;
  readonly #memory: ViewMemory;
  readonly #lessons: Lessons;
  #caches = new WeakMap<Catalogue, Map<NameEscaping, ViewCache>>();

  /** Its counters are empty, or continued from a snapshot of the same view. */
  constructor(view: CompiledView, snapshot?: CounterSnapshot) {
    this.#view = view;
    this.#memory = createViewMemory(view, snapshot);
    this.#lessons = new Lessons(this.#memory.membership);
  }

  /** Renders what was read of a body at `nowMs`. With a problem nothing is remembered of it. */
  *render(
    { scan, quarantined }: ReadBody,
    escaping: NameEscaping,
    nowMs: number,
  ): Generator<void, Result<RenderedView, ExpositionProblem>> {
    let isWhole = false;
    try {
      const rendered = this.#isTooLarge(scan, quarantined)
        ? fail(problemAt(lineOfSample(scan, this.#view.options.maxSeries), TOO_MANY_SERIES))
        : yield* this.#render(scan, escaping, nowMs);
      isWhole = rendered.ok;
      return rendered.ok && quarantined ? ok({ ...rendered.value, quarantined }) : rendered;
    } finally {
      if (isWhole) {
        commitMemory(this.#memory);
      } else {
        // What was decided on the way may rest on what is forgotten now.
        rollbackMemory(this.#memory);
        this.#lessons.forget();
        this.#caches = new WeakMap();
      }
    }
  }

  /** What the view remembers, to continue from after a restart. */
  snapshot(): CounterSnapshot {
    return snapshotOf(this.#memory);
  }

  /** The same, read while scrapes go on. */
  read(): CounterReading {
    return readMemory(this.#memory);
  }

  /** Views of one target can have different limits, so that the reader's is the largest of them. */
  #isTooLarge({ samples }: Scan, quarantined: QuarantineReport | undefined): boolean {
    return (quarantined?.samplesRead ?? samples) > this.#view.options.maxSeries;
  }

  *#render(
    scan: Scan,
    escaping: NameEscaping,
    nowMs: number,
  ): Generator<void, Result<RenderedView, ExpositionProblem>> {
    yield* this.#lessons.take(scan);
    const planned = yield* this.#plan(scan, escaping);
    if (!planned.ok) return planned;
    const { cache, comparison, families, effects } = planned.value;
    // Nothing is refused from here on. A snapshot that is taken meanwhile must not know an output of a value, but not
    // that the value was admitted.
    commitMemory(this.#memory);
    yield* moveCounters(families, cache, this.#memory.counters, nowMs);
    const context = { format: scan.format, escaping, shown: cache.shown };
    yield* writeFamilies(families, { scan, comparison, cache, context, effects });
    const { samples: seriesOut } = cache.parts;
    const body = yield* writeParts(scan, comparison, cache);
    // The next one begins with none; one that breaks off takes the cache with it.
    cache.parts.clear();
    cache.rendered.remember(scan);
    const { format, samples: seriesIn } = scan;
    return ok({ body, format, seriesIn, seriesOut, effects });
  }

  *#plan(scan: Scan, escaping: NameEscaping): Generator<void, Result<Plan, ExpositionProblem>> {
    const { counters } = this.#memory;
    const aggregates = (metricId: string): boolean => counters.aggregates(metricId);
    for (;;) {
      const cache = this.#cacheFor(scan, escaping);
      const effects = new EffectCounter();
      const comparison = yield* cache.rendered.compare(scan);
      const planned = yield* planFamilies({ scan, comparison, cache, effects, aggregates });
      if (planned !== 'void') {
        return planned.ok ? ok({ cache, comparison, effects, families: planned.value }) : planned;
      }
      this.#caches.delete(scan.catalogue);
    }
  }

  #cacheFor({ catalogue, format }: Scan, escaping: NameEscaping): ViewCache {
    const caches = this.#caches.get(catalogue) ?? new Map<NameEscaping, ViewCache>();
    this.#caches.set(catalogue, caches);
    const { counters, membership } = this.#memory;
    const known = caches.get(escaping);
    // Who belongs to whom may have changed, and with it every decision.
    if (known !== undefined && known.membershipVersion === (membership?.version ?? 0)) return known;
    const identify = (key: string): string => counters.identify(key);
    const view = this.#view;
    const cache = new ViewCache({ ...this.#memory, view, catalogue, format, escaping, identify });
    caches.set(escaping, cache);
    return cache;
  }
}

function* writeParts(scan: Scan, comparison: ScanComparison, cache: ViewCache): Generator<void, ByteChunks> {
  const { parts, patches, byteLength, samples } = cache.parts;
  const isText = scan.format === 'text';
  if (samples === 0 && isText) return chunkOf(Buffer.from(NOTHING_IN_VIEW));
  const { writer, decisions } = cache;
  const plan: BodyPlan = isText
    ? { scan, parts, patches, byteLength, writer, decisions }
    : {
        scan,
        parts: [...parts, { kind: 'text', bytes: END_OF_OPENMETRICS }],
        patches,
        byteLength: byteLength + END_OF_OPENMETRICS.length,
        writer,
        decisions,
      };
  if (plan.byteLength > MAX_WHOLE_BYTES) return lazyBody(plan, cache.block);
  return lentChunks(yield* writeBody(plan, comparison, cache.block));
}

/** The line, from 1, of the sample that comes after `count` others. */
function lineOfSample({ lines }: Scan, count: number): number {
  let samples = 0;
  for (let line = 0; line < lines.count; line += 1) {
    if ((lines.series[line] ?? -1) >= 0) samples += 1;
    if (samples > count) return line + 1;
  }
  return 0;
}
