import { describe, expect, it } from 'vitest';
import { areaChart, barChart, shareBar } from '../../../src/status/chart.js';

/** Class, x, y and height of every bar. */
function shapes(chart: { toString(): string }, kind: string): readonly (readonly number[])[] {
  return [
    ...chart
      .toString()
      .matchAll(
        new RegExp(
          `<rect\\s+class="${kind}"\\s+x="([\\d.]+)"\\s+y="([\\d.]+)"\\s+width="[\\d.]+"\\s+height="([\\d.]+)"`,
          'g',
        ),
      ),
  ].map((found) => found.slice(1).map(Number));
}

describe('bars', () => {
  it('stand on each other, as high as their share of the highest minute', () => {
    const chart = barChart('label', [
      { tone: 'calm', values: [1, 3, 0] },
      { tone: 'loud', values: [0, 1, 0] },
    ]);
    expect(shapes(chart, 'calm')).toEqual([
      [0, 75, 25],
      [10, 25, 75],
    ]);
    expect(shapes(chart, 'loud')).toEqual([[10, 0, 25]]);
  });

  it('are seen where they are few among many', () => {
    const [, small] = shapes(barChart('label', [{ tone: 'calm', values: [100_000, 1] }]), 'calm');
    expect(small?.[2]).toBeGreaterThanOrEqual(3);
  });

  it('are absent where nothing happened, and the drawing is sound', () => {
    const chart = barChart('nothing', [{ tone: 'calm', values: [] }]).toString();
    expect(chart).not.toMatch(/NaN|Infinity|class="calm"/);
    expect(chart).toMatch(/role="img"\s+aria-label="nothing"/);
  });

  it('have a label that cannot leave its attribute', () => {
    expect(barChart('"><script>', []).toString()).not.toContain('<script>');
  });
});

describe('areas', () => {
  it('leave out what is not known', () => {
    const chart = areaChart('label', [undefined, 50, undefined, 100]);
    expect(shapes(chart, 'area')).toEqual([
      [10, 51, 49],
      [30, 2, 98],
    ]);
  });

  it('are flat where all is zero', () => {
    expect(shapes(areaChart('label', [0]), 'area')).toEqual([[0, 100, 0]]);
  });
});

describe('shares', () => {
  it.each([
    [1, 4, '25'],
    [5, 4, '100'],
    [0, 0, '0'],
  ])('of %d in %d is %s wide', (part, whole, width) => {
    expect(shareBar(part, whole).toString()).toContain(`<rect class="calm" width="${width}"`);
  });
});
