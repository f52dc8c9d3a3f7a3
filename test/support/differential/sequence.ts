// Makes the sequence with a number: a world that changes from scrape to scrape, is sometimes damaged, and is read by
// some views, some of which restart. The number says everything, so a failure can be played again.

import type { ExpositionFormat } from '../../../src/exposition/model.js';
import type { ViewOptions } from '../../../src/views/options.js';
import type { RenderOptions } from '../../../src/views/renderer.js';
import { damage } from './damage.js';
import { Random } from './random.js';
import type { Scenario, ScrapeStep, Step } from './scenario.js';
import { viewOptionsOf } from './view-options.js';
import { changeWorld } from './world-changes.js';
import { printWorld } from './world-text.js';
import { createWorld, type World } from './world.js';

/** Views are compiled once each, so there are fewer of them than sequences. */
const VIEWS = 2000;
const START_MS = 1_790_000_000_000;
/** Mostly a scrape interval; also none, backwards, and beyond every retention. */
const PAUSES_MS = [15_000, 15_000, 15_000, 15_000, 1000, 0, -5000, 60_000, 200_000, 100_000_000];

/** What a sequence is made with. */
interface Making {
  readonly random: Random;
  readonly world: World;
  readonly tags: Set<string>;
  readonly steps: Step[];
  readonly views: readonly number[];
  readonly options: RenderOptions;
}

/** The sequence with this number. */
export function createSequence(number: number): Scenario {
  const random = new Random(number);
  const viewCount = random.chance(0.87) ? 1 : random.between(2, 3);
  const world = createWorld(random, START_MS);
  const views = Array.from({ length: viewCount }, () => chooseView(world, random));
  const making: Making = {
    random,
    world,
    tags: new Set(),
    steps: [],
    views: [...views.keys()],
    options: createOptions(world, random),
  };
  const ownFormat: ExpositionFormat = random.chance(0.6) ? 'text' : 'openmetrics';
  const isMixed = random.chance(0.1);
  const count = random.between(2, random.chance(0.1) ? 12 : 4);
  for (let made = 0; made < count; made += 1) {
    const format = isMixed && random.chance(0.5) ? other(ownFormat) : ownFormat;
    addScrapes(making, format);
    world.nowMs = Math.max(0, world.nowMs + random.pick(PAUSES_MS));
    if (random.chance(0.08)) addRestart(making);
    changeWorld(world, random, making.tags);
  }
  if (isMixed) making.tags.add('mixed formats');
  if (viewCount > 1) making.tags.add('several views');
  return { views, steps: making.steps, tags: making.tags };
}

/** Where there are tenants, mostly a view that derives its members. */
function chooseView({ isTenanted }: World, random: Random): ViewOptions {
  const chosen = viewOptionsOf(random.below(VIEWS));
  if (!isTenanted || chosen.derive === true) return chosen;
  const others = Array.from({ length: 12 }, () => viewOptionsOf(random.below(VIEWS)));
  return others.find(({ derive }) => derive === true) ?? chosen;
}

function createOptions(world: World, random: Random): RenderOptions {
  return {
    ...(world.isQuoted ? { quotedNames: !random.chance(0.05) } : {}),
    ...(random.chance(0.1) ? { quotedNames: random.chance(0.7) } : {}),
    ...(random.chance(0.2) ? { onMalformed: 'quarantine' } : {}),
    ...(random.chance(0.3) ? { escaping: random.pick(['values', 'allow-utf-8'] as const) } : {}),
  };
}

/** One scrape; before it perhaps one that is damaged, or one of another replica that is behind. */
function addScrapes(making: Making, format: ExpositionFormat): void {
  const { random, world, tags } = making;
  const body = Buffer.from(printWorld(world, format), 'utf8');
  if (random.chance(0.12)) addScrape(making, format, damage(body, format, random, tags));
  const earlier = random.chance(0.04) ? random.pickAny(making.steps.filter(isScrape)) : undefined;
  if (earlier !== undefined) {
    tags.add('old body');
    addScrape(making, earlier.format, Buffer.from(earlier.body));
  }
  addScrape(making, format, body);
  if (random.chance(0.03)) {
    tags.add('unchanged body');
    addScrape(making, format, Buffer.from(body));
  }
  const late = random.chance(0.04) ? random.pickAny(making.steps.filter(isScrape)) : undefined;
  if (late !== undefined) {
    tags.add('same body later');
    addScrape(making, late.format, late.body);
  }
}

function addScrape(
  { random, world, tags, steps, views, options }: Making,
  format: ExpositionFormat,
  body: Buffer,
): void {
  const readers = views.length === 1 || random.chance(0.7) ? [...views] : [random.pick(views)];
  if (random.chance(0.04)) {
    tags.add('asked twice');
    readers.push(random.pick(readers));
  }
  const ownOptions: RenderOptions = random.chance(0.03) ? { ...options, escaping: 'allow-utf-8' } : options;
  steps.push({ kind: 'scrape', body, format, nowMs: world.nowMs, options: ownOptions, views: readers });
}

function addRestart({ random, tags, steps, views }: Making): void {
  tags.add('restart');
  steps.push({ kind: 'restart', view: random.chance(0.5) ? 'all' : random.pick(views) });
}

function isScrape(step: Step): step is ScrapeStep {
  return step.kind === 'scrape';
}

function other(format: ExpositionFormat): ExpositionFormat {
  return format === 'text' ? 'openmetrics' : 'text';
}
