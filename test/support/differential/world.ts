// A target's metrics as a model: families and series that can grow, vanish and change, and are printed in either
// format. Only the making of them is here; world-changes.ts changes them, world-text.ts prints them.

import { seriesKey } from '../../../src/exposition/series-key.js';
import type { Random } from './random.js';
import {
  DROPPED_NAMES,
  ENDINGS,
  HELP_TEXTS,
  LABEL_NAMES,
  labelValue,
  QUOTED_ENDINGS,
  QUOTED_LABEL_NAMES,
  RISKY_ENDINGS,
  SPECIAL_NUMBERS,
  SPELLINGS,
} from './vocabulary.js';

/** What a family is. Text 0.0.4 prints the last three as what its exporters make of them. */
export type FamilyKind =
  'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped' | 'info' | 'stateset' | 'gaugehistogram';

/** A label in the model, decoded. */
export type LabelPair = readonly [name: string, value: string];

/** One series, or all the series of one histogram or summary. */
export interface SeriesModel {
  labels: readonly LabelPair[];
  value: number;
  /** Written in place of the value. */
  special: string | undefined;
  spelling: number;
  /** Rising; a histogram's last bucket is not among them. */
  bounds: readonly number[];
  boundSpelling: number;
  /** Observations by bucket, one more than bounds; not cumulative. */
  observed: number[];
  sum: number;
  createdAt: number;
  hasTimestamp: boolean;
  hasExemplar: boolean;
  /** Whether its buckets contradict each other. */
  isTorn: boolean;
  /** Whether its first bucket comes twice, its bound in two spellings. */
  hasTwin: boolean;
}

/** A family. */
export interface FamilyModel {
  name: string;
  kind: FamilyKind;
  help: string | undefined;
  isTyped: boolean;
  hasUnit: boolean;
  hasCreated: boolean;
  hasSum: boolean;
  hasCount: boolean;
  hasInfinity: boolean;
  /** Whether a counter is called without `_total` in text. */
  isBare: boolean;
  /** Series by series, part by part, or with `_sum` first. */
  layout: number;
  /** How its lines use blanks in text; 0 is as usual. */
  blanks: number;
  /** What stands before it in text: nothing, a blank line, a comment. */
  before: number;
  labelNames: readonly string[];
  series: SeriesModel[];
}

/** A target. */
export interface World {
  families: FamilyModel[];
  /** What is gone for now. */
  readonly goneFamilies: FamilyModel[];
  readonly goneSeries: { readonly family: FamilyModel; readonly series: SeriesModel }[];
  readonly isQuoted: boolean;
  /** Whether most series name a key, and only some the team that it belongs to. */
  readonly isTenanted: boolean;
  /** Names given so far. */
  named: number;
  /** A series that is printed twice in the next scrape only. */
  twice: SeriesModel | undefined;
  /** Milliseconds, for timestamps. */
  nowMs: number;
}

const KINDS: readonly { readonly kind: FamilyKind; readonly weight: number }[] = [
  { kind: 'counter', weight: 8 },
  { kind: 'histogram', weight: 6 },
  { kind: 'gauge', weight: 5 },
  { kind: 'summary', weight: 3 },
  { kind: 'untyped', weight: 2 },
  { kind: 'info', weight: 1 },
  { kind: 'stateset', weight: 1 },
  { kind: 'gaugehistogram', weight: 1 },
];
const ALL_BOUNDS = [0.1, 0.5, 1, 2.5, 5, 10, 100];
const LITELLM_GAUGES = ['litellm_remaining_x', 'litellm_total_users', 'litellm_in_flight_requests'];

/** A target with some families. */
export function createWorld(random: Random, nowMs: number): World {
  const world: World = {
    families: [],
    goneFamilies: [],
    goneSeries: [],
    isQuoted: random.chance(0.2),
    isTenanted: random.chance(0.2),
    named: 0,
    twice: undefined,
    nowMs,
  };
  const count = random.between(1, random.chance(0.1) ? 6 : 3);
  for (let made = 0; made < count; made += 1) world.families.push(createFamily(world, random));
  return world;
}

