// A server with counters whose true course is known: series grow, vanish, come back and start again, and the sum of
// all that was ever counted is kept beside them. Seeded, so that every run is the same.

import type { ExpositionFormat } from '../../../src/exposition/model.js';

/** Counted events of one model: requests, and how long they took. */
export interface Truth {
  requests: number;
  /** Observations up to each bound, cumulative. */
  buckets: number[];
}

interface Series {
  readonly model: string;
  readonly client: string;
  readonly agent: string;
  requests: number;
  buckets: number[];
  sum: number;
}

/** Upper bounds of the histogram but `+Inf`. */
export const BOUNDS: readonly string[] = ['0.1', '0.5', '2.0'];

const MODELS = ['alpha', 'beta', 'gamma'];
const CLIENTS = 6;
const AGENTS = 2;
/** Events that a series counts in a step, and in the first step after it began anew. */
const STEP_MOST = 400;
const FIRST_STEP_MOST = 100;
/** A series is lost only above this: coming back above its old value, nobody could tell that it began anew. */
const LEAST_TO_LOSE = 300;
/** Share of the events in the first bucket at least, so that this holds for every bucket. */
const FAST_SHARE = 0.4;

/** Where `world_steps_total` begins: so high that Prometheus never takes it for a counter that began in a window. */
const FIRST_TICK = 1_000_000;

/** What a step did to the series that were there before it. */
export interface StepEvents {
  readonly restarted: boolean;
  readonly vanished: number;
  readonly appeared: number;
  /** Of those that appeared, the ones that had been there once. */
  readonly returned: number;
  /** Of those that returned, the ones that go on where they were; the others began anew. */
  readonly resumed: number;
}

/** Counters by model, client and user agent. */
export class CounterWorld {
  readonly #series = new Map<string, Series>();
  /** What is not printed for a while, and goes on where it was. */
  readonly #hidden = new Map<string, Series>();
  readonly #truth = new Map<string, Truth>();
  readonly #everSeen = new Set<string>();
  #random: number;
  #tick = FIRST_TICK;

  constructor(seed: number) {
    this.#random = seed;
    for (const model of MODELS) {
      this.#truth.set(model, { requests: 0, buckets: [0, 0, 0, 0] });
      for (const client of ['1', '2', '3']) this.#count(model, `203.0.113.${client}`, 'agent/1', 2000);
    }
  }

