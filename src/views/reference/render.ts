// The reference renderer: parse everything, decide about everything, put it together, write everything anew.
// Slow and plain on purpose; a faster renderer has to give the same bytes.

import type { Exposition, ExpositionFormat, ExpositionProblem, Family } from '../../exposition/model.js';
import { parseExposition } from '../../exposition/parse.js';
import { serialiseExposition } from '../../exposition/serialise.js';
import { fail, ok, type Result } from '../../internal/result.js';
import type { CompiledView } from '../compile-view.js';
import { createCounterState, type CounterSnapshot, type CounterState } from '../counter-state.js';
import { detect } from '../detectors.js';
import { EffectCounter } from '../effects.js';
import { metricName } from '../metric-selection.js';
import type { RenderedView, ViewRenderer } from '../renderer.js';
import { COUNTING_TYPES, planFamily, samplesOf, type FamilyPlan } from './family-plan.js';

/** Text 0.0.4 has no mark for its end, and an answer without a byte looks like a broken target. */
const NOTHING_IN_VIEW = '# no series of the target are in this view\n';
const CREATED_SUFFIX = '_created';
const TOTAL_SUFFIX = '_total';

/** Views of one scrape share its parse: several credentials read one body. */
const parsed = new WeakMap<Uint8Array, Result<Exposition, ExpositionProblem>>();

/** Creates the renderer of a view, its counters empty or continued from a snapshot of the same fingerprint. */
export function createReferenceRenderer(view: CompiledView, snapshot?: CounterSnapshot): ViewRenderer {
  const { seriesRetentionMs } = view.options;
  const state = createCounterState({ hashKey: view.stateKey, seriesRetentionMs }, snapshot);
  return {
    render: (body, format, nowMs) => {
      const exposition = parseOnce(body, format);
      return exposition.ok ? renderExposition(view, state, exposition.value, nowMs) : exposition;
    },
    snapshot: () => state.snapshot(),
  };
}

function parseOnce(body: Uint8Array, format: ExpositionFormat): Result<Exposition, ExpositionProblem> {
  const known = parsed.get(body);
  if (known !== undefined) return known;
  const result = parseExposition(body, format);
  parsed.set(body, result);
  return result;
}

function renderExposition(
  view: CompiledView,
  state: CounterState,
  exposition: Exposition,
  nowMs: number,
): Result<RenderedView, ExpositionProblem> {
  const { format, families } = exposition;
  const seriesIn = families.reduce((count, { samples }) => count + samples.length, 0);
  if (seriesIn > view.options.maxSeries) return fail({ line: 0, reason: 'more series than max_series' });

  const effects = new EffectCounter();
  const creationTimesOf = creationTimesIn(exposition);
  const aggregates = (metric: string): boolean => state.aggregates(metric);
  const plans: FamilyPlan[] = [];
  for (const family of families) {
    const detection = detect(metricName(family, format));
    if (detection !== undefined) {
      effects.recordDetection('__name__', detection);
      continue;
    }
    const plan = planFamily(family, { view, format, effects, creationTimesOf, aggregates });
    if (!plan.ok) return plan;
    if (plan.value !== undefined) plans.push(plan.value);
  }

  const shown = applyPlans(plans, state, nowMs).map((family) => withSafeHelp(family, effects));
  const seriesOut = shown.reduce((count, { samples }) => count + samples.length, 0);
  const body =
    seriesOut === 0 && format === 'text'
      ? new TextEncoder().encode(NOTHING_IN_VIEW)
      : serialiseExposition({ format, families: shown });
  return ok({ body, format, seriesIn, seriesOut, effects });
}

/** Nothing can fail from here on, so the counters see whole scrapes only. */
function applyPlans(plans: readonly FamilyPlan[], state: CounterState, nowMs: number): Family[] {
  const entries = plans.flatMap((plan) => plan.entries);
  const groups = entries.flatMap((entry) => (entry.kind === 'counters' ? [entry.group] : []));
  const totals = state.apply(groups, nowMs);
  const totalsOf = new Map(groups.map((group, index) => [group, totals[index]]));
  return plans.map(({ family, entries: own }) => ({
    ...family,
    samples: own.flatMap((entry) =>
      samplesOf(entry, entry.kind === 'counters' ? totalsOf.get(entry.group) : undefined),
    ),
  }));
}

/** HELP is written by programmers, but some write a user's address into it. */
function withSafeHelp(family: Family, effects: EffectCounter): Family {
  const detection = family.help === undefined ? undefined : detect(family.help);
  if (detection === undefined) return family;
  effects.recordDetection('__help__', detection);
  const { help: _, ...rest } = family;
  return rest;
}

/** Text 0.0.4 keeps creation times as gauges beside their counter, `x_created` beside `x_total` or `x`. */
function creationTimesIn({ format, families }: Exposition): (family: Family) => string | undefined {
  const counting = new Set(families.filter(({ type }) => COUNTING_TYPES.has(type)).map(({ name }) => name));
  return ({ name, type }) => {
    if (format !== 'text' || type !== 'gauge' || !name.endsWith(CREATED_SUFFIX)) return undefined;
    const base = name.slice(0, -CREATED_SUFFIX.length);
    return [base + TOTAL_SUFFIX, base].find((metric) => counting.has(metric));
  };
}
