// Many new inputs of one output: what is worked out over all of its inputs is worked out once, counted and not timed.

import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type * as groupShapes from '../../../../src/views/engine/group-shapes.js';
import { takeShapes } from '../../../../src/views/engine/group-shapes.js';
import { renderLines, rendererOf, type TestRenderer } from '../../../support/views.js';

vi.mock('../../../../src/views/engine/group-shapes.js', async (importOriginal) => {
  const shapes = await importOriginal<typeof groupShapes>();
  return { ...shapes, takeShapes: vi.fn<typeof takeShapes>(shapes.takeShapes) };
});

afterEach(() => void vi.mocked(takeShapes).mockClear());

const WITHOUT_USERS = { labels: [{ label: 'user', action: 'drop' }] } as const;
const INPUTS = 300;

/** A histogram with a bound that no other has. */
function histogram(user: number): readonly string[] {
  const labels = `user="u${String(user).padStart(4, '0')}"`;
  return [
    `h_bucket{${labels},le="${user + 1}"} 1`,
    `h_bucket{${labels},le="+Inf"} 2`,
    `h_count{${labels}} 2`,
  ];
}

function render(renderer: TestRenderer, type: string, lines: readonly string[]): readonly string[] {
  return renderLines(renderer, [`# TYPE ${type}`, ...lines]);
}

/** Elements that filters went over from here to the end of the test. */
function countFiltered(): { elements: number } {
  const counted = { elements: 0 };
  const filter = Array.prototype.filter;
  const spy = vi.spyOn(Array.prototype, 'filter').mockImplementation(function (this: unknown[], ...args) {
    counted.elements += this.length;
    return Reflect.apply(filter, this, args);
  });
  onTestFinished(() => spy.mockRestore());
  return counted;
}

describe('many new inputs of one output', () => {
  it.each([
    ['among others', [0, INPUTS + 1]],
    ['behind others', [0, 1]],
  ])('give it their bounds at once, %s', (_, known) => {
    const renderer = rendererOf(WITHOUT_USERS);
    render(renderer, 'h histogram', known.flatMap(histogram));
    vi.mocked(takeShapes).mockClear();
    const all = [...new Set([...known, ...Array.from({ length: INPUTS }, (__, user) => user)])];
    render(renderer, 'h histogram', all.toSorted((a, b) => a - b).flatMap(histogram));
    expect(takeShapes).toHaveBeenCalledTimes(1);
  });

  it('are left out at once where they say nothing of it', () => {
    const renderer = rendererOf(WITHOUT_USERS);
    const quantiles = Array.from({ length: INPUTS }, (_, user) => `s{user="u${user}",quantile="0.5"} 1`);
    const known = ['s_sum{user="a"} 1', 's_count{user="a"} 1'];
    render(renderer, 's summary', known);
    const filtered = countFiltered();
    render(renderer, 's summary', known);
    const atRest = filtered.elements;
    filtered.elements = 0;
    render(renderer, 's summary', [...known, ...quantiles]);
    expect(filtered.elements).toBeLessThan(atRest + 20 * INPUTS);
  });
});