  /** Everything counted so far, by model. */
  truth(): ReadonlyMap<string, Truth> {
    return new Map(
      [...this.#truth].map(([model, { requests, buckets }]) => [model, { requests, buckets: [...buckets] }]),
    );
  }

  /** How many steps there were, and then some: the value of `world_steps_total`. */
  get tick(): number {
    return this.#tick;
  }

  /**
   * One step of the world: some series are lost or hidden, or with `restart` all are lost, then events are counted.
   * In a `quiet` step none comes or goes.
   */
  step({ restart, quiet }: { readonly restart: boolean; readonly quiet: boolean }): StepEvents {
    this.#tick += 1;
    const before = new Set(this.#series.keys());
    const everSeen = new Set(this.#everSeen);
    const mayRestart = [...this.#series.values()].every(({ requests }) => requests >= LEAST_TO_LOSE);
    const restarted = restart && mayRestart;
    if (restarted) this.#begin();
    const hidden = new Set(this.#hidden.keys());
    if (!restarted && !quiet) this.#comeAndGo();
    const kept = new Set(this.#series.keys());
    // After a restart the same clients go on, so that whoever watches each series sees it begin anew.
    for (const key of restarted ? before : kept) this.#countAt(key);
    if (!quiet && this.#chance(0.6)) this.#countAt(this.#someKey());
    const appeared = [...this.#series.keys()].filter((key) => !before.has(key));
    return {
      restarted,
      vanished: [...before].filter((key) => !this.#series.has(key)).length,
      appeared: appeared.length,
      returned: appeared.filter((key) => everSeen.has(key)).length,
      resumed: appeared.filter((key) => hidden.has(key)).length,
    };
  }

  /**
   * A whole page. `summed` adds up what is there now, as dropping the labels and adding would.
   * `world_steps_total` loses no label in a view, and goes on over a restart.
   */
  page(format: ExpositionFormat, summed: boolean): string {
    const all = [...this.#series.values()];
    const shown = summed ? MODELS.map((model) => sumOf(model, all)) : all;
    const counter = format === 'text' ? 'world_requests_total' : 'world_requests';
    return [
      `# TYPE ${format === 'text' ? 'world_steps_total' : 'world_steps'} counter`,
      `world_steps_total{kind="tick"} ${String(this.#tick)}`,
      `# HELP ${counter} Requests.`,
      `# TYPE ${counter} counter`,
      ...shown.map((series) => `world_requests_total{${labelsOf(series)}} ${String(series.requests)}`),
      '# HELP world_latency_seconds Latency.',
      '# TYPE world_latency_seconds histogram',
      ...shown.flatMap(histogramLines),
      ...(format === 'text' ? [''] : ['# EOF', '']),
    ].join('\n');
  }

  #begin(): void {
    this.#series.clear();
    this.#hidden.clear();
  }

  #comeAndGo(): void {
    const shown = [...this.#hidden].filter(() => this.#chance(0.25));
    for (const [key, series] of this.#series) {
      const { model, requests } = series;
      const isLast = [...this.#series.values()].filter((other) => other.model === model).length === 1;
      if (isLast || requests < LEAST_TO_LOSE || !this.#chance(0.12)) continue;
      this.#series.delete(key);
      if (this.#chance(0.4)) this.#hidden.set(key, series);
    }
    for (const [key, series] of shown) this.#show(key, series);
  }

  #show(key: string, series: Series): void {
    this.#hidden.delete(key);
    this.#series.set(key, series);
  }

  #countAt(key: string): void {
    const [model = '', client = '', agent = ''] = key.split('|');
    const hidden = this.#hidden.get(key);
    if (hidden !== undefined) this.#show(key, hidden);
    const most = this.#series.has(key) ? STEP_MOST : FIRST_STEP_MOST;
    this.#count(model, client, agent, 1 + Math.floor(this.#next() * most));
  }

  #count(model: string, client: string, agent: string, events: number): void {
    const key = `${model}|${client}|${agent}`;
    const series = this.#series.get(key) ?? {
      model,
      client,
      agent,
      requests: 0,
      buckets: [0, 0, 0, 0],
      sum: 0,
    };
    this.#series.set(key, series);
    this.#everSeen.add(key);
    const truth = this.#truth.get(model);
    if (truth === undefined) throw new Error('unknown model');
    const fast = Math.ceil(events * (FAST_SHARE + (1 - FAST_SHARE) * this.#next()));
    const medium = fast + Math.floor((events - fast) * this.#next());
    const slow = medium + Math.floor((events - medium) * this.#next());
    const added = [fast, medium, slow, events];
    series.requests += events;
    truth.requests += events;
    for (const [index, count] of added.entries()) {
      series.buckets[index] = (series.buckets[index] ?? 0) + count;
      truth.buckets[index] = (truth.buckets[index] ?? 0) + count;
    }
    series.sum += events / 4;
  }

  #someKey(): string {
    const model = MODELS[Math.floor(this.#next() * MODELS.length)] ?? 'alpha';
    const client = 1 + Math.floor(this.#next() * CLIENTS);
    const agent = 1 + Math.floor(this.#next() * AGENTS);
    return `${model}|203.0.113.${String(client)}|agent/${String(agent)}`;
  }

  #chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** Mulberry32: a number from 0 to below 1. */
  #next(): number {
    this.#random = (this.#random + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), 1 | this.#random);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}

function labelsOf({ model, client, agent }: Series): string {
  const source = client === '' ? '' : `,client_ip="${client}",user_agent="${agent}"`;
  return `requested_model="${model}"${source}`;
}

function histogramLines(series: Series): readonly string[] {
  const labels = labelsOf(series);
  return [
    ...series.buckets.map(
      (count, index) =>
        `world_latency_seconds_bucket{${labels},le="${BOUNDS[index] ?? '+Inf'}"} ${String(count)}`,
    ),
    `world_latency_seconds_count{${labels}} ${String(series.requests)}`,
    `world_latency_seconds_sum{${labels}} ${String(series.sum)}`,
  ];
}

function sumOf(model: string, all: readonly Series[]): Series {
  const sum: Series = { model, client: '', agent: '', requests: 0, buckets: [0, 0, 0, 0], sum: 0 };
  for (const series of all) {
    if (series.model !== model) continue;
    sum.requests += series.requests;
    sum.sum += series.sum;
    for (const [index, count] of series.buckets.entries()) {
      sum.buckets[index] = (sum.buckets[index] ?? 0) + count;
    }
  }
  return sum;
}
