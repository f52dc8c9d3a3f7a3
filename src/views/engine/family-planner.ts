// Plans one scan in a view, family by family: what is shown line by line, what is put together, what is not shown.
// Changes nothing that lasts, so that a scrape can still be refused.

import type { Scan, ScannedFamily } from '../../exposition/incremental/scan.js';
import type { ExpositionProblem } from '../../exposition/model.js';
import { fail, ok, type Result } from '../../internal/result.js';
import { creationTimesIn } from '../creation-times.js';
import type { EffectCounter } from '../effects.js';
import type { GatheredFamily } from './counter-groups.js';
import type { FamilyPolicy } from './family-policy.js';
import { COARSENED, IN_VIEW } from './series-decisions.js';
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
  readonly cache: ViewCache;
  readonly effects: EffectCounter;
  /** Whether outputs of a metric are remembered, so that it has to go on as an aggregate. */
  readonly aggregates: (metricId: string) => boolean;
}

/** Lines after which others get their turn, and label pairs that are decided about, which costs far more. */
const SLICE_LINES = 256;
const SLICE_DECISIONS = 32;
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
  cache.decisions.begin();
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
  cache.decisions.count(effects);
  return ok(planned);
}

function* planFamily(
  scanned: ScannedFamily,
  policy: FamilyPolicy,
  { scan, cache, aggregates }: PlanContext,
): Generator<void, Result<PlannedFamily['content'] | undefined, ExpositionProblem>> {
  let samples = 0;
  let isCoarsened = false;
  for (let line = scanned.firstLine; line < scanned.endLine;) {
    const taken = takeLines(scan, cache, policy, line, Math.min(scanned.endLine, line + SLICE_LINES));
    samples += taken.samples;
    isCoarsened ||= taken.isCoarsened;
    line = taken.next;
    if (line < scanned.endLine) yield;
  }
  if (samples === 0) return ok(undefined);
  const isAggregated = policy.canAggregate && (isCoarsened || aggregates(policy.metricId));
  if (!isAggregated) return ok({ kind: 'lines', samples });
  // A creation time says when one series began; an aggregate of many has no such time.
  if (policy.isCreationTimes) return ok(undefined);
  if (policy.gaugeFunction !== undefined) {
    const lines = yield* cache.gauges.combine(scan, scanned, policy, policy.gaugeFunction);
    return ok({ kind: 'gauges', lines });
  }
  const gathered = yield* cache.groups.gather(scan, scanned, policy);
  if (!gathered.ok) return fail({ line: 0, reason: gathered.error });
  const family = gathered.value;
  return ok(family.shown.length === 0 ? undefined : { kind: 'counters', family });
}

interface TakenLines {
  readonly samples: number;
  readonly isCoarsened: boolean;
  /** The line behind the last one that was taken. */
  readonly next: number;
}

function takeLines(
  { lines }: Scan,
  { decisions, shown }: ViewCache,
  policy: FamilyPolicy,
  from: number,
  to: number,
): TakenLines {
  const mostDecided = shown.decided + SLICE_DECISIONS;
  let samples = 0;
  let all = 0;
  let line = from;
  for (; line < to && shown.decided < mostDecided; line += 1) {
    const series = lines.series[line] ?? -1;
    if (series < 0) continue;
    const bits = decisions.take(series, policy);
    if ((bits & IN_VIEW) === 0) continue;
    samples += 1;
    all |= bits;
  }
  return { samples, isCoarsened: (all & COARSENED) !== 0, next: line };
}
