// The memory of bodies serves again, so that a scrape that changes little costs little: no pages, no garbage.
// That nobody reads it too late is held by the differential tests, whose bodies and answers are of such memory.

import { describe, expect, it } from 'vitest';
import { borrow, MemoryPool } from '../../../../src/internal/memory-pool.js';
import { createImmediateRenderer } from '../../../../src/views/engine/view-renderer.js';
import { compileView } from '../../../../src/views/compile-view.js';
import { resolveViewOptions } from '../../../../src/views/resolve-options.js';
import { TEST_KEY } from '../../../support/views.js';

const SCRAPES = 12;

function renderScrapes(isDone: boolean): { readonly bodies: number; readonly answers: number } {
  const view = compileView(resolveViewOptions({ name: 'v', target: 't' }), TEST_KEY);
  const renderer = createImmediateRenderer(view);
  const pool = new MemoryPool(1_000_000);
  const bodies = new Set<ArrayBufferLike>();
  const answers = new Set<ArrayBufferLike>();
  for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
    const text = `# TYPE a gauge\na{b="c"} ${String(scrape)}\na{b="d"} 7\n`;
    const body = pool.take(text.length);
    body.write(text);
    bodies.add(body.buffer);
    const letGo = borrow(body);
    const rendered = renderer.render(body, 'text', scrape);
    if (!rendered.ok) throw new Error(rendered.error.reason);
    const letGoOfAnswer = rendered.value.body.borrow?.();
    for (const piece of rendered.value.body) {
      expect(Buffer.from(piece).toString()).toContain(` ${String(scrape)}\n`);
      answers.add(piece.buffer);
    }
    if (!isDone) continue;
    letGoOfAnswer?.();
    letGo();
  }
  return { bodies: bodies.size, answers: answers.size };
}

describe('the memory of bodies', () => {
  it('is that of two, while readers tell that they are done', () => {
    expect(renderScrapes(true)).toEqual({ bodies: 2, answers: 2 });
  });

  it('is never taken from readers who do not', () => {
    expect(renderScrapes(false)).toEqual({ bodies: SCRAPES, answers: SCRAPES });
  });
});
