// A large answer is written in pieces while it is read, by whoever reads it and whenever.

import { expect, test } from 'vitest';
import { compileView } from '../../../../src/views/compile-view.js';
import { createImmediateRenderer } from '../../../../src/views/engine/view-renderer.js';
import { resolveViewOptions } from '../../../../src/views/resolve-options.js';
import { TEST_KEY } from '../../../support/views.js';

const WHOLE_LIMIT_BYTES = 48 * 1024 * 1024;
const MOST_BYTES_OF_PIECE = 128 * 1024;

test('a large answer is written in pieces, which are the same whoever reads them', () => {
  const shared = 'v'.repeat(50_000);
  const lines = Array.from({ length: 1010 }, (_, at) => `x{a="${shared}",b="${at}",c="same"} ${at}\n`);
  const body = Buffer.from(lines.join(''), 'utf8');
  const options = resolveViewOptions({ name: 'view', target: 'target', reveal: ['a', 'b', 'c'] });
  const engine = createImmediateRenderer(compileView(options, TEST_KEY));
  const rendered = engine.render(body, 'text', 0);
  if (!rendered.ok) throw new Error(rendered.error.reason);
  const { body: chunks } = rendered.value;
  expect(chunks.byteLength).toBeGreaterThan(WHOLE_LIMIT_BYTES);
  expect(chunks.byteLength).toBe(body.length);

  const pieces: Uint8Array[] = [];
  const otherPieces: Uint8Array[] = [];
  const other = chunks[Symbol.iterator]();
  for (const piece of chunks) {
    pieces.push(piece);
    const { value } = other.next();
    if (value !== undefined) otherPieces.push(value);
  }
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(MOST_BYTES_OF_PIECE);
  // Compared as buffers: as arrays of numbers they would take longer than all the rest.
  expect(Buffer.compare(Buffer.concat(pieces), body)).toBe(0);
  expect(Buffer.compare(Buffer.concat(otherPieces), body)).toBe(0);
});
