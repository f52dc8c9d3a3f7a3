// The renderer of the product against the reference: the first scrape of a view, and the ones that follow it.

import { median, short, type Figure, type RowOutcome } from '../figures.js';
import { assertPlausible, assertSame, BOTH, countSamples, timeRender, warmUp } from '../measure.js';
import { productRenderer, referenceRenderer } from '../product.js';
import type { ViewName } from '../workload/views.js';
import { createWorkload, wholeScrape } from '../workload/workload.js';

const BYTES = 20_000_000;
const ROUNDS = 3;
const VIEWS: readonly ViewName[] = ['P2', 'P3'];

interface Pair {
  readonly referenceMs: number;
  readonly productMs: number;
}

/** First scrapes, each by a renderer that has seen nothing. */
export async function measureFirstScrape(): Promise<RowOutcome> {
  const body = wholeScrape(createWorkload(BYTES), 0);
  const samples = countSamples(body);
  const figures: Figure[] = [];
  for (const view of VIEWS) {
    await warmUp(view, BOTH);
    const pairs: Pair[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const reference = await timeRender(referenceRenderer(view), body, 0);
      const product = await timeRender(productRenderer(view), body, 0);
      assertPlausible(view, samples, product.view);
      assertSame(reference.view, product.view);
      pairs.push({ referenceMs: reference.ms, productMs: product.ms });
    }
    figures.push(speedUp(`first scrape, ${view}, against the reference`, pairs, body.length, 4, 25));
  }
  return { kind: 'measured', figures };
}

/** Scrapes with 5 % of the values changed and 1 % new series, each by the renderer that saw the one before. */
export async function measureNextScrape(): Promise<RowOutcome> {
  const workload = createWorkload(BYTES);
  const bodies = Array.from({ length: ROUNDS + 1 }, (_, number) => wholeScrape(workload, number));
  const figures: Figure[] = [];
  for (const view of VIEWS) {
    await warmUp(view, BOTH);
    const reference = referenceRenderer(view);
    const product = productRenderer(view);
    const pairs: Pair[] = [];
    for (const [number, body] of bodies.entries()) {
      const expected = await timeRender(reference, body, number);
      const actual = await timeRender(product, body, number);
      assertPlausible(view, countSamples(body), actual.view);
      assertSame(expected.view, actual.view);
      if (number > 0) pairs.push({ referenceMs: expected.ms, productMs: actual.ms });
    }
    figures.push(speedUp(`next scrape, ${view}, against the reference`, pairs, BYTES, 20, 60));
  }
  return { kind: 'measured', figures };
}

function speedUp(name: string, pairs: readonly Pair[], bytes: number, must: number, aim: number): Figure {
  const referenceMs = median(pairs.map((pair) => pair.referenceMs));
  const productMs = median(pairs.map((pair) => pair.productMs));
  const speed = (ms: number): string => `${short(ms)} ms (${short(bytes / 1000 / ms)} MB/s)`;
  return {
    name,
    value: median(pairs.map((pair) => pair.referenceMs / pair.productMs)),
    unit: 'times',
    better: 'more',
    must,
    aim,
    note: `${speed(productMs)}, reference ${speed(referenceMs)}`,
  };
}
