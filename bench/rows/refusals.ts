// How many requests a second are refused by the gate and by nginx with a password, each on one processor: without a
// credential, with a wrong token, with a wrong password. The load comes from another processor, from one address, which
// the gate locks out as soon as it has guessed too often: that is what a flood meets.

import { median, short, type Figure, type RowOutcome } from '../figures.js';
import { withFolder } from '../processes/folder.js';
import { startGate } from '../processes/gate.js';
import { bindToMeasured, flood, hasLoadTools } from '../processes/load.js';
import { hasNginx, startNginx } from '../processes/nginx.js';
import type { ScrapeRequest } from '../processes/scrape.js';
import type { Started } from '../processes/started.js';
import { startTarget } from '../processes/target.js';
import { CAN_MEASURE_PROCESSES, processorMs } from '../processes/usage.js';

const ROUNDS = 3;
const WARM_UP_SECONDS = 4;
const SECONDS = 4;

/** A credential that opens nothing, by the name of its figure. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no credential': {},
  'a wrong token': { Authorization: `Bearer ${'x1Y2z3'.repeat(7)}` },
  'a wrong password': { Authorization: `Basic ${Buffer.from('scraper:wrong').toString('base64')}` },
};

/** Someone who refuses. */
interface Front extends Started {
  readonly request: ScrapeRequest;
}

/** Refusals a second, and processor time of each. */
interface Refusals {
  readonly aSecond: number;
  readonly microseconds: number;
}

/** Refused requests a second, against nginx. */
export async function measureRefusals(): Promise<RowOutcome> {
  if (!CAN_MEASURE_PROCESSES) return { kind: 'skipped', why: 'there is no /proc here' };
  if (!hasNginx() || !hasLoadTools()) return { kind: 'skipped', why: 'it needs nginx, wrk and taskset' };
  return withFolder(async (folder) => {
    const target = await startTarget(folder, 20_000, 1);
    const gate = await startGate(folder, 'P2', target.urlFor('gate'));
    const nginx = await startNginx(folder, target.urlFor('nginx'));
    for (const front of [gate, nginx]) await bindToMeasured(front.pid);
    const figures: Figure[] = [];
    for (const [name, headers] of Object.entries(REFUSED))
      figures.push(await compare(name, headers, gate, nginx));
    await Promise.all([gate.stop(), nginx.stop(), target.stop()]);
    return { kind: 'measured', figures };
  });
}

async function compare(
  name: string,
  headers: Readonly<Record<string, string>>,
  gate: Front,
  nginx: Front,
): Promise<Figure> {
  await refuse(gate, headers, WARM_UP_SECONDS);
  const rounds: [gate: Refusals, nginx: Refusals][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push([await refuse(gate, headers, SECONDS), await refuse(nginx, headers, SECONDS)]);
  }
  const [ofGate, ofNginx] = [rounds.map(([first]) => first), rounds.map(([, second]) => second)];
  const told = (all: readonly Refusals[]): string =>
    `${short(median(all.map(({ aSecond }) => aSecond)))} a second, ${short(median(all.map(({ microseconds }) => microseconds)))} µs each`;
  return {
    name: `refusals a second on one processor, ${name}, against nginx`,
    value: median(rounds.map(([first, second]) => first.aSecond / second.aSecond)),
    unit: 'of its peer',
    better: 'more',
    must: 0.07,
    aim: 0.2,
    note: `${told(ofGate)}; nginx ${told(ofNginx)}`,
  };
}

async function refuse(
  { pid, request }: Front,
  headers: Readonly<Record<string, string>>,
  seconds: number,
): Promise<Refusals> {
  const before = processorMs(pid);
  const load = await flood(request.url, headers, seconds);
  if (load.refused !== load.requests) throw new Error('a request was not refused');
  return {
    aSecond: load.requests / seconds,
    microseconds: ((processorMs(pid) - before) * 1000) / load.requests,
  };
}
