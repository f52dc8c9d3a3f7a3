// What a view decides about each series: whether it is in the view, whether it was made coarser, and what is counted
// of it. Decided when a series is first seen in the view, and remembered by its number.

import type { SeriesTable } from '../../exposition/incremental/series-table.js';
import type { LabelTable } from '../../exposition/incremental/label-table.js';
import { grownInt32 } from '../../internal/growing-array.js';
import type { CompiledView } from '../compile-view.js';
import type { EffectCounter } from '../effects.js';
import type { Membership } from '../membership.js';
import type { WithheldReason } from '../renderer.js';
import { isInScope } from '../tenant-scope.js';
import type { ValueCaps } from '../value-caps.js';
import type { FamilyPolicy } from './family-policy.js';
import type { FamilyTally } from './family-tallies.js';
import { DROPPED, type ShownLabels, STRUCTURAL } from './shown-labels.js';

/** Bits of a decision; 0 is a series that nobody has decided about. Above them stands the number of its profile. */
const DECIDED = 1;
export const IN_VIEW = 2;
const COARSENED = 4;
const PROFILE_SHIFT = 3;

/** What is counted of a series, as numbers of effects; labels whose value is beyond a cap; why it is withheld. */
interface Profile {
  readonly effects: readonly number[];
  readonly overflowed: readonly string[];
  readonly withheld: WithheldReason | undefined;
}

/** What decisions are made from. */
export interface DecisionContext {
  readonly view: CompiledView;
  readonly labels: LabelTable;
  readonly series: SeriesTable;
  readonly shown: ShownLabels;
  readonly caps: ValueCaps | undefined;
  readonly membership: Membership | undefined;
}

/** Lines of one family. */
export interface LinesToTake {
  readonly policy: FamilyPolicy;
  readonly tally: FamilyTally;
  readonly mostDecided: number;
  readonly mostLabels: number;
}

/** The decisions of a view about the series of one catalogue. */
export class SeriesDecisions {
  /** By series: the bits of its decision. */
  bits: Int32Array = new Int32Array(1024);

  readonly #context: DecisionContext;
  /** By unit: the series that was decided about first and one more, where its decision is that of the others. */
  #seriesOfUnit: Int32Array = new Int32Array(256);
  readonly #profiles: Profile[] = [];
  readonly #profileNumbers = new Map<string, number>();
  /** By series whose values are beyond a cap: the labels that it is shown with. */
  readonly #overflow = new Map<number, readonly number[]>();

  constructor(context: DecisionContext) {
    this.#context = context;
  }

  /**
   * Decides about the series of lines and adds them to a tally, until `mostDecided` label pairs were decided about, or
   * series of `mostLabels` labels; gives the line behind the last one.
   */
  takeLines(
    column: Int32Array,
    from: number,
    to: number,
    { policy, tally, mostDecided, mostLabels }: LinesToTake,
  ): number {
    const { shown, series: table } = this.#context;
    let { bits } = this;
    let profile = -1;
    let times = 0;
    let labels = 0;
    let samples = 0;
    let all = 0;
    let line = from;
    let goesOn = shown.decided < mostDecided;
    for (; goesOn && line < to; line += 1) {
      const series = column[line] ?? -1;
      if (series < 0) continue;
      let decision = bits[series] ?? 0;
      if (decision === 0) {
        decision = this.#decide(series, policy);
        bits = this.bits;
        labels += (table.starts[series + 1] ?? 0) - (table.starts[series] ?? 0);
        goesOn = shown.decided < mostDecided && labels < mostLabels;
      }
      const ofSeries = decision >> PROFILE_SHIFT;
      if (ofSeries !== profile) {
        count(tally.counts, profile, times);
        profile = ofSeries;
        times = 0;
      }
      times += 1;
      if ((decision & IN_VIEW) === 0) continue;
      samples += 1;
      all |= decision;
    }
    count(tally.counts, profile, times);
    tally.samples += samples;
    tally.isCoarsened ||= (all & COARSENED) !== 0;
    return line;
  }

  /** Records what is counted of the series of a scrape. */
  record(tallies: Iterable<FamilyTally>, effects: EffectCounter): void {
    const counts = new Map<number, number>();
    for (const tally of tallies) for (const [profile, times] of tally.counts) count(counts, profile, times);
    for (const [number, times] of counts) {
      const profile = this.#profiles[number];
      for (const effect of profile?.effects ?? []) {
        const known = this.#context.shown.effects[effect];
        if (known !== undefined) effects.record(known.label, known.outcome, times);
      }
      for (const label of profile?.overflowed ?? []) effects.recordOverflow(label, times);
      if (profile?.withheld !== undefined) effects.recordWithheld(profile.withheld, times);
    }
  }

