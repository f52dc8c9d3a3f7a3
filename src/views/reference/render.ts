// The renderer of views: parse everything, decide about every series, put together what became equal, write anew.
// Plain rather than fast: what it gives is the definition of a view, which any faster renderer has to give as well.

import type { Exposition, ExpositionFormat, ExpositionProblem, Family } from '../../exposition/model.js';
import type { NameEscaping } from '../../exposition/names.js';
import { parseExposition } from '../../exposition/parse.js';
import type { OnMalformed } from '../../exposition/quarantine.js';
import { serialiseExposition } from '../../exposition/serialise.js';
import { chunkOf } from '../../internal/byte-chunks.js';
import { ok, type Result } from '../../internal/result.js';
import type { CompiledView } from '../compile-view.js';
import { creationTimesIn } from '../creation-times.js';
import { componentSet } from '../counter-components.js';
import type { CounterTotals } from '../counter-slot.js';
import { type CounterGroup, type CounterSnapshot, type CounterState } from '../counter-state.js';
import { detect } from '../detectors.js';
import { EffectCounter } from '../effects.js';
import { NOTHING_IN_VIEW, type RenderedView, type RenderOptions } from '../renderer.js';
import {
  commitMemory,
  createViewMemory,
  rollbackMemory,
  snapshotOf,
  type ViewMemory,
} from '../view-memory.js';
import {
  decideFamily,
  samplesOf,
  type FamilyDecision,
  type FamilyPlan,
  type PlanContext,
  type PlannedEntry,
} from './family-plan.js';
import type { GatheredGroup } from './units.js';

/** Views of one scrape share its parse: several credentials read one body. */
const parsed = new WeakMap<Uint8Array, ParsedBody>();

/** What a parse is made under. */
interface ParseOptions {
  readonly format: ExpositionFormat;
  readonly maxSeries: number;
  readonly quotedNames: boolean;
  readonly onMalformed: OnMalformed;
}

interface ParsedBody extends ParseOptions {
  readonly exposition: Result<Exposition, ExpositionProblem>;
}

/** A renderer that does all of its work at once. */
export interface ReferenceRenderer {
  render(
    body: Uint8Array,
    format: ExpositionFormat,
    nowMs: number,
    options?: RenderOptions,
  ): Result<RenderedView, ExpositionProblem>;
  snapshot(): CounterSnapshot;
}

/** Creates the renderer of a view, its counters empty or continued from a snapshot of the same fingerprint. */
export function createReferenceRenderer(view: CompiledView, snapshot?: CounterSnapshot): ReferenceRenderer {
  const memory = createViewMemory(view, snapshot);
  /** Scrapers that wait for one fetch get one body; each body is rendered once for all who want the same names. */
  const rendered = new WeakMap<Uint8Array, Map<string, Result<RenderedView, ExpositionProblem>>>();
  return {
    render: (body, format, nowMs, options = {}) => {
      const { quotedNames = format === 'openmetrics', escaping = 'values', onMalformed = 'fail' } = options;
      const results = rendered.get(body) ?? new Map<string, Result<RenderedView, ExpositionProblem>>();
      rendered.set(body, results);
      const name = `${format} ${quotedNames} ${escaping} ${onMalformed}`;
      const known = results.get(name);
      if (known !== undefined) return known;
      const { maxSeries } = view.options;
      const exposition = parseOnce(body, { format, maxSeries, quotedNames, onMalformed });
      const result = exposition.ok
        ? asAWhole(memory, () => renderExposition(view, memory, exposition.value, nowMs, escaping))
        : exposition;
      results.set(name, result);
      return result;
    },
    snapshot: () => snapshotOf(memory),
  };
}

/** What a scrape admits and teaches stays once it is rendered, and only then. */
function asAWhole<T, E>(memory: ViewMemory, render: () => Result<T, E>): Result<T, E> {
  try {
    const result = render();
    if (result.ok) commitMemory(memory);
    return result;
  } finally {
    rollbackMemory(memory);
  }
}

function parseOnce(body: Uint8Array, options: ParseOptions): Result<Exposition, ExpositionProblem> {
  const { format, maxSeries, quotedNames, onMalformed } = options;
  const known = parsed.get(body);
  if (
    known?.format === format &&
    known.maxSeries === maxSeries &&
    known.quotedNames === quotedNames &&
    known.onMalformed === onMalformed
  ) {
    return known.exposition;
  }
  const exposition = parseExposition(body, format, options);
  parsed.set(body, { ...options, exposition });
  return exposition;
}

