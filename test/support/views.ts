// Renders text through a view in one line, for tests of views.

import { deepStrictEqual } from 'node:assert/strict';
import { compileView } from '../../src/views/compile-view.js';
import type { CounterSnapshot } from '../../src/views/counter-state.js';
import type { ViewOptions } from '../../src/views/options.js';
import type { NameOptions, RenderedView } from '../../src/views/renderer.js';
import { createImmediateRenderer } from '../../src/views/engine/view-renderer.js';
import { createReferenceRenderer } from '../../src/views/reference/render.js';
import { resolveViewOptions } from '../../src/views/resolve-options.js';
import { joinChunks } from '../../src/internal/byte-chunks.js';
import { ok, type Result } from '../../src/internal/result.js';
import type { ExpositionFormat, ExpositionProblem } from '../../src/exposition/model.js';

export const TEST_KEY: Uint8Array = new Uint8Array(32).fill(7);

/** A view with its body in one piece. */
export type WholeView = Omit<RenderedView, 'body'> & { readonly body: Uint8Array };

/** A renderer for tests: all at once, and the body in one piece. */
export interface TestRenderer {
  render(
    body: Uint8Array,
    format: ExpositionFormat,
    nowMs: number,
    names?: NameOptions,
  ): Result<WholeView, ExpositionProblem>;
  snapshot(): CounterSnapshot;
}

/** A renderer of the view that `options` describe, under the test key: the engine, held to the reference. */
export function rendererOf(
  options: Partial<ViewOptions> = {},
  snapshot?: CounterSnapshot,
  key: Uint8Array = TEST_KEY,
): TestRenderer {
  const view = compileView(resolveViewOptions({ name: 'view', target: 'target', ...options }), key);
  const reference = createReferenceRenderer(view, snapshot);
  const engine = createImmediateRenderer(view, { snapshot });
  return {
    render: (...scrape) => {
      const expected = whole(reference.render(...scrape));
      const rendered = whole(engine.render(...scrape));
      assertSame(rendered, expected);
      return rendered;
    },
    snapshot: () => engine.snapshot(),
  };
}

function whole(rendered: Result<RenderedView, ExpositionProblem>): Result<WholeView, ExpositionProblem> {
  return rendered.ok ? ok({ ...rendered.value, body: joinChunks(rendered.value.body) }) : rendered;
}

/** What the engine gives is what the reference gives, or both refuse. */
function assertSame(
  actual: Result<WholeView, ExpositionProblem>,
  expected: Result<WholeView, ExpositionProblem>,
): void {
  if (!actual.ok || !expected.ok) {
    deepStrictEqual(actual.ok, expected.ok, `${JSON.stringify(actual)} against ${JSON.stringify(expected)}`);
    return;
  }
  const decoder = new TextDecoder();
  deepStrictEqual(decoder.decode(actual.value.body), decoder.decode(expected.value.body));
  const { body: _, effects, ...counts } = actual.value;
  const { body: __, effects: expectedEffects, ...expectedCounts } = expected.value;
  deepStrictEqual(counts, expectedCounts);
  deepStrictEqual({ ...effects }, { ...expectedEffects });
}

/** Renders lines of text (a final line feed is added). @throws when the renderer refuses them. */
export function renderWhole(
  renderer: TestRenderer,
  lines: readonly string[],
  nowMs = 0,
  format: ExpositionFormat = 'text',
): WholeView {
  const rendered = renderer.render(new TextEncoder().encode(`${lines.join('\n')}\n`), format, nowMs);
  if (!rendered.ok) throw new Error(`line ${rendered.error.line}: ${rendered.error.reason}`);
  return rendered.value;
}

/** The sample lines of a view, without metadata. */
export function renderLines(
  renderer: TestRenderer,
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

/** What a renderer remembers, as it comes back from a file. */
export function savedAndRead(renderer: Pick<TestRenderer, 'snapshot'>): CounterSnapshot {
  return JSON.parse(JSON.stringify(renderer.snapshot()));
}