/** A new family of a name that was never used. */
export function createFamily(world: World, random: Random): FamilyModel {
  const { kind } = random.pickWeighted(KINDS);
  const family: FamilyModel = {
    name: familyName(world, kind, random),
    kind,
    help: random.pickAny(HELP_TEXTS),
    isTyped: kind === 'untyped' ? random.chance(0.3) : random.chance(0.98),
    hasUnit: random.chance(0.5),
    hasCreated: random.chance(0.3),
    hasSum: random.chance(0.9),
    hasCount: random.chance(0.9),
    hasInfinity: random.chance(0.95),
    isBare: random.chance(0.2),
    layout: random.below(3),
    blanks: random.chance(0.15) ? random.between(1, 4) : 0,
    before: random.chance(0.15) ? random.between(1, 2) : 0,
    labelNames: labelNames(world, random),
    series: [],
  };
  const count = random.chance(0.02) ? random.between(20, 60) : random.between(1, 4);
  for (let made = 0; made < count; made += 1) {
    const series = createSeries(family, random, world.nowMs);
    if (!isTaken(family, series)) family.series.push(series);
  }
  return family;
}

/** A series of `family`, which may have the labels of another. */
export function createSeries(family: FamilyModel, random: Random, nowMs: number): SeriesModel {
  const bounds = random.chance(0.6) ? ALL_BOUNDS.slice(0, 4) : random.some(ALL_BOUNDS, ALL_BOUNDS.length);
  const isFraction = random.chance(0.4);
  return {
    labels: createLabels(family, random),
    value: isFraction ? random.below(10_000) / 7 : random.below(random.pick([10, 1000, 2 ** 40])),
    special: random.chance(0.03) ? random.pick(SPECIAL_NUMBERS) : undefined,
    spelling: random.chance(0.6) ? 0 : random.below(SPELLINGS),
    bounds,
    boundSpelling: random.chance(0.7) ? 1 : random.below(SPELLINGS),
    observed: [...bounds.map(() => random.below(9)), random.below(9)],
    sum: isFraction ? random.below(1000) / 3 : random.below(1000),
    createdAt: Math.floor(nowMs / 1000) - random.below(1000),
    hasTimestamp: random.chance(0.05),
    hasExemplar: random.chance(0.1),
    isTorn: random.chance(0.005),
    hasTwin: false,
  };
}

/** Labels of a new series; often those of another but for one that views drop. */
function createLabels({ labelNames: names, series }: FamilyModel, random: Random): readonly LabelPair[] {
  const sibling = random.chance(0.6) ? random.pickAny(series) : undefined;
  const varied = DROPPED_NAMES.find((name) => names.includes(name));
  if (sibling !== undefined && varied !== undefined) {
    return sibling.labels.map((pair) => (pair[0] === varied ? [varied, labelValue(varied, random)] : pair));
  }
  return names.filter(() => random.chance(0.95)).map((name): LabelPair => [name, labelValue(name, random)]);
}

/** Whether `family` has a series of these labels already, told as readers tell it. */
export function isTaken(family: FamilyModel, { labels }: Pick<SeriesModel, 'labels'>): boolean {
  const key = keyOf(labels);
  return family.series.some((other) => keyOf(other.labels) === key);
}

function keyOf(labels: readonly LabelPair[]): string {
  return seriesKey(
    '',
    labels.map(([name, value]) => ({ name, value })),
  );
}

function familyName(world: World, kind: FamilyKind, random: Random): string {
  world.named += 1;
  if (kind === 'gauge' && random.chance(0.15)) return `${random.pick(LITELLM_GAUGES)}${world.named}`;
  const stem = random.chance(0.02) ? 'f' : `f${world.named}`;
  // Two names by which rules mean one metric.
  if ((kind === 'counter' || kind === 'histogram') && random.chance(0.06))
    return random.pick(['f', 'f_total']);
  // What another name becomes for readers without quotes.
  if (world.isQuoted && random.chance(0.08)) return `U__f${random.between(1, world.named)}_2e_latency`;
  if (world.isQuoted && random.chance(0.4)) {
    return random.chance(0.05) ? `${stem} anna@acme.example` : stem + random.pick(QUOTED_ENDINGS);
  }
  const name = stem + random.pick(random.chance(0.06) ? RISKY_ENDINGS : ENDINGS);
  // A stateset's name is also that of its label, which has no colon.
  return kind === 'stateset' ? name.replace(':', '_') : name;
}

function labelNames(world: World, random: Random): readonly string[] {
  const names = new Set(random.some(LABEL_NAMES, 4));
  const all: Set<string> = new Set(names);
  if (random.chance(0.6)) all.add(random.pick(DROPPED_NAMES));
  if (world.isQuoted && random.chance(0.5)) all.add(random.pick(QUOTED_LABEL_NAMES));
  if (world.isTenanted) {
    all.add('hashed_api_key');
    if (random.chance(0.5)) all.add('team');
    else all.delete('team');
  }
  if (random.chance(0.02)) all.add(random.pick(['le', 'quantile']));
  return random.shuffled([...all]);
}
