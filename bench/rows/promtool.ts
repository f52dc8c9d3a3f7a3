// The first scrape of a view against `promtool check metrics`, which parses the same bytes and prints nothing of them.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, short, type Figure, type RowOutcome } from '../figures.js';
import { assertPlausible, countSamples, timeRender, warmUp } from '../measure.js';
import { productRenderer } from '../product.js';
import { withFolder } from '../processes/folder.js';
import type { ViewName } from '../workload/views.js';
import { createWorkload, wholeScrape } from '../workload/workload.js';

const BYTES = 20_000_000;
const ROUNDS = 5;
const VIEWS: readonly ViewName[] = ['P2', 'P3'];
const TINY = '# HELP up Whether it is up.\n# TYPE up gauge\nup 1\n';
/** 0: nothing to say; 3: it would name things differently. Anything else: it could not read the file. */
const READ = new Set([0, 3]);

/** First scrapes, and what promtool takes for them beyond its own start. */
export async function measureAgainstPromtool(): Promise<RowOutcome> {
  if (spawnSync('promtool', ['--version']).error !== undefined) {
    return { kind: 'skipped', why: 'promtool is not installed' };
  }
  const body = wholeScrape(createWorkload(BYTES), 0);
  const samples = countSamples(body);
  const peerMs = await withFolder((folder) => {
    const whole = join(folder, 'whole.prom');
    const tiny = join(folder, 'tiny.prom');
    writeFileSync(whole, body);
    writeFileSync(tiny, TINY);
    const rounds = Array.from({ length: ROUNDS }, () => promtoolMs(whole) - promtoolMs(tiny));
    return Promise.resolve(median(rounds));
  });
  const figures: Figure[] = [];
  for (const view of VIEWS) {
    await warmUp(view, [productRenderer]);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { ms, view: rendered } = await timeRender(productRenderer(view), body, 0);
      assertPlausible(view, samples, rendered);
      times.push(ms);
    }
    const ms = median(times);
    figures.push({
      name: `first scrape, ${view}, against promtool`,
      value: peerMs / ms,
      unit: 'times',
      better: 'more',
      must: 5,
      aim: 30,
      note: `${short(ms)} ms, promtool ${short(peerMs)} ms (${short(BYTES / 1000 / peerMs)} MB/s)`,
    });
  }
  return { kind: 'measured', figures };
}

/** By the clock: promtool uses a second core for its garbage, which counts in its favour. */
function promtoolMs(path: string): number {
  const input = openSync(path, 'r');
  try {
    const start = performance.now();
    const { status } = spawnSync('promtool', ['check', 'metrics'], { stdio: [input, 'ignore', 'ignore'] });
    const ms = performance.now() - start;
    if (status === null || !READ.has(status)) throw new Error('promtool could not read the workload');
    return ms;
  } finally {
    closeSync(input);
  }
}
