// Plays a sequence to the reference renderer and to another one, and tells the first thing in which they differ.
// Both get bytes of their own, so that neither can spoil the other's.

import type { ExpositionFormat, ExpositionProblem } from '../../../src/exposition/model.js';
import { type ByteChunks, joinChunks } from '../../../src/internal/byte-chunks.js';
import { borrow, type LetGo, MemoryPool } from '../../../src/internal/memory-pool.js';
import type { Result } from '../../../src/internal/result.js';
import { type CompiledView, compileView } from '../../../src/views/compile-view.js';
import type { CounterSnapshot } from '../../../src/views/counter-state.js';
import type { ViewOptions } from '../../../src/views/options.js';
import { createReferenceRenderer } from '../../../src/views/reference/render.js';
import type { RenderedView, RenderOptions } from '../../../src/views/renderer.js';
import { resolveViewOptions } from '../../../src/views/resolve-options.js';
import { TEST_KEY } from '../views.js';
import { bodyDifference, effectsText, seriesText, snapshotText } from './difference-text.js';
import type { Observer } from './coverage.js';
import type { Scenario, ScrapeStep, Step } from './scenario.js';

/** A renderer that does all of its work at once. */
export interface Subject {
  render(
    body: Uint8Array,
    format: ExpositionFormat,
    nowMs: number,
    options?: RenderOptions,
  ): Result<RenderedView, ExpositionProblem>;
  snapshot(): CounterSnapshot;
}

/** Begins a target with all its views, and makes their renderers: they may share what they read of it. */
export type StartTarget<S = Subject> = (
  views: readonly CompiledView[],
) => (view: CompiledView, snapshot?: CounterSnapshot) => S;

/** In what two renderers differ. */
export type DifferenceKind =
  | 'refusal'
  | 'bytes'
  | 'series'
  | 'effects'
  | 'snapshot'
  | 'thrown'
  | 'body of the target changed'
  | 'earlier answer changed';

/** The first difference of a sequence. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Index of the step; the number of steps where it is the snapshot at the end. */
  readonly step: number;
  readonly view: number;
  readonly expected: string;
  readonly actual: string;
}

/** The same without its place. */
export type Finding = Pick<Difference, 'kind' | 'expected' | 'actual'>;

/** Both sides' memories of one view. */
interface Snapshots {
  readonly oracle: Pick<Subject, 'snapshot'>;
  readonly subject: Pick<Subject, 'snapshot'>;
}

/** The two renderers of one view. */
interface Pair {
  readonly view: CompiledView;
  oracle: Subject;
  subject: Subject;
  /** The subject's last answer, its bytes when it was given, and how to let go of it where that is said. */
  lastBody: ByteChunks | undefined;
  lastBytes: Uint8Array;
  letGoOfLast: LetGo | undefined;
}

const compiled = new WeakMap<ViewOptions, CompiledView>();

/** Plays `scenario`; undefined where both renderers agree to its end. */
export function firstDifference(
  scenario: Scenario,
  startTarget: StartTarget,
  observer?: Observer,
): Difference | undefined {
  const views = scenario.views.map(compiledView);
  let makeSubject = startTarget(views);
  const pairs = views.map((view) => createPair(view, makeSubject));
  const bodies = new Bodies(scenario);
  for (const [index, step] of scenario.steps.entries()) {
    if (step.kind === 'restart' && step.view === 'all') makeSubject = startTarget(views);
    const readers = readersOf(step, scenario);
    const playStep =
      step.kind === 'scrape' ? scrapePlayer(step, bodies, observer) : restartPlayer(makeSubject);
    for (const view of readers) {
      const pair = pairs[view];
      const finding = pair === undefined ? undefined : caught(() => playStep(pair));
      if (finding !== undefined) return { ...finding, step: index, view };
    }
    bodies.stepEnded(step);
  }
  for (const [view, pair] of pairs.entries()) {
    const finding = caught(() => compareSnapshots(pair, observer));
    if (finding !== undefined) return { ...finding, step: scenario.steps.length, view };
  }
  return undefined;
}

/** The views that a step is about, in its order. */
export function readersOf(step: Step, { views }: Scenario): readonly number[] {
  if (step.kind === 'scrape') return step.views;
  return step.view === 'all' ? [...views.keys()] : [step.view];
}

function createPair(view: CompiledView, makeSubject: ReturnType<StartTarget>): Pair {
  return {
    view,
    oracle: createReferenceRenderer(view),
    subject: makeSubject(view),
    lastBody: undefined,
    lastBytes: new Uint8Array(),
    letGoOfLast: undefined,
  };
}

/** The view that `options` describe, compiled once. */
export function compiledView(options: ViewOptions): CompiledView {
  const view = compiled.get(options) ?? compileView(resolveViewOptions(options), TEST_KEY);
  compiled.set(options, view);
  return view;
}

function scrapePlayer(
  step: ScrapeStep,
  bodies: Bodies,
  observer: Observer | undefined,
): (pair: Pair) => Finding | undefined {
  const ownBody = bodies.ownOf(step.body);
  return (pair) => {
    const { format, nowMs, options } = step;
    const expected = pair.oracle.render(step.body, format, nowMs, options);
    const actual = pair.subject.render(ownBody, format, nowMs, options);
    observer?.scrape(step, expected, actual);
    if (!step.body.equals(ownBody))
      return differing('body of the target changed', step.body, Buffer.from(ownBody));
    return compareResults(expected, actual) ?? compareEarlier(pair, actual, bodies.isLastUse(step));
  };
}

