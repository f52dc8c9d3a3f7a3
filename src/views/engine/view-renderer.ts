// The renderer that serves scrapes: the engine, driven in slices, one scrape after the other.

import { ExpositionReader, type ReadOptions } from '../../exposition/incremental/exposition-reader.js';
import type { ExpositionFormat, ExpositionProblem } from '../../exposition/model.js';
import type { NameEscaping } from '../../exposition/names.js';
import { TOO_MANY_SERIES } from '../../exposition/problem.js';
import { BodyMemo } from '../../internal/body-memo.js';
import { fail, type Result } from '../../internal/result.js';
import { atOnce, inTurns, Queue } from '../../internal/turns.js';
import type { CompiledView } from '../compile-view.js';
import type { CounterReading } from '../counter-reading.js';
import type { CounterSnapshot } from '../counter-state.js';
import type { RenderedView, RenderOptions, RenderProblem, ViewRenderer } from '../renderer.js';
import { ViewEngine } from './view-engine.js';

type Rendered = Result<RenderedView, ExpositionProblem>;

/** What a renderer goes on from. */
export interface RendererDeps {
  /** @default counters are empty; else it must be one of the same fingerprint */
  readonly snapshot?: CounterSnapshot | undefined;
  /** Views of one target share a reader, so that each body is read once for all. @default one of its own */
  readonly reader?: ExpositionReader;
}

/** A renderer whose memory can be saved while it serves. */
export interface LiveRenderer extends ViewRenderer {
  /** What a snapshot has, read while scrapes go on. One reader at a time. */
  read(): CounterReading;
}

/** Creates the renderer of a view. */
export function createViewRenderer(view: CompiledView, deps: RendererDeps = {}): LiveRenderer {
  const engine = new ViewEngine(view, deps.snapshot);
  const reader = deps.reader ?? new ExpositionReader(view.options);
  const queue = new Queue();
  const once = oncePerBody<Promise<Result<RenderedView, RenderProblem>>>();
  return {
    render: (body, format, nowMs, options = {}) => {
      const resolved = resolveRenderOptions(format, options);
      return once(body, resolved, () =>
        queue.run(async () => {
          const read = await reader.read(body, resolved);
          // The reader's limit is the largest of its views'.
          if (!read.ok) return read.error.reason === TOO_MANY_SERIES ? ofView(read.error) : read;
          const rendered = await inTurns(engine.render(read.value, resolved.escaping, nowMs));
          return rendered.ok ? rendered : ofView(rendered.error);
        }),
      );
    },
    snapshot: () => engine.snapshot(),
    read: () => engine.read(),
  };
}

function ofView(problem: ExpositionProblem): Result<never, RenderProblem> {
  return fail({ ...problem, isOfView: true });
}

/** A renderer that does all of its work at once. */
export interface ImmediateRenderer {
  render(body: Uint8Array, format: ExpositionFormat, nowMs: number, options?: RenderOptions): Rendered;
  snapshot(): CounterSnapshot;
}

/** The same renderer for callers that have no one to let run in between. */
export function createImmediateRenderer(view: CompiledView, deps: RendererDeps = {}): ImmediateRenderer {
  const engine = new ViewEngine(view, deps.snapshot);
  const reader = deps.reader ?? new ExpositionReader(view.options);
  const once = oncePerBody<Rendered>();
  return {
    render: (body, format, nowMs, options = {}) => {
      const resolved = resolveRenderOptions(format, options);
      return once(body, resolved, () => {
        const read = reader.readAtOnce(body, resolved);
        return read.ok ? atOnce(engine.render(read.value, resolved.escaping, nowMs)) : read;
      });
    },
    snapshot: () => engine.snapshot(),
  };
}

interface ResolvedRenderOptions extends ReadOptions {
  readonly escaping: NameEscaping;
}

/** Scrapers that wait for one fetch get one body; each body is rendered once for all who want the same names. */
function oncePerBody<T>(): (body: Uint8Array, options: ResolvedRenderOptions, render: () => T) => T {
  const known = new BodyMemo<Map<string, T>>();
  return (body, options, render) => {
    const renderings = known.get(body) ?? new Map<string, T>();
    known.set(body, renderings);
    const key = Object.values(options).join(' ');
    const rendering = renderings.get(key) ?? render();
    renderings.set(key, rendering);
    return rendering;
  };
}

function resolveRenderOptions(
  format: ExpositionFormat,
  { quotedNames = format === 'openmetrics', escaping = 'values', onMalformed = 'fail' }: RenderOptions,
): ResolvedRenderOptions {
  return { format, quotedNames, onMalformed, escaping };
}