/** Everything that was decided about an exposition, and what the view shows of it. */
export interface DecidedExposition {
  readonly context: PlanContext;
  /** In the order of the exposition. */
  readonly decisions: readonly FamilyDecision[];
  /** What the view has something of. */
  readonly shown: readonly Family[];
  readonly effects: EffectCounter;
}

function renderExposition(
  view: CompiledView,
  memory: ViewMemory,
  exposition: Exposition,
  nowMs: number,
  escaping: NameEscaping,
): Result<RenderedView, ExpositionProblem> {
  const decided = decideExposition(view, memory, exposition, nowMs);
  if (!decided.ok) return decided;
  const { format, families, quarantined } = exposition;
  const { shown, effects } = decided.value;
  return ok({
    body: chunkOf(writeView(format, shown, escaping)),
    format,
    seriesIn: countSamples(families),
    seriesOut: countSamples(shown),
    effects,
    ...(quarantined && { quarantined }),
  });
}

/** The bytes of a view. */
export function writeView(
  format: ExpositionFormat,
  shown: readonly Family[],
  escaping: NameEscaping,
): Uint8Array {
  return countSamples(shown) === 0 && format === 'text'
    ? new TextEncoder().encode(NOTHING_IN_VIEW)
    : serialiseExposition({ format, families: shown }, { escaping });
}

function countSamples(families: readonly Family[]): number {
  return families.reduce((count, { samples }) => count + samples.length, 0);
}

/** Decides about every family, then lets the counters see them. The caller commits the memory, or rolls it back. */
export function decideExposition(
  view: CompiledView,
  { counters, caps, membership }: ViewMemory,
  { format, families }: Exposition,
  nowMs: number,
): Result<DecidedExposition, ExpositionProblem> {
  const effects = new EffectCounter();
  const creationTimesOf = creationTimesIn(format, families);
  const aggregates = (metric: string): boolean => counters.aggregates(counters.identify(metric));
  // Whatever any of its metrics teaches counts for all of them, those before it too.
  if (membership !== undefined) {
    for (const { samples } of families) for (const { labels } of samples) membership.learn(labels);
  }
  const context = { view, format, effects, creationTimesOf, aggregates, caps, membership };
  const decisions: FamilyDecision[] = [];
  for (const family of families) {
    const decision = decideFamily(family, context);
    if (!decision.ok) return decision;
    decisions.push(decision.value);
  }
  const plans = decisions.flatMap(({ plan }) => plan ?? []);
  const shown = applyPlans(plans, counters, nowMs).map((family) => withSafeHelp(family, effects));
  return ok({ context, decisions, shown, effects });
}

/** Nothing can fail from here on, so the counters see whole scrapes only. */
function applyPlans(plans: readonly FamilyPlan[], state: CounterState, nowMs: number): Family[] {
  const totalsOf = new Map<PlannedEntry, CounterTotals>();
  for (const { entries } of plans) {
    for (const entry of entries) {
      if (entry.kind === 'counters') totalsOf.set(entry, state.add(identified(entry.gathered, state), nowMs));
    }
  }
  state.finish(nowMs);
  return plans.map(({ family, entries: own }) => ({
    ...family,
    samples: own.flatMap((entry) => samplesOf(family, entry, totalsOf.get(entry))),
  }));
}

/** The group as the counters know it: under hashes. */
function identified({ metric, key, units }: GatheredGroup, state: CounterState): CounterGroup {
  return {
    id: state.identify(key),
    metric: state.identify(metric),
    units: units.map((unit) => {
      const components = componentSet(unit.components.keys());
      const values = components.names.map((name) => unit.components.get(name) ?? 0);
      return { id: state.identify(unit.key), components, values };
    }),
  };
}

/** HELP is written by programmers, but some write a user's address into it. */
function withSafeHelp(family: Family, effects: EffectCounter): Family {
  const detection = family.help === undefined ? undefined : detect(family.help);
  if (detection === undefined) return family;
  effects.recordDetection('__help__', detection);
  const { help: _, ...rest } = family;
  return rest;
}
