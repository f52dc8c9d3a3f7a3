// Outputs that stand still are copied out of the body before, where there is one and they stand in it. `rendererOf` holds
// each of these answers against the reference.

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { compileView } from '../../../../src/views/compile-view.js';
import { OutputBlock } from '../../../../src/views/engine/output-block.js';
import { MAX_WHOLE_BYTES } from '../../../../src/views/engine/view-body.js';
import { createImmediateRenderer } from '../../../../src/views/engine/view-renderer.js';
import { createReferenceRenderer } from '../../../../src/views/reference/render.js';
import { resolveViewOptions } from '../../../../src/views/resolve-options.js';
import type { RenderedView } from '../../../../src/views/renderer.js';
import { renderLines, rendererOf, TEST_KEY } from '../../../support/views.js';

const WITHOUT_USERS = { labels: [{ label: 'user', action: 'drop' }] } as const;
const COUNTERS = ['# TYPE calls_total counter', 'calls_total{user="a"} 1', 'calls_total{user="b",m="1"} 1'];
const CHANGED = ['calls_total{user="a"} 2', 'calls_total{user="b",m="1"} 12'];
/**
 * A body that is remembered, and whose series are, with a view that is too large to be written whole: each point of a name
 * is escaped by four letters.
 */
const LARGE_LINES = Array.from(
  { length: 9_500 },
  (_, n) => `blob{"${'.'.repeat(700)}"="1","${'.'.repeat(701)}"="1",n="${n}"} 1`,
);
const ESCAPED = { quotedNames: true, escaping: 'values' } as const;

const bodyOf = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);

describe('outputs that stand still', () => {
  it('move where one among them, which told nothing before, tells something', () => {
    const renderer = rendererOf(WITHOUT_USERS);
    const lines = [
      '# TYPE calls counter',
      'calls_total{m="0",user="x"} 5',
      'calls_created{m="1",user="x"} 1000',
      'calls_total{m="2",user="x"} 1',
      'calls_total{m="3",user="x"} 2',
    ];
    const render = (...more: readonly string[]): readonly string[] =>
      renderLines(renderer, [...lines, ...more, '# EOF'], 0, 'openmetrics');
    const before = render();
    expect(before).toHaveLength(3);
    expect(render()).toEqual(before);
    const told = 'calls_total{m="1",user="y"} 77';
    expect(render(told)).toEqual([before[0], 'calls_total{m="1"} 77', ...before.slice(1)]);
    expect(render(told)).toHaveLength(4);
  });

  it.each([
    ['as long', '6', '7', 'm', 0],
    ['longer', '6', '123456', 'm', 0],
    ['shorter', '1.25', '1.5', 'm', 0],
    ['as long, behind letters that take two bytes', '6', '7', 'ü', 2],
  ])('are written anew less than their numbers, which are %s', (_, before, after, model, written) => {
    const write = vi.spyOn(OutputBlock.prototype, 'bytes');
    onTestFinished(() => {
      write.mockRestore();
    });
    const renderer = rendererOf(WITHOUT_USERS);
    const linesOf = (value: string): readonly string[] => [
      '# TYPE calls_total counter',
      'calls_total{m="a",user="x"} 3',
      `calls_total{m="${model}",user="x"} ${value}`,
      'calls_total{m="z",user="x"} 4',
      '# TYPE seconds histogram',
      `seconds_bucket{m="${model}",user="x",le="1"} ${value}`,
      `seconds_bucket{m="${model}",user="x",le="+Inf"} ${value}`,
      `seconds_sum{m="${model}",user="x"} ${value}`,
      `seconds_count{m="${model}",user="x"} ${value}`,
    ];
    renderLines(renderer, linesOf(before));
    write.mockClear();
    const lines = renderLines(renderer, linesOf(after));
    expect(write).toHaveBeenCalledTimes(written);
    expect(lines.filter((line) => line.includes(`m="${model}"`) && line.endsWith(` ${after}`))).toHaveLength(
      5,
    );
    expect(renderLines(renderer, linesOf(after))).toEqual(lines);
    expect(write).toHaveBeenCalledTimes(written);
  });

  it('are written once where they pass a value by and gain one', () => {
    const renderer = rendererOf(WITHOUT_USERS);
    for (const [a, b] of [
      ['NaN', '1'],
      ['NaN', '2'],
      ['NaN', '2'],
      ['3', '4'],
      ['3', '4'],
    ]) {
      const lines = ['# TYPE c counter', `c{user="a"} ${a}`, `c{user="b"} ${b}`, 'c{m="1",user="a"} 1'];
      expect(renderLines(renderer, lines)).toHaveLength(2);
    }
  });

  it('are written anew behind a body that is too large to be whole, and in one', () => {
    const renderer = rendererOf(WITHOUT_USERS);
    const sizes = [[], LARGE_LINES, LARGE_LINES, []].map((lines) => {
      const rendered = renderer.render(bodyOf('up 1', ...lines, ...COUNTERS), 'text', 0, ESCAPED);
      if (!rendered.ok) throw new Error(rendered.error.reason);
      expect(rendered.value.seriesOut).toBe(lines.length + 3);
      return rendered.value.body.length;
    });
    expect(sizes[1]).toBeGreaterThan(MAX_WHOLE_BYTES);
  });

  it('stay in a large body that is read when others have been written', () => {
    const view = compileView(resolveViewOptions({ name: 'v', target: 't', ...WITHOUT_USERS }), TEST_KEY);
    const [engine, reference] = [createImmediateRenderer(view), createReferenceRenderer(view)];
    const bodies = [
      // As long as those that will be written into its memory.
      bodyOf(...COUNTERS, 'more 1'),
      // One number is as long as before, and one is not.
      bodyOf('# TYPE calls_total counter', ...CHANGED, ...LARGE_LINES),
      ...[1, 2, 3].map((n) => bodyOf(`others ${n}`, ...COUNTERS)),
    ];
    const render = (renderer: Pick<typeof engine, 'render'>): readonly RenderedView[] =>
      bodies.map((body, at) => {
        const rendered = renderer.render(body, 'text', at, ESCAPED);
        if (!rendered.ok) throw new Error(rendered.error.reason);
        rendered.value.body.borrow?.()();
        return rendered.value;
      });
    const large = (views: readonly RenderedView[]): Buffer => Buffer.concat([...(views[1]?.body ?? [])]);
    const expected = large(render(reference));
    expect(expected.length).toBeGreaterThan(MAX_WHOLE_BYTES);
    expect(large(render(engine)).equals(expected)).toBe(true);
  });
});
