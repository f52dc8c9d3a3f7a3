// What can happen to a target between two scrapes, as a table. Each change says by its name what it was, so that a
// test can see that it happened.

import type { Random, Weighted } from './random.js';
import { HELP_TEXTS, labelValue, SPECIAL_NUMBERS, SPELLINGS } from './vocabulary.js';
import {
  createFamily,
  createSeries,
  type FamilyModel,
  isTaken,
  type SeriesModel,
  type World,
} from './world.js';

/** A change of a target. */
interface Change extends Weighted {
  readonly name: string;
  readonly apply: (world: World, random: Random) => void;
}

const CHANGES: readonly Change[] = [
  { name: 'grow', weight: 40, apply: growAll },
  { name: 'wobble', weight: 6, apply: onSeries((series, random) => wobble(series, random)) },
  { name: 'reset series', weight: 8, apply: onSeries(reset) },
  { name: 'reset family', weight: 3, apply: onFamily((family) => family.series.forEach(reset)) },
  {
    name: 'reset target',
    weight: 2,
    apply: ({ families }) => families.forEach(({ series }) => series.forEach(reset)),
  },
  { name: 'fall a little', weight: 3, apply: onSeries((series) => void (series.value *= 1 - 1e-9)) },
  { name: 'vanish', weight: 10, apply: vanish },
  { name: 'return', weight: 10, apply: comeBack },
  { name: 'insert', weight: 12, apply: (world, random) => insert(world, random, 1) },
  { name: 'insert many', weight: 2, apply: (world, random) => insert(world, random, random.between(5, 30)) },
  { name: 'swap series', weight: 5, apply: onFamily(swapSeries) },
  {
    name: 'shuffle series',
    weight: 2,
    apply: onFamily((family, random) => void (family.series = random.shuffled(family.series))),
  },
  {
    name: 'shuffle families',
    weight: 3,
    apply: (world, random) => void (world.families = random.shuffled(world.families)),
  },
  { name: 'family vanishes', weight: 4, apply: familyVanishes },
  { name: 'family returns', weight: 4, apply: familyReturns },
  {
    name: 'new family',
    weight: 4,
    apply: (world, random) =>
      void world.families.splice(random.below(world.families.length + 1), 0, createFamily(world, random)),
  },
  {
    name: 'other type',
    weight: 3,
    apply: onFamily(
      (family, random) =>
        void (family.kind = random.pick(['counter', 'gauge', 'histogram', 'summary', 'untyped'])),
    ),
  },
  {
    name: 'other help',
    weight: 3,
    apply: onFamily((family, random) => void (family.help = random.pickAny(HELP_TEXTS))),
  },
  { name: 'typed or not', weight: 1, apply: onFamily((family) => void (family.isTyped = !family.isTyped)) },
  { name: 'other parts', weight: 3, apply: onFamily(changeParts) },
  {
    name: 'other layout',
    weight: 2,
    apply: onFamily((family, random) => void (family.layout = random.below(3))),
  },
  { name: 'other blanks', weight: 2, apply: onFamily(changeBlanks) },
  {
    name: 'other label order',
    weight: 5,
    apply: onSeries((series, random) => void (series.labels = random.shuffled(series.labels))),
  },
  { name: 'empty label', weight: 5, apply: onSeries(toggleEmptyLabel) },
  { name: 'other label value', weight: 6, apply: changeLabelValue },
  { name: 'other buckets', weight: 5, apply: onSeries(changeBounds) },
  { name: 'other spelling', weight: 4, apply: onSeries(changeSpelling) },
  {
    name: 'special number',
    weight: 5,
    apply: onSeries((series, random) => void (series.special = random.pick(SPECIAL_NUMBERS))),
  },
  { name: 'plain number', weight: 4, apply: onSeries((series) => void (series.special = undefined)) },
  {
    name: 'huge number',
    weight: 2,
    apply: onSeries(
      (series, random) => void (series.value = random.pick([2 ** 53 - 1, 2 ** 53 + 2, 1e21, 1e300])),
    ),
  },
  {
    name: 'timestamp',
    weight: 2,
    apply: onSeries((series) => void (series.hasTimestamp = !series.hasTimestamp)),
  },
  {
    name: 'exemplar',
    weight: 2,
    apply: onSeries((series) => void (series.hasExemplar = !series.hasExemplar)),
  },
  { name: 'huge fall', weight: 3, apply: onSeries(fallByOne) },
  { name: 'no numbers', weight: 2, apply: onFamily(becomeNoNumbers) },
  { name: 'torn buckets', weight: 1, apply: onSeries((series) => void (series.isTorn = !series.isTorn)) },
  { name: 'bucket twice', weight: 1, apply: onSeries((series) => void (series.hasTwin = !series.hasTwin)) },
  { name: 'series twice', weight: 2, apply: onSeries((series, _, world) => void (world.twice = series)) },
];

/** The name of every change. */
export const CHANGE_NAMES: readonly string[] = CHANGES.map(({ name }) => name);

/** Lets some things happen, and adds their names to `tags`. Sometimes nothing does. */
export function changeWorld(world: World, random: Random, tags: Set<string>): void {
  world.twice = undefined;
  const count = random.chance(0.1) ? 0 : random.between(1, random.chance(0.1) ? 12 : 4);
  for (let made = 0; made < count; made += 1) {
    const { name, apply } = random.pickWeighted(CHANGES);
    apply(world, random);
    tags.add(name);
  }
}

function onFamily(
  change: (family: FamilyModel, random: Random, world: World) => void,
): (world: World, random: Random) => void {
  return (world, random) => {
    const family = random.pickAny(world.families);
    if (family !== undefined) change(family, random, world);
  };
}

