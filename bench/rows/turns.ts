// Views of one target that are scraped at their own times: between two scrapes of a view lie those of the others, each a
// body of its own. Against a view that is the only one.

import { median, short, type Figure, type RowOutcome } from '../figures.js';
import { assertPlausible, countSamples, timeRender, warmUp } from '../measure.js';
import { productRenderer, productRenderers } from '../product.js';
import type { ViewName } from '../workload/views.js';
import { createWorkload, wholeScrape } from '../workload/workload.js';

const BYTES = 20_000_000;
const ROUNDS = 7;
const VIEWS: readonly ViewName[] = ['P2', 'P3'];
const VIEWS_OF_TARGET = 4;

/** Next scrapes of a view among four, and of one that is alone, of the same bodies. */
export async function measureByTurns(): Promise<RowOutcome> {
  const workload = createWorkload(BYTES);
  const bodies = Array.from({ length: ROUNDS + 1 }, (_, number) => wholeScrape(workload, number));
  const figures: Figure[] = [];
  for (const view of VIEWS) {
    await warmUp(view, [productRenderer]);
    const alone = productRenderer(view);
    const [first, ...others] = productRenderers(view, VIEWS_OF_TARGET);
    if (first === undefined) throw new Error('there is no view');
    const pairs: { readonly aloneMs: number; readonly ms: number }[] = [];
    for (const [number, body] of bodies.entries()) {
      const own = await timeRender(alone, body, number);
      own.letGo();
      const { ms, view: rendered, letGo } = await timeRender(first, body, number);
      assertPlausible(view, countSamples(body), rendered);
      letGo();
      for (const other of others) (await timeRender(other, body, number)).letGo();
      if (number > 0) pairs.push({ aloneMs: own.ms, ms });
    }
    figures.push({
      name: `next scrape, ${view}, one of four views by turns, against a view alone`,
      value: median(pairs.map(({ aloneMs, ms }) => ms / aloneMs)),
      unit: 'of its peer',
      better: 'less',
      must: 2,
      aim: 1.2,
      note: `${short(median(pairs.map(({ ms }) => ms)))} ms, alone ${short(median(pairs.map(({ aloneMs }) => aloneMs)))} ms`,
    });
  }
  return { kind: 'measured', figures };
}
