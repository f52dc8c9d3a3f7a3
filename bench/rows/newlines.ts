// The next scrape of a view against the least that can be done with its bytes: finding where its lines end.

import { median, short, type Figure, type RowOutcome } from '../figures.js';
import { assertPlausible, coolCaches, countSamples, timeRender, warmUp } from '../measure.js';
import { productRenderer } from '../product.js';
import type { ViewName } from '../workload/views.js';
import { createWorkload, NEW_PART, wholeScrape } from '../workload/workload.js';

const BYTES = 20_000_000;
const ROUNDS = 9;
const VIEWS: readonly ViewName[] = ['P2', 'P3'];
/** From scrape to scrape values alone are others, or series are new as well, which is watched beside it. */
const STEPS: readonly Step[] = [
  { name: '5 % changed', newPart: 0, must: 8, aim: 3 },
  { name: '5 % changed, 1 % new', newPart: NEW_PART, must: 16, aim: 8 },
];

interface Step extends Pick<Figure, 'name' | 'must' | 'aim'> {
  readonly newPart: number;
}

/** Next scrapes, and a scan of the same bytes. */
export async function measureAgainstNewlines(): Promise<RowOutcome> {
  const figures: Figure[] = [];
  for (const view of VIEWS) {
    await warmUp(view, [productRenderer]);
    for (const { name, newPart, ...bounds } of STEPS) {
      const times = await measureStep(view, newPart);
      const scanMs = median(times.map((time) => time.scanMs));
      figures.push({
        name: `next scrape, ${view}, ${name}, against a newline scan`,
        value: median(times.map((time) => time.ms / time.scanMs)),
        unit: 'of its peer',
        better: 'less',
        ...bounds,
        note: `${short(median(times.map(({ ms }) => ms)))} ms, scan ${short(scanMs)} ms (${short(BYTES / 1000 / scanMs)} MB/s)`,
      });
    }
  }
  return { kind: 'measured', figures };
}

interface StepTimes {
  readonly ms: number;
  readonly scanMs: number;
}

async function measureStep(view: ViewName, newPart: number): Promise<readonly StepTimes[]> {
  const workload = createWorkload(BYTES, newPart);
  const renderer = productRenderer(view);
  const times: StepTimes[] = [];
  for (let number = 0; number <= ROUNDS; number++) {
    const body = wholeScrape(workload, number);
    if (number === 0) newlinesMs(body);
    const { ms, view: rendered, letGo } = await timeRender(renderer, body, number);
    assertPlausible(view, countSamples(body), rendered);
    letGo();
    const scanMs = newlinesMs(body);
    if (number > 0) times.push({ ms, scanMs });
  }
  return times;
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
