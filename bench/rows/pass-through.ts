// Scrapes of 2 MB that are passed on with nothing hidden, plain and with gzip, of the gate and of nginx with a password:
// processor time of each, both bound to one processor. The gate reads, checks and writes every line anew; nginx copies.

import { median, short, type Figure, type RowOutcome } from '../figures.js';
import { withFolder } from '../processes/folder.js';
import { startGate } from '../processes/gate.js';
import { bindToMeasured, hasLoadTools } from '../processes/load.js';
import { hasNginx, startNginx } from '../processes/nginx.js';
import { scrape, type ScrapeRequest } from '../processes/scrape.js';
import type { Started } from '../processes/started.js';
import { startTarget } from '../processes/target.js';
import { CAN_MEASURE_PROCESSES, processorMs } from '../processes/usage.js';

const ROUNDS = 3;
const WARM_UPS = 60;
const SCRAPES = 60;
const BYTES = 2_000_000;

/** Someone who passes a scrape on. */
interface Front extends Started {
  readonly request: ScrapeRequest;
}

/** Processor time of a scrape that is passed on, against nginx. */
export async function measurePassThrough(): Promise<RowOutcome> {
  if (!CAN_MEASURE_PROCESSES) return { kind: 'skipped', why: 'there is no /proc here' };
  if (!hasNginx() || !hasLoadTools()) return { kind: 'skipped', why: 'it needs nginx, wrk and taskset' };
  return withFolder(async (folder) => {
    const target = await startTarget(folder, BYTES, 40);
    const gate = await startGate(folder, 'whole', target.urlFor('gate'));
    const nginx = await startNginx(folder, target.urlFor('nginx'));
    for (const front of [gate, nginx]) await bindToMeasured(front.pid);
    for (const client of ['gate', 'nginx']) await target.begin(client);
    const figures = [await compare('plain', gate, nginx), await compare('gzip', gate, nginx)];
    await Promise.all([gate.stop(), nginx.stop(), target.stop()]);
    return { kind: 'measured', figures };
  });
}

async function compare(coding: 'plain' | 'gzip', gate: Front, nginx: Front): Promise<Figure> {
  const asks = ({ pid, request }: Front): Asked => ({
    pid,
    request: { ...request, acceptsGzip: coding === 'gzip' },
  });
  const [ofGate, ofNginx] = [asks(gate), asks(nginx)];
  await assertSame(ofGate, ofNginx);
  await scrapes(ofGate, WARM_UPS);
  await scrapes(ofNginx, WARM_UPS);
  const rounds: [gate: number, nginx: number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push([await scrapes(ofGate, SCRAPES), await scrapes(ofNginx, SCRAPES)]);
  }
  return {
    name: `2 MB passed on, ${coding}, processor time on one processor against nginx`,
    value: median(rounds.map(([first, second]) => first / second)),
    unit: 'of its peer',
    better: 'less',
    must: coding === 'gzip' ? 3 : 12,
    aim: coding === 'gzip' ? 2 : 5,
    note: `${short(median(rounds.map(([first]) => first)))} ms a scrape, nginx ${short(median(rounds.map(([, second]) => second)))} ms`,
  };
}

interface Asked {
  readonly pid: number;
  readonly request: ScrapeRequest;
}

/** Nothing is hidden: what is measured is the passing on. */
async function assertSame(gate: Asked, nginx: Asked): Promise<void> {
  const [shown, raw] = [
    await scrape({ ...gate.request, countsSamples: true }),
    await scrape({ ...nginx.request, countsSamples: true }),
  ];
  if (shown.samples !== raw.samples || shown.isGzip !== raw.isGzip)
    throw new Error('an answer is not as asked');
}

/** Milliseconds of processor time for each. */
async function scrapes({ pid, request }: Asked, count: number): Promise<number> {
  const before = processorMs(pid);
  for (let at = 0; at < count; at++) await scrape(request);
  return (processorMs(pid) - before) / count;
}