  /** The numbers of the labels that a series is shown with, in its own order, its structural one in its place. */
  shownLabels(series: number, policy: FamilyPolicy): readonly number[] {
    const overflow = this.#overflow.get(series);
    if (overflow !== undefined) return overflow;
    const { series: table, labels, shown } = this.#context;
    const structural = table.structurals[series] ?? -1;
    const numbers: number[] = [];
    for (let at = table.starts[series] ?? 0; at < (table.starts[series + 1] ?? 0); at += 1) {
      const pair = table.pairs[at] ?? 0;
      const decision = pair === structural ? STRUCTURAL : policy.decision(labels.nameIds[pair] ?? 0);
      const number = shown.outcome(decision, pair);
      if (number !== DROPPED) numbers.push(number);
    }
    return numbers;
  }

  /** The labels that a series is shown with where a value of it is beyond a cap. */
  overflowLabels(series: number): readonly number[] | undefined {
    return this.#overflow.size === 0 ? undefined : this.#overflow.get(series);
  }

  #decide(series: number, policy: FamilyPolicy): number {
    const { series: table, caps } = this.#context;
    this.bits = grownInt32(this.bits, series + 1);
    // The buckets of a histogram differ in their bound alone, which nobody decides about.
    const unit = caps === undefined && table.empties[series] === 0 ? (table.units[series] ?? 0) : -1;
    const like = unit < 0 ? 0 : (this.#seriesOfUnit[unit] ?? 0);
    if (like > 0) {
      this.bits[series] = this.bits[like - 1] ?? 0;
      return this.bits[series] ?? 0;
    }
    if (unit >= 0) {
      this.#seriesOfUnit = grownInt32(this.#seriesOfUnit, unit + 1);
      this.#seriesOfUnit[unit] = series + 1;
    }
    return this.#decideAlone(series, policy);
  }

  #decideAlone(series: number, policy: FamilyPolicy): number {
    const { view, series: table, membership } = this.#context;
    let bits = DECIDED;
    let profile: Profile = { effects: [], overflowed: [], withheld: undefined };
    const needsLabels = view.isScoped || membership !== undefined;
    const labels = needsLabels ? table.labelsOf(series) : [];
    if (isInScope(view.scopeOf(labels, policy.metric))) {
      bits |= IN_VIEW;
    } else {
      const verdict = membership?.judge(labels);
      if (verdict === 'member') bits |= IN_VIEW;
      if (verdict === 'ambiguous') profile = { ...profile, withheld: verdict };
    }
    if ((bits & IN_VIEW) !== 0) {
      const looked = this.#look(series, policy);
      profile = looked.profile;
      bits |= looked.isCoarsened ? COARSENED : 0;
      if (profile.withheld !== undefined) bits &= ~IN_VIEW;
    }
    bits |= this.#profileNumber(profile) << PROFILE_SHIFT;
    this.bits[series] = bits;
    return bits;
  }

  #look(series: number, policy: FamilyPolicy): { readonly profile: Profile; readonly isCoarsened: boolean } {
    const { series: table, labels, shown, caps } = this.#context;
    const structural = table.structurals[series] ?? -1;
    const effects: number[] = [];
    const overflowed: string[] = [];
    const numbers: number[] = [];
    let isCoarsened = false;
    for (let at = table.starts[series] ?? 0; at < (table.starts[series + 1] ?? 0); at += 1) {
      const pair = table.pairs[at] ?? 0;
      if (pair === structural) {
        numbers.push(shown.outcome(STRUCTURAL, pair));
        continue;
      }
      const nameId = labels.nameIds[pair] ?? 0;
      const decision = policy.decision(nameId);
      let number = shown.outcome(decision, pair);
      const nameEffect = shown.nameEffect(nameId);
      if (nameEffect !== undefined) effects.push(nameEffect);
      const effect = shown.effect(decision, pair);
      if (shown.effects[effect]?.outcome.effect !== 'kept') effects.push(effect);
      isCoarsened ||= policy.isLossy(nameId);
      if (number === DROPPED) continue;
      if (caps?.admit(policy.metric.canonical, shown.shownName(nameId), shown.value(number)) === false) {
        overflowed.push(shown.shownName(nameId));
        number = shown.overflow(nameId);
      }
      numbers.push(number);
    }
    const isOverflow = overflowed.length > 0;
    if (isOverflow) this.#overflow.set(series, numbers);
    // Where nobody said how a metric adds up, two values of one name would be two series of one name.
    const withheld = isOverflow && !policy.canAggregate ? ('overflow' as const) : undefined;
    return { profile: { effects, overflowed, withheld }, isCoarsened: isCoarsened || isOverflow };
  }

  #profileNumber(profile: Profile): number {
    const key = `${profile.effects.join(' ')};${profile.overflowed.join('\0')};${profile.withheld ?? ''}`;
    const known = this.#profileNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#profiles.length;
    this.#profiles.push(profile);
    this.#profileNumbers.set(key, number);
    return number;
  }
}

function count(counts: Map<number, number>, profile: number, times: number): void {
  if (times > 0) counts.set(profile, (counts.get(profile) ?? 0) + times);
}
