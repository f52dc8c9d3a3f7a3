// The two renderers that are compared, out of the build. The one place that says which renderer the product uses.

import { ExpositionReader } from '#built/exposition/incremental/exposition-reader.js';
import { compileView } from '#built/views/compile-view.js';
import { createViewRenderer } from '#built/views/engine/view-renderer.js';
import { createReferenceRenderer } from '#built/views/reference/render.js';
import { resolveViewOptions } from '#built/views/resolve-options.js';
import type { CompiledView } from '../src/views/compile-view.js';
import type { ViewRenderer } from '../src/views/renderer.js';
import { viewOptions, type ViewName } from './workload/views.js';

const PSEUDONYM_KEY = new Uint8Array(32).fill(7);

/** Makes a renderer that has seen no scrape yet. */
export type RendererOf = (view: ViewName) => ViewRenderer;

/** The renderer that serves scrapes. */
export const productRenderer: RendererOf = (name) => createViewRenderer(compile(name));

/** As many as `count` that share what is read, as the views of one target do. */
export function productRenderers(name: ViewName, count: number): readonly ViewRenderer[] {
  const reader = new ExpositionReader({ maxSeries: Infinity });
  return Array.from({ length: count }, () => createViewRenderer(compile(name), { reader }));
}

/** The renderer that settles what is right. */
export const referenceRenderer: RendererOf = (name) => createPromisedReference(compile(name));

function compile(name: ViewName): CompiledView {
  return compileView(resolveViewOptions(viewOptions(name)), PSEUDONYM_KEY);
}

function createPromisedReference(view: CompiledView): ViewRenderer {
  const renderer = createReferenceRenderer(view);
  return {
    render: (...scrape) => Promise.resolve(renderer.render(...scrape)),
    snapshot: () => renderer.snapshot(),
  };
}