/** The bodies of a sequence as the subject gets them: some in memory that serves again, as those of targets do. */
class Bodies {
  readonly #pool = new MemoryPool(1024 * 1024);
  /** How often each is still to be scraped. */
  readonly #uses = new Map<Buffer, number>();
  readonly #own = new Map<Buffer, { readonly bytes: Uint8Array; readonly letGo: LetGo }>();

  constructor({ steps }: Scenario) {
    for (const step of steps) {
      if (step.kind === 'scrape') this.#uses.set(step.body, (this.#uses.get(step.body) ?? 0) + 1);
    }
  }

  /** One body stays one body: what asks for it again need not be rendered again. */
  ownOf(body: Buffer): Uint8Array {
    const known = this.#own.get(body);
    if (known !== undefined) return known.bytes;
    // Every fourth is not, and lies in the middle of other memory.
    const by = this.#own.size % 4;
    const bytes = by < 3 ? this.#pool.take(body.length) : new Uint8Array(body.length + by).subarray(by);
    bytes.set(body);
    this.#own.set(body, { bytes, letGo: borrow(bytes) });
    return bytes;
  }

  isLastUse(step: ScrapeStep): boolean {
    return this.#uses.get(step.body) === 1;
  }

  stepEnded(step: Step): void {
    if (step.kind !== 'scrape') return;
    const uses = (this.#uses.get(step.body) ?? 0) - 1;
    this.#uses.set(step.body, uses);
    if (uses === 0) this.#own.get(step.body)?.letGo();
  }
}

/** What two renderers made of one scrape. */
export function compareResults(
  expected: Result<RenderedView, ExpositionProblem>,
  actual: Result<RenderedView, ExpositionProblem>,
): Finding | undefined {
  if (!expected.ok || !actual.ok) {
    if (expected.ok === actual.ok) return undefined;
    return { kind: 'refusal', expected: outcome(expected), actual: outcome(actual) };
  }
  const [a, b] = [expected.value, actual.value];
  const bytes = joinChunks(b.body);
  const expectedBytes = joinChunks(a.body);
  if (Buffer.compare(expectedBytes, bytes) !== 0) return differing('bytes', expectedBytes, bytes);
  const [expectedSeries, actualSeries] = [seriesText(a), seriesText(b)];
  if (expectedSeries !== actualSeries)
    return { kind: 'series', expected: expectedSeries, actual: actualSeries };
  const [expectedEffects, actualEffects] = [effectsText(a.effects), effectsText(b.effects)];
  if (expectedEffects === actualEffects) return undefined;
  return { kind: 'effects', expected: expectedEffects, actual: actualEffects };
}

/** An answer may still be on its way to a scraper while the next one is made. */
function compareEarlier(
  pair: Pair,
  actual: Result<RenderedView, ExpositionProblem>,
  isLastUse: boolean,
): Finding | undefined {
  const earlier = pair.lastBody === undefined ? undefined : joinChunks(pair.lastBody);
  if (earlier !== undefined && Buffer.compare(earlier, pair.lastBytes) !== 0) {
    return differing('earlier answer changed', pair.lastBytes, earlier);
  }
  // Whoever asks for the same body again gets the same answer again.
  const letGo = actual.ok && isLastUse ? actual.value.body.borrow?.() : undefined;
  pair.letGoOfLast?.();
  pair.letGoOfLast = letGo;
  pair.lastBody = actual.ok ? actual.value.body : undefined;
  if (actual.ok) pair.lastBytes = Buffer.from(joinChunks(actual.value.body));
  return undefined;
}

function restartPlayer(makeSubject: ReturnType<StartTarget>): (pair: Pair) => Finding | undefined {
  return (pair) => {
    const finding = compareSnapshots(pair);
    pair.oracle = createReferenceRenderer(pair.view, saved(pair.oracle));
    pair.subject = makeSubject(pair.view, saved(pair.subject));
    return finding;
  };
}

/** As it comes back from the state file. */
export function saved(subject: Pick<Subject, 'snapshot'>): CounterSnapshot {
  return JSON.parse(JSON.stringify(subject.snapshot()));
}

/** What two renderers remember. */
export function compareSnapshots({ oracle, subject }: Snapshots, observer?: Observer): Finding | undefined {
  const snapshot = oracle.snapshot();
  observer?.end(snapshot);
  const [expected, actual] = [snapshotText(snapshot), snapshotText(subject.snapshot())];
  return expected === actual ? undefined : { kind: 'snapshot', expected, actual };
}

function caught(play: () => Finding | undefined): Finding | undefined {
  try {
    return play();
  } catch (error) {
    const actual = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'thrown', expected: 'no exception', actual };
  }
}

function differing(kind: DifferenceKind, expected: Uint8Array, actual: Uint8Array): Finding {
  return { kind, ...bodyDifference(expected, actual) };
}

function outcome(result: Result<RenderedView, ExpositionProblem>): string {
  if (!result.ok) return `refused: line ${result.error.line}: ${result.error.reason}`;
  return `${seriesText(result.value)}\n${Buffer.from(joinChunks(result.value.body)).toString('utf8')}`;
}
