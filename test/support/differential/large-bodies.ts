// Sequences of large bodies: the corpus of a LiteLLM proxy, edited from scrape to scrape as a busy target does, and
// now and then damaged in one place among thousands of lines.

import { readFileSync } from 'node:fs';

import type { ViewOptions } from '../../../src/views/options.js';
import { damage } from './damage.js';
import { Random } from './random.js';
import type { Scenario, Step } from './scenario.js';

const CORPUS = new URL('../../corpus/exposition/litellm.prom', import.meta.url);
const START_MS = 1_790_000_000_000;
const INTERVAL_MS = 15_000;
const MOST_LINES = 6000;

const VIEWS: readonly ViewOptions[] = [
  { name: 'all', target: 'litellm', preset: 'litellm' },
  {
    name: 'dropped',
    target: 'litellm',
    preset: 'litellm',
    labels: ['user', 'hashed_api_key', 'model_id', 'client_ip', 'user_agent'].map((label) => ({
      label,
      action: 'drop' as const,
    })),
  },
  {
    name: 'short',
    target: 'litellm',
    preset: 'litellm',
    labels: [{ label: '*', metric: '*_metric_total', action: 'drop' }],
    seriesRetentionMs: 20_000,
  },
  {
    name: 'revealed',
    target: 'litellm',
    labels: [
      { label: 'client_ip', action: 'keep' },
      { label: 'user_agent', action: 'keep' },
    ],
    reveal: ['team_alias', 'user_email'],
  },
  {
    name: 'tenant',
    target: 'litellm',
    preset: 'litellm',
    only: { team_alias: ['Acme GmbH'] },
    share: ['process_*'],
  },
];

/** Lines by family, so that families can move. */
type Block = readonly string[];

/** The sequence of large bodies with this number. */
export function createLargeSequence(number: number): Scenario {
  const random = new Random(number);
  const tags = new Set<string>();
  let blocks = corpusBlocks();
  if (random.chance(0.5)) blocks = blocks.filter(() => random.chance(0.7));
  const steps: Step[] = [];
  const count = random.between(3, 5);
  for (let made = 0; made < count; made += 1) {
    if (made > 0) blocks = edit(blocks, random);
    const body = Buffer.from(
      blocks
        .flat()
        .map((line) => `${line}\n`)
        .join(''),
      'utf8',
    );
    const scrape = {
      kind: 'scrape' as const,
      format: 'text' as const,
      nowMs: START_MS + made * INTERVAL_MS,
      options: {},
      views: [0],
    };
    if (random.chance(0.2)) steps.push({ ...scrape, body: damage(body, 'text', random, tags) });
    steps.push({ ...scrape, body });
    if (random.chance(0.15)) steps.push({ kind: 'restart', view: 'all' });
  }
  return { views: [random.pick(VIEWS)], steps, tags };
}

/** Text of the corpus, cut before each family. */
function corpusBlocks(): readonly Block[] {
  const blocks: string[][] = [];
  for (const line of readFileSync(CORPUS, 'utf8').trimEnd().split('\n')) {
    if (line.startsWith('# HELP') || blocks.length === 0) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  return blocks;
}

function edit(blocks: readonly Block[], random: Random): readonly Block[] {
  const changeValue = valueChanger(random, random.pick([0, 0.01, 0.05, 0.5, 1]));
  const arranged = random.chance(0.2) ? random.shuffled(blocks) : blocks;
  let lines = arranged.reduce((sum, block) => sum + block.length, 0);
  return arranged.map((block) => {
    const metadata = block.filter((line) => line.startsWith('#'));
    let samples: readonly string[] = block.filter((line) => !line.startsWith('#')).map(changeValue);
    if (random.chance(0.1)) samples = withoutRun(samples, random);
    if (random.chance(0.1)) samples = random.shuffled(samples);
    if (random.chance(0.15) && lines < MOST_LINES) samples = withCopies(samples, random);
    lines += samples.length + metadata.length - block.length;
    return [...metadata, ...samples];
  });
}

/** Mostly more; sometimes a counter begins anew. The parts of a histogram gain alike, so that it stays whole. */
function valueChanger(random: Random, share: number): (line: string) => string {
  const gains = new Map<string, number>();
  const draw = (): number => (random.chance(share) ? random.pick([1, 9, 1000]) : 0);
  return (line) => {
    const at = line.lastIndexOf(' ') + 1;
    const value = Number(line.slice(at));
    const part = /_(?:bucket|count)\{/.exec(line);
    const labels = part === null ? undefined : line.slice(part.index + part[0].length, at);
    const input = labels?.replace(/le="[^"]*",?/, '');
    const gain = (input === undefined ? undefined : gains.get(input)) ?? draw();
    if (input !== undefined) gains.set(input, gain);
    if (gain === 0) return line;
    const other = input === undefined && random.chance(0.02) ? 0 : value + gain;
    return `${line.slice(0, at)}${Number.isInteger(other) ? `${other}.0` : other}`;
  };
}

function withoutRun(samples: readonly string[], random: Random): readonly string[] {
  return samples.toSpliced(random.below(samples.length), random.pick([1, 1, 14, 100]));
}

/** A run of series again, of a client that was not there before. */
function withCopies(samples: readonly string[], random: Random): readonly string[] {
  const start = random.below(samples.length);
  const run = samples.slice(start, start + random.pick([1, 14, 56]));
  const client = `u${random.below(1e9)}`;
  const copies = run.map((line) => line.replace('end_user="', `end_user="${client}-`));
  const isNew = run.every((line, index) => line !== copies[index]);
  return isNew ? samples.toSpliced(random.below(samples.length + 1), 0, ...copies) : samples;
}
