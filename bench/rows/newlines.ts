// The next scrape of a view against the least that can be done with its bytes: finding where its lines end.

import { median, short, type Figure, type RowOutcome } from '../figures.js';
import { assertPlausible, coolCaches, countSamples, timeRender, warmUp } from '../measure.js';
import { productRenderer } from '../product.js';
import type { ViewName } from '../workload/views.js';
import { createWorkload, wholeScrape } from '../workload/workload.js';

const BYTES = 20_000_000;
const ROUNDS = 7;
const VIEWS: readonly ViewName[] = ['P2', 'P3'];

/** Next scrapes, and a scan of the same bytes. */
export async function measureAgainstNewlines(): Promise<RowOutcome> {
  const workload = createWorkload(BYTES);
  const bodies = Array.from({ length: ROUNDS + 1 }, (_, number) => wholeScrape(workload, number));
  for (const body of bodies) newlinesMs(body);
  const figures: Figure[] = [];
  for (const view of VIEWS) {
    await warmUp(view, [productRenderer]);
    const renderer = productRenderer(view);
    const ratios: number[] = [];
    const times: number[] = [];
    const scans: number[] = [];
    for (const [number, body] of bodies.entries()) {
      const { ms, view: rendered, letGo } = await timeRender(renderer, body, number);
      assertPlausible(view, countSamples(body), rendered);
      letGo();
      const scanMs = newlinesMs(body);
      if (number === 0) continue;
      ratios.push(ms / scanMs);
      times.push(ms);
      scans.push(scanMs);
    }
    const scanMs = median(scans);
    figures.push({
      name: `next scrape, ${view}, against a newline scan`,
      value: median(ratios),
      unit: 'of its peer',
      better: 'less',
      must: 8,
      aim: 3,
      note: `${short(median(times))} ms, scan ${short(scanMs)} ms (${short(BYTES / 1000 / scanMs)} MB/s)`,
    });
  }
  return { kind: 'measured', figures };
}

function newlinesMs(body: Buffer): number {
  coolCaches();
  const start = performance.now();
  let lines = 0;
  for (let at = body.indexOf(10); at !== -1; at = body.indexOf(10, at + 1)) lines++;
  const ms = performance.now() - start;
  if (lines === 0) throw new Error('there is not a line in the workload');
  return ms;
}
