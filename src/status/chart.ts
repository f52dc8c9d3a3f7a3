// Small charts as inline SVG, without scripts and without texts in the drawing: what they say stands beside them.
// The drawing stretches to its place, so every number of it is without a unit.

import { html, type Html } from './html.js';

/** Width of a minute, and height of the drawing. */
const STEP = 10;
const HEIGHT = 100;
const GAP = 2;
/** So that one among many is still seen. */
const LEAST_BAR = 3;

/** A kind of bar; those of one minute stand on each other. */
export interface BarSeries {
  /** Class of the bars, which has a colour. */
  readonly tone: 'calm' | 'loud';
  readonly values: readonly number[];
}

/** Bars, the last value at the right. `label` says what they show. */
export function barChart(label: string, series: readonly BarSeries[]): Html {
  const length = Math.max(0, ...series.map(({ values }) => values.length));
  const totals = Array.from({ length }, (_, at) =>
    series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  );
  const top = Math.max(1, ...totals);
  const bars = totals.flatMap((_, at) => {
    let below = 0;
    return series.map(({ tone, values }) => {
      const value = values[at] ?? 0;
      if (value <= 0) return undefined;
      const height = Math.max(LEAST_BAR, (value / top) * HEIGHT);
      below += height;
      const y = Math.max(0, HEIGHT - below);
      return html`<rect
        class="${tone}"
        x="${at * STEP}"
        y="${rounded(y)}"
        width="${STEP - GAP}"
        height="${rounded(height)}"
      />`;
    });
  });
  return drawing(label, length, html`${bars}`);
}

/** A line with its area; where a value is missing, the last one holds on as a gap. */
export function areaChart(label: string, values: readonly (number | undefined)[]): Html {
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const steps = values.map((value, at) => {
    if (value === undefined) return undefined;
    const y = rounded(HEIGHT - (value / top) * (HEIGHT - GAP));
    return html`<rect
        class="area"
        x="${at * STEP}"
        y="${y}"
        width="${STEP}"
        height="${rounded(HEIGHT - y)}"
      /><rect class="edge" x="${at * STEP}" y="${y}" width="${STEP}" height="${GAP}" />`;
  });
  return drawing(label, values.length, html`${steps}`);
}

/** How much of a whole is left, as a bar of its own; the numbers stand beside it. */
export function shareBar(part: number, whole: number): Html {
  const width = whole <= 0 ? 0 : Math.min(HEIGHT, (part / whole) * HEIGHT);
  return html`<svg
    class="share"
    viewBox="0 0 ${HEIGHT} 4"
    preserveAspectRatio="none"
    aria-hidden="true"
    focusable="false"
  >
    <rect class="track" width="${HEIGHT}" height="4" />
    <rect class="calm" width="${rounded(width)}" height="4" />
  </svg>`;
}

function drawing(label: string, length: number, shapes: Html): Html {
  const width = Math.max(1, length) * STEP;
  return html`<svg
    class="chart"
    viewBox="0 0 ${width} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
    focusable="false"
  >
    <rect class="track" x="0" y="${HEIGHT - 1}" width="${width}" height="1" />
    ${shapes}
  </svg>`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
