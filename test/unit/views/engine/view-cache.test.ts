// What a view remembers of a catalogue is dropped when it no longer holds: each case against the reference, which
// remembers none of it.

import { describe, expect, test } from 'vitest';
import { ExpositionReader } from '../../../../src/exposition/incremental/exposition-reader.js';
import { compileView } from '../../../../src/views/compile-view.js';
import { createImmediateRenderer } from '../../../../src/views/engine/view-renderer.js';
import { createReferenceRenderer } from '../../../../src/views/reference/render.js';
import { resolveViewOptions } from '../../../../src/views/resolve-options.js';
import { rendererOf, renderLines, renderWhole, TEST_KEY } from '../../../support/views.js';

function encoded(lines: readonly string[]): Uint8Array {
  return Buffer.from(`${lines.join('\n')}\n`, 'utf8');
}

describe('decisions of a view', () => {
  test('about creation times are made anew when what they belong to comes or goes', () => {
    const renderer = rendererOf({ labels: [{ label: 'zone', metric: 'x_total', action: 'drop' }] });
    const created = ['# TYPE x_created gauge', 'x_created{zone="a"} 1'];
    const counter = ['# TYPE x_total counter', 'x_total{zone="a"} 1'];
    expect(renderLines(renderer, created, 0)).toEqual(['x_created{zone="a"} 1']);
    expect(renderLines(renderer, [...created, ...counter], 1)).toEqual(['x_total 1']);
    expect(renderLines(renderer, created, 2)).toEqual(['x_created{zone="a"} 1']);
  });

  test('are made anew, and learned from anew, after a scrape that was refused while it was rendered', () => {
    const renderer = rendererOf({ preset: 'litellm', only: { team: ['acme'] }, share: ['h'], derive: true });
    const own = [
      '# TYPE spend counter',
      'spend{hashed_api_key="k",team="acme"} 1',
      '# TYPE budget gauge',
      'budget{hashed_api_key="k"} 1',
    ];
    const broken = ['# TYPE h histogram', 'h_bucket{client_ip="a",le="1"} 1'];
    expect(renderer.render(encoded([...own, ...broken]), 'text', 0).ok).toBe(false);
    expect(renderLines(renderer, own, 1).filter((line) => line.startsWith('budget'))).toHaveLength(1);
  });
});

test('a bucket with a label of no value is decided about by itself', () => {
  const lines = ['# TYPE h histogram', 'h_bucket{le="1"} 1', 'h_bucket{client_ip="",le="+Inf"} 2'];
  const { body, effects } = renderWhole(rendererOf(), [...lines, 'h_sum 3 1', 'h_count 2 1'], 0);
  expect([...effects.dropped]).toEqual([['client_ip', 1]]);
  // Aggregates carry no timestamps.
  expect(Buffer.from(body).toString('utf8')).toContain('h_sum 3\n');
});

test('views of one target each keep to their own limit, which counts what was left out as well', () => {
  const view = compileView(resolveViewOptions({ name: 'view', target: 'target', maxSeries: 2 }), TEST_KEY);
  const engine = createImmediateRenderer(view, { reader: new ExpositionReader({ maxSeries: 100 }) });
  const reference = createReferenceRenderer(view);
  const malformed = 's{quantile="?"} 1';
  const bodies = [
    encoded(['x 1', 'y 1']),
    encoded(['x 1', 'y 1', 'z 1']),
    encoded(['# TYPE s summary', malformed, 'x 1']),
    encoded(['# TYPE s summary', 's_sum 1', 's_count 1', malformed, 'x 1']),
  ];
  const options = { onMalformed: 'quarantine' } as const;
  const taken = bodies.map((body, at) => engine.render(body, 'text', at, options).ok);
  expect(taken).toEqual(bodies.map((body, at) => reference.render(body, 'text', at, options).ok));
  expect(taken).toEqual([true, false, true, false]);
});
