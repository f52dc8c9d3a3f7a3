// Renders text through a view in one line, for tests of views.

import { compileView } from '../../src/views/compile-view.js';
import type { CounterSnapshot } from '../../src/views/counter-state.js';
import type { ViewOptions } from '../../src/views/options.js';
import type { RenderedView, ViewRenderer } from '../../src/views/renderer.js';
import { createReferenceRenderer } from '../../src/views/reference/render.js';
import { resolveViewOptions } from '../../src/views/resolve-options.js';
import type { ExpositionFormat } from '../../src/exposition/model.js';

export const TEST_KEY: Uint8Array = new Uint8Array(32).fill(7);

/** A renderer of the view that `options` describe, under the test key. */
export function rendererOf(
  options: Partial<ViewOptions> = {},
  snapshot?: CounterSnapshot,
  key: Uint8Array = TEST_KEY,
): ViewRenderer {
  const resolved = resolveViewOptions({ name: 'view', target: 'target', ...options });
  return createReferenceRenderer(compileView(resolved, key), snapshot);
}

/** Renders lines of text (a final line feed is added). @throws when the renderer refuses them. */
export function renderWhole(
  renderer: ViewRenderer,
  lines: readonly string[],
  nowMs = 0,
  format: ExpositionFormat = 'text',
): RenderedView {
  const rendered = renderer.render(new TextEncoder().encode(`${lines.join('\n')}\n`), format, nowMs);
  if (!rendered.ok) throw new Error(`line ${rendered.error.line}: ${rendered.error.reason}`);
  return rendered.value;
}

/** The sample lines of a view, without metadata. */
export function renderLines(
  renderer: ViewRenderer,
  lines: readonly string[],
  nowMs = 0,
  format: ExpositionFormat = 'text',
): readonly string[] {
  const { body } = renderWhole(renderer, lines, nowMs, format);
  return new TextDecoder()
    .decode(body)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
