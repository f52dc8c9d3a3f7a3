// The renderer that the differential tests hold to the reference, in both of its forms: at once, and in turns.

import { ExpositionReader } from '../../../src/exposition/incremental/exposition-reader.js';
import type { CompiledView } from '../../../src/views/compile-view.js';
import { createImmediateRenderer, createViewRenderer } from '../../../src/views/engine/view-renderer.js';
import type { ViewRenderer } from '../../../src/views/renderer.js';
import type { StartTarget } from './compare.js';

/** The engine, all at once. */
export const startTarget: StartTarget = (views) => {
  const reader = readerOf(views);
  return (view, snapshot) => createImmediateRenderer(view, { snapshot, reader });
};

/** The engine as it serves scrapes. */
export const startServedTarget: StartTarget<ViewRenderer> = (views) => {
  const reader = readerOf(views);
  return (view, snapshot) => createViewRenderer(view, { snapshot, reader });
};

/** What one view must not read may be little for another. */
function readerOf(views: readonly CompiledView[]): ExpositionReader {
  return new ExpositionReader({ maxSeries: Math.max(...views.map(({ options }) => options.maxSeries)) });
}
