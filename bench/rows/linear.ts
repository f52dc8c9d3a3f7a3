// What a byte of a first scrape costs, in a small exposition and in a large one.

import { median, short, type RowOutcome } from '../figures.js';
import { assertPlausible, countSamples, timeRender, warmUp } from '../measure.js';
import { productRenderer } from '../product.js';
import { createWorkload, wholeScrape } from '../workload/workload.js';

const SIZES = [
  { bytes: 2_000_000, rounds: 9 },
  { bytes: 20_000_000, rounds: 5 },
  { bytes: 200_000_000, rounds: 3 },
] as const;

/** How much more a byte costs in a larger body than in a smaller one, where that is worst. */
export async function measureLinearity(): Promise<RowOutcome> {
  await warmUp('P2', [productRenderer]);
  const costs: number[] = [];
  for (const { bytes, rounds } of SIZES) {
    const body = wholeScrape(createWorkload(bytes), 0);
    const samples = countSamples(body);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { ms, view } = await timeRender(productRenderer('P2'), body, 0);
      assertPlausible('P2', samples, view);
      times.push(ms);
    }
    costs.push(median(times) / body.length);
  }
  const growth = costs.flatMap((cost, at) => costs.slice(0, at).map((smaller) => cost / smaller));
  return {
    kind: 'measured',
    figures: [
      {
        name: 'cost of a byte, 2 → 20 → 200 MB',
        value: Math.max(...growth),
        unit: 'times',
        better: 'less',
        must: 1.3,
        note: costs.map((cost) => `${short(cost * 1e6)} ns`).join(' → '),
      },
    ],
  };
}
