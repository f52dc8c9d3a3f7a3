// The renderer that serves scrapes: the engine, driven in slices, one scrape after the other.

import { ExpositionReader } from '../../exposition/incremental/exposition-reader.js';
import type { ExpositionFormat, ExpositionProblem } from '../../exposition/model.js';
import type { Result } from '../../internal/result.js';
import { atOnce, inTurns, Queue } from '../../internal/turns.js';
import type { CompiledView } from '../compile-view.js';
import type { CounterSnapshot } from '../counter-state.js';
import type { RenderedView, RenderOptions, ViewRenderer } from '../renderer.js';
import { ViewEngine } from './view-engine.js';

type Rendered = Result<RenderedView, ExpositionProblem>;

/**
 * Creates the renderer of a view, its counters empty or continued from a snapshot of the same fingerprint. Views of one
 * target share a `reader`, so that each body is read once for all of them.
 */
export function createViewRenderer(
  view: CompiledView,
  snapshot?: CounterSnapshot,
  reader: ExpositionReader = new ExpositionReader(),
): ViewRenderer {
  const engine = new ViewEngine(view, snapshot);
  const queue = new Queue();
  /** Scrapers that wait for one fetch get one body; each body is rendered once for all who want the same names. */
  const underWay = new WeakMap<Uint8Array, Map<string, Promise<Rendered>>>();
  return {
    render: (body, format, nowMs, options = {}) => {
      const { quotedNames, escaping } = resolved(format, options);
      const key = `${format} ${quotedNames} ${escaping}`;
      const renderings = underWay.get(body) ?? new Map<string, Promise<Rendered>>();
      underWay.set(body, renderings);
      const rendering =
        renderings.get(key) ??
        queue.run(async () => {
          const scan = await reader.read(body, { format, quotedNames });
          return scan.ok ? inTurns(engine.render(scan.value, escaping, nowMs)) : scan;
        });
      renderings.set(key, rendering);
      return rendering;
    },
    snapshot: () => engine.snapshot(),
  };
}

/** A renderer that does all of its work at once. */
export interface ImmediateRenderer {
  render(body: Uint8Array, format: ExpositionFormat, nowMs: number, options?: RenderOptions): Rendered;
  snapshot(): CounterSnapshot;
}

/** The same renderer for callers that have no one to let run in between. */
export function createImmediateRenderer(
  view: CompiledView,
  snapshot?: CounterSnapshot,
  reader: ExpositionReader = new ExpositionReader(),
): ImmediateRenderer {
  const engine = new ViewEngine(view, snapshot);
  const rendered = new WeakMap<Uint8Array, Map<string, Rendered>>();
  return {
    render: (body, format, nowMs, options = {}) => {
      const { quotedNames, escaping } = resolved(format, options);
      const key = `${format} ${quotedNames} ${escaping}`;
      const renderings = rendered.get(body) ?? new Map<string, Rendered>();
      rendered.set(body, renderings);
      const known = renderings.get(key);
      if (known !== undefined) return known;
      const scan = reader.readAtOnce(body, { format, quotedNames });
      const result = scan.ok ? atOnce(engine.render(scan.value, escaping, nowMs)) : scan;
      renderings.set(key, result);
      return result;
    },
    snapshot: () => engine.snapshot(),
  };
}

function resolved(
  format: ExpositionFormat,
  { quotedNames = format === 'openmetrics', escaping = 'values' }: RenderOptions,
): Required<Pick<RenderOptions, 'quotedNames' | 'escaping'>> {
  return { quotedNames, escaping };
}