function onSeries(
  change: (series: SeriesModel, random: Random, world: World) => void,
): (world: World, random: Random) => void {
  return onFamily((family, random, world) => {
    const series = random.pickAny(family.series);
    if (series !== undefined) change(series, random, world);
  });
}

function growAll({ families }: World, random: Random): void {
  const share = random.pick([0.1, 0.5, 1]);
  for (const { series } of families) {
    for (const one of series) if (random.chance(share)) grow(one, random);
  }
}

function grow(series: SeriesModel, random: Random): void {
  const gain = random.below(random.pick([3, 20, 1000]));
  series.value += Number.isInteger(series.value) ? gain : gain / 3;
  series.observed = series.observed.map((count) => count + random.below(3));
  series.sum += Number.isInteger(series.sum) ? random.below(50) : random.below(50) / 7;
}

/** What a target with several workers does to a sum of fractions: its last bits change. */
function wobble(series: SeriesModel, random: Random): void {
  const share = random.pick([-1, 1]) * random.pick([2 ** -52, 2 ** -45, 9e-13, 1.1e-12]);
  series.value += series.value * share;
  series.sum += series.sum * share;
}

function reset(series: SeriesModel): void {
  series.value = Math.floor(series.value % 3);
  series.observed = series.observed.map((count) => count % 2);
  series.sum = Math.floor(series.sum % 5);
  series.special = undefined;
}

/** A whole number that is so large that one less is next to nothing. */
function fallByOne(series: SeriesModel, random: Random): void {
  const isHuge = series.value >= 2 ** 50 && series.value <= 2 ** 53;
  series.value = isHuge ? series.value - 1 : 2 ** 52 + random.below(9);
  series.special = undefined;
}

function becomeNoNumbers(family: FamilyModel, random: Random): void {
  for (const series of family.series)
    series.special = random.pickAny(['NaN', '+Inf', '-Inf', '1', undefined]);
}

function vanish(world: World, random: Random): void {
  const family = random.pickAny(world.families);
  if (family === undefined) return;
  const at = random.below(family.series.length);
  const count = random.chance(0.2) ? random.between(1, 40) : 1;
  for (const series of family.series.splice(at, count)) world.goneSeries.push({ family, series });
}

function comeBack(world: World, random: Random): void {
  const at = random.below(world.goneSeries.length);
  const [gone] = world.goneSeries.splice(at, 1);
  if (gone === undefined) return;
  const { family, series } = gone;
  if (random.chance(0.3)) reset(series);
  if (!isTaken(family, series)) family.series.splice(random.below(family.series.length + 1), 0, series);
}

function insert(world: World, random: Random, count: number): void {
  const family = random.pickAny(world.families);
  if (family === undefined) return;
  const at = random.below(family.series.length + 1);
  for (let made = 0; made < count; made += 1) {
    const series = createSeries(family, random, world.nowMs);
    // Many need more than the few values that labels have.
    if (count > 1) series.labels = [...series.labels.slice(1), ['pod', `p${random.below(500)}`]];
    if (!isTaken(family, series)) family.series.splice(at, 0, series);
  }
}

function swapSeries(family: FamilyModel, random: Random): void {
  const [moved] = family.series.splice(random.below(family.series.length), 1);
  if (moved !== undefined) family.series.splice(random.below(family.series.length + 1), 0, moved);
}

function familyVanishes(world: World, random: Random): void {
  world.goneFamilies.push(...world.families.splice(random.below(world.families.length), 1));
}

function familyReturns(world: World, random: Random): void {
  const [family] = world.goneFamilies.splice(random.below(world.goneFamilies.length), 1);
  if (family !== undefined) world.families.splice(random.below(world.families.length + 1), 0, family);
}

function changeParts(family: FamilyModel, random: Random): void {
  const part = random.pick(['hasSum', 'hasCount', 'hasInfinity', 'hasCreated', 'hasUnit', 'isBare'] as const);
  family[part] = !family[part];
}

function changeBlanks(family: FamilyModel, random: Random): void {
  family.blanks = random.below(5);
  family.before = random.below(3);
}

function toggleEmptyLabel(series: SeriesModel, random: Random): void {
  const without = series.labels.filter(([name]) => name !== 'zone');
  const isThere = without.length < series.labels.length;
  series.labels = isThere ? without : without.toSpliced(random.below(without.length + 1), 0, ['zone', '']);
}

function changeLabelValue(world: World, random: Random): void {
  const family = random.pickAny(world.families);
  const series = random.pickAny(family?.series ?? []);
  const label = random.pickAny(series?.labels ?? []);
  if (family === undefined || series === undefined || label === undefined) return;
  const [name] = label;
  const value = labelValue(name, random);
  const labels = series.labels.map((other) => (other === label ? ([name, value] as const) : other));
  if (!isTaken(family, { labels })) series.labels = labels;
}

function changeBounds(series: SeriesModel, random: Random): void {
  const kept = series.bounds.filter(() => random.chance(0.7));
  const added = random.chance(0.5) ? [random.pick([0.25, 0.75, 3, 7, 50])] : [];
  series.bounds = [...new Set([...kept, ...added])].toSorted((a, b) => a - b);
  series.observed = [
    ...series.bounds.map(() => random.below(9)),
    (series.observed.at(-1) ?? 0) + random.below(9),
  ];
}

function changeSpelling(series: SeriesModel, random: Random): void {
  series.spelling = random.below(SPELLINGS);
  series.boundSpelling = random.below(SPELLINGS);
}
