// 200 MB through the whole gate: how much memory it takes, and how long another request waits meanwhile.

import { setTimeout as sleep } from 'node:timers/promises';
import { median, short, type RowOutcome } from '../figures.js';
import { assertPlausible } from '../measure.js';
import type { PipeAnswer, PipeMessage } from '../processes/bare-pipe.js';
import { withFolder } from '../processes/folder.js';
import { startGate } from '../processes/gate.js';
import type { PollerAnswer, PollerMessage } from '../processes/health-poller.js';
import { scrape, type ScrapeRequest } from '../processes/scrape.js';
import { startWorker, type Started, type Worker } from '../processes/started.js';
import { startTarget, type Target } from '../processes/target.js';
import { CAN_MEASURE_PROCESSES, residentBytes } from '../processes/usage.js';

const BYTES = 200_000_000;
const ROUNDS = 3;
/** Of each round: the first scrape, and the one after it. */
const SCRAPES = 2;
const IDLE_MS = 1_500;
const GRACE_MS = 1_000;
const MEGABYTE = 1_000_000;
const AIM_BYTES = 64 * MEGABYTE;

type Poller = Worker<PollerMessage, PollerAnswer>;

interface GateRound {
  readonly memoryBytes: number;
  readonly waitMs: number;
  readonly idleWaitMs: number;
  readonly samples: number;
}

/** Rounds with a gate of their own each; waits are also measured with an idle gate, and with a pipe of the same bytes. */
export async function measureLarge(): Promise<RowOutcome> {
  if (!CAN_MEASURE_PROCESSES) return { kind: 'skipped', why: 'there is no /proc here' };
  return withFolder(async (folder) => {
    const target = await startTarget(folder, BYTES, SCRAPES);
    const poller = startWorker<PollerMessage, PollerAnswer>('health-poller.js');
    const rounds: GateRound[] = [];
    const pipeWaits: number[] = [];
    for (let at = 0; at < ROUNDS; at++) {
      const round = await measureGate(folder, target, poller, `gate-${String(at)}`);
      const pipe = await measurePipe(target, poller, `pipe-${String(at)}`);
      assertPlausible('P2', pipe.samples, { seriesIn: pipe.samples, seriesOut: round.samples });
      rounds.push(round);
      pipeWaits.push(pipe.waitMs);
    }
    await Promise.all([poller.stop(), target.stop()]);
    const memory = median(rounds.map(({ memoryBytes }) => memoryBytes));
    const idle = median(rounds.map(({ idleWaitMs }) => idleWaitMs));
    return {
      kind: 'measured',
      figures: [
        {
          name: '200 MB, pseudonyms, memory above the idle gate',
          value: memory / target.bytes,
          unit: 'of the body',
          better: 'less',
          must: 1.5,
          aim: AIM_BYTES / target.bytes,
          note: `${short(memory / MEGABYTE)} MB at the peak of ${String(SCRAPES)} scrapes`,
        },
        {
          name: '200 MB, pseudonyms, longest wait of another request',
          value: median(rounds.map(({ waitMs }) => waitMs)),
          unit: 'ms',
          better: 'less',
          must: 50,
          aim: 10,
          note: `beside an idle gate ${short(idle)} ms, beside a pipe ${short(median(pipeWaits))} ms`,
        },
      ],
    };
  });
}

async function measureGate(
  folder: string,
  target: Target,
  poller: Poller,
  client: string,
): Promise<GateRound> {
  const gate = await startGate(folder, 'P2', target.urlFor(client));
  const { waitMs: idleWaitMs } = await longestWait(poller, gate.healthUrl, () => sleep(IDLE_MS, 0));
  const idleBytes = residentBytes(gate.pid, 'now');
  await target.begin(client);
  const { waitMs, result: samples } = await longestWait(poller, gate.healthUrl, () =>
    // A gate that runs out of memory says so better than a broken connection.
    scrapeAll(gate.request).catch((error: unknown) => failWithCause(gate, error)),
  );
  const memoryBytes = residentBytes(gate.pid, 'peak') - idleBytes;
  await gate.stop();
  return { memoryBytes, waitMs, idleWaitMs, samples };
}

/** Its connections break before it is known how it ended. */
async function failWithCause(gate: Started, error: unknown): Promise<never> {
  await sleep(GRACE_MS);
  throw new Error(gate.ended() ?? 'the gate did not answer a scrape', { cause: error });
}

async function measurePipe(
  target: Target,
  poller: Poller,
  client: string,
): Promise<{ readonly waitMs: number; readonly samples: number }> {
  const pipe = startWorker<PipeMessage, PipeAnswer>('bare-pipe.js');
  const { port } = await pipe.ask({ targetUrl: target.urlFor(client), client: 'node:http' });
  const url = `http://127.0.0.1:${String(port)}`;
  await target.begin(client);
  const { waitMs, result: samples } = await longestWait(poller, `${url}/health`, () =>
    scrapeAll({ url: `${url}/metrics` }),
  );
  await pipe.stop();
  return { waitMs, samples };
}

/** The scrapes of a round, one behind the other; their samples all together. */
async function scrapeAll(request: ScrapeRequest): Promise<number> {
  let samples = 0;
  for (let at = 0; at < SCRAPES; at++) samples += (await scrape({ ...request, countsSamples: true })).samples;
  return samples;
}

async function longestWait<T>(
  poller: Poller,
  url: string,
  during: () => Promise<T>,
): Promise<{ readonly waitMs: number; readonly result: T }> {
  await poller.ask({ start: url });
  const result = await during();
  const { polls, longestMs } = await poller.ask({ stop: true });
  if (polls === 0) throw new Error('not one request was answered meanwhile');
  return { waitMs: longestMs, result };
}
