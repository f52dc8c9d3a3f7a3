// The history of a CounterWorld as two replicas of the gate saw it: each step is scraped through both, while they are
// stopped, killed and changed for each other, and written down with an exact time for promtool.

import { join } from 'node:path';
import type { ExpositionFormat } from '../../../src/exposition/model.js';
import { CounterWorld, type StepEvents } from './counter-world.js';
import { startReplica, type Replica } from './replica.js';
import { makePseudonymKey, makeToken } from './start-gate.js';
import { OPENMETRICS_TYPE, startUpstream, TEXT_TYPE } from './start-upstream.js';
import type { WorldTruth } from './world-truth.js';

/** Steps of a history, their distance, and the time of the first: a multiple of two hours, where blocks begin. */
export const STEPS = 120;
export const STEP_SECONDS = 15;
export const START_SECONDS = 1_767_225_600;
/** From here on series neither come nor go, so that raw rates are right, over a restart of the target too. */
export const QUIET_FROM_STEP = 85;

const RESTART_STEPS: ReadonlySet<number> = new Set([25, 50, 55, 100]);
const FAILING_STEPS: ReadonlySet<number> = new Set([17, 33, 95]);
/** Where the scraper moves to the other replica. */
const SWAP_STEPS: ReadonlySet<number> = new Set([20, 30, 31, 45, 70, 71, 72, 90, 105]);
const REPLICA_RESTARTS: readonly (readonly [step: number, replica: 0 | 1, how: 'stopped' | 'killed'])[] = [
  [40, 0, 'stopped'],
  [60, 0, 'killed'],
  [75, 1, 'stopped'],
  [88, 1, 'killed'],
  // Together with the target.
  [100, 0, 'killed'],
];

/** What happened in a step. */
export interface HistoryEvents extends StepEvents {
  /** The target answered with an error. */
  readonly failed: boolean;
  /** A replica was started again before it saw this step. */
  readonly restartedReplica: boolean;
  /** The scraper moved to the other replica. */
  readonly swapped: boolean;
}

/** What happened, step by step. */
export interface History {
  readonly truth: readonly WorldTruth[];
  readonly events: readonly HistoryEvents[];
  /** Steps in which the replicas did not answer with the same bytes. */
  readonly disagreements: readonly number[];
  /** Samples with their times in OpenMetrics; the label `job` is `gate`, `raw` or `plain sum`. */
  readonly lines: readonly string[];
}

/** What to record. */
export interface HistoryOptions {
  readonly seed: number;
  readonly format: ExpositionFormat;
  readonly accept: string;
  /** For the replicas; left to the caller. */
  readonly folder: string;
}

/** Lets a world run and scrapes it through two replicas. */
export async function recordHistory({ seed, format, accept, folder }: HistoryOptions): Promise<History> {
  const world = new CounterWorld(seed);
  const scraper = makeToken();
  let failing = false;
  const upstream = await startUpstream(() => ({
    status: failing ? 500 : 200,
    type: format === 'text' ? TEXT_TYPE : OPENMETRICS_TYPE,
    body: world.page(format, false),
  }));
  const shared = {
    pseudonymKey: makePseudonymKey(),
    token: scraper.token,
    config: worldConfig(`${upstream.url}/raw`, scraper.digest),
  };
  const replicas: Replica[] = [];
  try {
    replicas.push(await startReplica({ ...shared, folder: join(folder, 'first') }));
    // A machine elsewhere, with other manners.
    const env = { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' };
    replicas.push(await startReplica({ ...shared, folder: join(folder, 'second'), env }));
    return await record(world, replicas, {
      format,
      accept,
      setFailing: (now) => {
        failing = now;
      },
    });
  } finally {
    for (const replica of replicas) await replica.stop();
    await upstream.stop();
  }
}

/** A gate with one view of a world, which drops the labels that the preset drops. */
export function worldConfig(targetUrl: string, tokenDigest: string): Record<string, unknown> {
  return {
    targets: { world: { url: targetUrl, preset: 'litellm' } },
    views: { sums: { target: 'world' } },
    credentials: { scraper: { bearer_token_digest: tokenDigest, view: 'sums' } },
  };
}

async function record(
  world: CounterWorld,
  replicas: readonly Replica[],
  {
    format,
    accept,
    setFailing,
  }: {
    readonly format: ExpositionFormat;
    readonly accept: string;
    readonly setFailing: (failing: boolean) => void;
  },
): Promise<History> {
  const lines: string[] = [];
  const truth: WorldTruth[] = [];
  const events: HistoryEvents[] = [];
  const disagreements: number[] = [];
  let active = 0;
  let restartIsDue = false;
  for (let step = 0; step < STEPS; step += 1) {
    const failed = FAILING_STEPS.has(step);
    restartIsDue ||= RESTART_STEPS.has(step);
    const due = REPLICA_RESTARTS.find(([at]) => at === step);
    // A crash is after what the replica saw and saved, so before the next step of the world; a stop saves by itself.
    if (due?.[2] === 'killed') await replicas[due[1]]?.crash(accept);
    // Nobody sees a step that fails, so the world waits: what is never scraped no counter can tell.
    const stepEvents =
      step === 0 || failed
        ? { restarted: false, vanished: 0, appeared: 0, returned: 0, resumed: 0 }
        : world.step({ restart: restartIsDue, quiet: step >= QUIET_FROM_STEP });
    if (stepEvents.restarted) restartIsDue = false;
    if (due?.[2] === 'stopped') await replicas[due[1]]?.restart();
    const swapped = SWAP_STEPS.has(step);
    if (swapped) active = 1 - active;

    setFailing(failed);
    const views = await Promise.all(replicas.map((replica) => replica.scrape(accept)));
    setFailing(false);
    const view = views[active];
    if (view?.status !== (failed ? 502 : 200)) throw new Error(`step ${String(step)}: ${view?.head ?? ''}`);
    if (new Set(views.map(({ text }) => text)).size > 1) disagreements.push(step);
    if (!failed) {
      const seconds = START_SECONDS + step * STEP_SECONDS;
      lines.push(
        ...stamped(view.text, 'gate', seconds),
        ...stamped(world.page(format, false), 'raw', seconds),
        ...stamped(world.page(format, true), 'plain sum', seconds),
      );
    }
    truth.push(world.truth());
    events.push({ ...stepEvents, failed, swapped, restartedReplica: due !== undefined });
  }
  return { truth, events, disagreements, lines };
}

/** The samples of a page as OpenMetrics with a job and a time. */
function stamped(page: string, job: string, seconds: number): readonly string[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('world_'))
    .map((line) => `${line.replace('{', `{job="${job}",`)} ${String(seconds)}`);
}
