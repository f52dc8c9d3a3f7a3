// The processor time of the whole gate for a scrape over real sockets, against what people would run in its place.

import { median, short, type Figure, type RowOutcome } from '../figures.js';
import { withFolder } from '../processes/folder.js';
import { startGate } from '../processes/gate.js';
import { hasNginx, startNginx } from '../processes/nginx.js';
import type { PipeAnswer, PipeMessage } from '../processes/bare-pipe.js';
import { scrape, type ScrapeRequest } from '../processes/scrape.js';
import { startWorker, type Started } from '../processes/started.js';
import { startTarget } from '../processes/target.js';
import { CAN_MEASURE_PROCESSES, processorMs } from '../processes/usage.js';
import { assertPlausible } from '../measure.js';
import type { ViewName } from '../workload/views.js';

const ROUNDS = 3;
/** The system counts in steps of 10 ms: this many make a scrape exact to a few per cent. */
const ENOUGH_MS = 800;
/** What people would write, and the least that can be written, which is watched beside it. */
const PIPES: readonly (Pick<PipeMessage, 'client'> & Pick<Comparison, 'must' | 'aim'>)[] = [
  { client: 'fetch', must: 1.5, aim: 1.2 },
  { client: 'node:http', must: 2.5, aim: 1.5 },
];
const NO_PROC = { kind: 'skipped', why: 'there is no /proc here' } as const;

/** Scrapes of one round: until enough time was used, within these bounds. */
interface Round {
  readonly least: number;
  readonly most: number;
  readonly warmUps: number;
}

/** Someone in front of the target, and how to ask them. */
interface Front extends Started {
  readonly request: ScrapeRequest;
}

/** 20 MB with gzip in an aggregated view, against nginx that passes the raw exposition on. */
export async function measureAgainstNginx(): Promise<RowOutcome> {
  if (!CAN_MEASURE_PROCESSES) return NO_PROC;
  if (!hasNginx()) return { kind: 'skipped', why: 'nginx is not installed' };
  const round: Round = { least: 3, most: 8, warmUps: 20 };
  return withFolder(async (folder) => {
    const target = await startTarget(folder, 20_000_000, round.warmUps + ROUNDS * round.most);
    const gate = await startGate(folder, 'P3', target.urlFor('gate'));
    const nginx = await startNginx(folder, target.urlFor('nginx'));
    for (const client of ['gate', 'nginx']) await target.begin(client);
    const figure = await compare('P3', asksForGzip(gate), asksForGzip(nginx), round, {
      name: '20 MB with gzip, aggregated, processor time against nginx',
      peer: 'nginx',
      must: 1,
      aim: 0.7,
    });
    await Promise.all([gate.stop(), nginx.stop(), target.stop()]);
    return { kind: 'measured', figures: [figure] };
  });
}

/** 2 MB as they are, with pseudonyms, against pipes of the same bytes. */
export async function measureAgainstPipe(): Promise<RowOutcome> {
  if (!CAN_MEASURE_PROCESSES) return NO_PROC;
  // A gate runs for months: V8 goes on compiling what runs once a scrape for a thousand of them, and a pipe is compiled sooner.
  const round: Round = { least: 8, most: 200, warmUps: 1500 };
  return withFolder(async (folder) => {
    const target = await startTarget(folder, 2_000_000, 40);
    const gate = await startGate(folder, 'P2', target.urlFor('gate'));
    const figures: Figure[] = [];
    for (const { client, must, aim } of PIPES) {
      const pipe = await startPipe(target.urlFor(client), client);
      for (const asking of ['gate', client]) await target.begin(asking);
      const figure = await compare('P2', gate, pipe, round, {
        name: `2 MB plain, pseudonyms, processor time against a bare pipe (${client})`,
        peer: 'pipe',
        must,
        aim,
      });
      figures.push(figure);
      await pipe.stop();
    }
    await Promise.all([gate.stop(), target.stop()]);
    return { kind: 'measured', figures };
  });
}

async function startPipe(targetUrl: string, client: PipeMessage['client']): Promise<Front> {
  const pipe = startWorker<PipeMessage, PipeAnswer>('bare-pipe.js');
  const { port } = await pipe.ask({ targetUrl, client });
  return { ...pipe, request: { url: `http://127.0.0.1:${String(port)}/metrics` } };
}

function asksForGzip(front: Front): Front {
  return { ...front, request: { ...front.request, acceptsGzip: true } };
}

interface Comparison {
  readonly name: string;
  readonly peer: string;
  readonly must: number;
  readonly aim: number;
}

async function compare(
  view: ViewName,
  gate: Front,
  peer: Front,
  round: Round,
  { name, peer: peerName, must, aim }: Comparison,
): Promise<Figure> {
  await assertAnswers(view, gate, peer);
  for (let warmUp = 1; warmUp < round.warmUps; warmUp++) {
    await scrape(gate.request);
    await scrape(peer.request);
  }
  const gateMs: number[] = [];
  const peerMs: number[] = [];
  for (let at = 0; at < ROUNDS; at++) {
    gateMs.push(await processorMsOfScrape(gate, round));
    peerMs.push(await processorMsOfScrape(peer, round));
  }
  return {
    name,
    value: median(gateMs.map((ms, at) => ms / (peerMs[at] ?? Number.NaN))),
    unit: 'of its peer',
    better: 'less',
    must,
    aim,
    note: `${short(median(gateMs))} ms a scrape, ${peerName} ${short(median(peerMs))} ms`,
  };
}

/** The first scrapes show that both do what they are measured for. */
async function assertAnswers(view: ViewName, gate: Front, peer: Front): Promise<void> {
  const [shown, raw] = [
    await scrape({ ...gate.request, countsSamples: true }),
    await scrape({ ...peer.request, countsSamples: true }),
  ];
  assertPlausible(view, raw.samples, { seriesIn: raw.samples, seriesOut: shown.samples });
  const asked = gate.request.acceptsGzip === true;
  if (shown.isGzip !== asked || raw.isGzip !== asked) throw new Error('an answer is not coded as asked');
}

async function processorMsOfScrape({ pid, request }: Front, { least, most }: Round): Promise<number> {
  const before = processorMs(pid);
  let used = 0;
  let scrapes = 0;
  while (scrapes < least || (scrapes < most && used < ENOUGH_MS)) {
    await scrape(request);
    scrapes++;
    used = processorMs(pid) - before;
  }
  return used / scrapes;
}
