// Plans one scan in a view, family by family: what is shown line by line, what is put together, what is not shown.
// Changes nothing that lasts, so that a scrape can still be refused.

import type { Scan, ScannedFamily } from '../../exposition/incremental/scan.js';
import type { ExpositionProblem } from '../../exposition/model.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { creationTimesIn } from '../creation-times.js';
import type { EffectCounter } from '../effects.js';
import type { FamilyPolicy } from './family-policy.js';
import type { GatheredFamily } from './gathered-family.js';
import type { ScanComparison } from './scan-comparison.js';
import type { ViewCache } from './view-cache.js';

/** A family as the view shows it. */
export interface PlannedFamily {
  readonly scanned: ScannedFamily;
  readonly policy: FamilyPolicy;
  readonly content:
    | { readonly kind: 'lines'; readonly samples: number }
    | { readonly kind: 'gauges'; readonly lines: readonly Uint8Array[] }
    | { readonly kind: 'counters'; readonly family: GatheredFamily };
}

/** What families are planned with. */
export interface PlanContext {
  readonly scan: Scan;
  readonly comparison: ScanComparison;
  readonly cache: ViewCache;
  readonly effects: EffectCounter;
  /** Whether outputs of a metric are remembered, so that it has to go on as an aggregate. */
  readonly aggregates: (metricId: string) => boolean;
}

/** Lines after which others get their turn, and label pairs that are decided about, which costs far more. */
const SLICE_LINES = 1024;
const SLICE_DECISIONS = 32;
/** Labels of series that are new, each of whose labels may be known: deciding about a series goes over all of them. */
const SLICE_LABELS = 4096;
/** Families after which they do, however short. */
const SLICE_FAMILIES = 32;

/**
 * The families that the view shows of a scan. `void` where what the cache holds no longer fits the scan, so that it
 * has to be dropped.
 */
export function* planFamilies(
  context: PlanContext,
): Generator<void, Result<readonly PlannedFamily[], ExpositionProblem> | 'void'> {
  const { scan, cache, effects } = context;
  const countedBy = creationTimesIn(
    scan.format,
    scan.families.map(({ family }) => family),
  );
  cache.tallies.begin(scan.lines.series);
  const planned: PlannedFamily[] = [];
  for (const [index, scanned] of scan.families.entries()) {
    if (index % SLICE_FAMILIES === SLICE_FAMILIES - 1) yield;
    const policy = cache.policy(scanned.kind, countedBy(scanned.family));
    if (policy === undefined) return 'void';
    if (policy.nameDetection !== undefined) {
      effects.recordDetection('__name__', policy.nameDetection);
      continue;
    }
    if (!policy.isSelected || scanned.samples === 0) continue;
    const content = yield* planFamily(scanned, policy, context);
    if (!content.ok) return content;
    if (content.value !== undefined) planned.push({ scanned, policy, content: content.value });
  }
  cache.decisions.record(cache.tallies.all(), effects);
  return ok(planned);
}

function* planFamily(
  scanned: ScannedFamily,
  policy: FamilyPolicy,
  { scan, comparison, cache, aggregates }: PlanContext,
): Generator<void, Result<PlannedFamily['content'] | undefined, ExpositionProblem>> {
  const { decisions, shown, tallies } = cache;
  const tally = yield* tallies.open(scanned);
  for (let line = tally.from; line < scanned.endLine;) {
    const to = Math.min(scanned.endLine, line + SLICE_LINES);
    const mostDecided = shown.decided + SLICE_DECISIONS;
    line = decisions.takeLines(scan.lines.series, line, to, {
      policy,
      tally,
      mostDecided,
      mostLabels: SLICE_LABELS,
    });
    if (line < scanned.endLine) yield;
  }
  const { samples, isCoarsened } = tally;
  if (samples === 0) return ok(undefined);
  const isAggregated = policy.canAggregate && (isCoarsened || aggregates(policy.metricId));
  if (!isAggregated) return ok({ kind: 'lines', samples });
  // A creation time says when one series began; an aggregate of many has no such time.
  if (policy.isCreationTimes) return ok(undefined);
  if (policy.gaugeFunction !== undefined) {
    const lines = yield* cache.gauges.combine(scan, scanned, policy, policy.gaugeFunction);
    return ok({ kind: 'gauges', lines });
  }
  const gathered = yield* cache.groups.gather(scan, comparison, scanned, policy);
  if (!gathered.ok) return fail({ line: 0, reason: gathered.error });
  const family = gathered.value;
  return ok(family.shown.length === 0 ? undefined : { kind: 'counters', family });
}
