// Before and after: what a view keeps, changes and leaves out of one exposition, by family and by label, in counts.
// Counts what was decided (src/views/trace.ts); decides nothing. Values stay apart from everything else, as examples.

import { serialiseExposition } from '../../exposition/serialise.js';
import type { ExpositionFormat, Family, MetricType } from '../../exposition/model.js';
import type { FamilyDecision, FamilyFate, ViewTrace } from '../../views/trace.js';
import { compareLabels, isChanged, type LabelChange } from './compare-labels.js';

/** How much there is of something. */
export interface Amounts {
  readonly families: number;
  readonly series: number;
  readonly bytes: number;
}

/** One family of the target, and what the view shows of it. */
export interface FamilyChange {
  /** As the target writes it. */
  readonly name: string;
  readonly type: MetricType;
  readonly fate: FamilyFate;
  readonly seriesBefore: number;
  readonly seriesAfter: number;
  /** As the gate would write all of it. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Whether its HELP text holds something that detectors find. */
  readonly losesHelp: boolean;
  readonly isChanged: boolean;
}

/** A view beside what it is a view of. */
export interface Comparison {
  readonly before: Amounts;
  readonly after: Amounts;
  /** Malformed families of the target, which no view has. */
  readonly quarantined: number;
  /** Families of the target that have no series, which no view has. They are counted here and nowhere else. */
  readonly empty: number;
  /** In the order of the target. */
  readonly families: readonly FamilyChange[];
  /** By name; a label has several when different things happen to it. */
  readonly labels: readonly LabelChange[];
}

/** Compares. `bytesBefore` is the size of the body that was parsed. */
export function compareView(trace: ViewTrace, bytesBefore: number): Comparison {
  const { exposition, decisions, shown, body } = trace;
  const shownByName = new Map(shown.map((family) => [family.name, family]));
  const families = decisions
    .filter(({ family }) => family.samples.length > 0)
    .map((decision) => compareFamily(decision, shownByName.get(decision.family.name), exposition.format));
  return {
    before: {
      families: families.length,
      series: sum(families.map(({ seriesBefore }) => seriesBefore)),
      bytes: bytesBefore,
    },
    after: {
      families: shown.length,
      series: sum(families.map(({ seriesAfter }) => seriesAfter)),
      bytes: body.length,
    },
    quarantined: exposition.quarantined?.families ?? 0,
    empty: decisions.length - families.length,
    families,
    labels: compareLabels(decisions),
  };
}

function compareFamily(
  { family, fate, viewed }: FamilyDecision,
  shown: Family | undefined,
  format: ExpositionFormat,
): FamilyChange {
  const losesHelp = shown !== undefined && shown.help !== family.help;
  return {
    name: family.name,
    type: family.type,
    fate,
    seriesBefore: family.samples.length,
    seriesAfter: shown?.samples.length ?? 0,
    bytesBefore: bytesOf(family, format),
    bytesAfter: shown === undefined ? 0 : bytesOf(shown, format),
    losesHelp,
    isChanged:
      fate.kind !== 'one_by_one' ||
      losesHelp ||
      viewed.length !== family.samples.length ||
      viewed.some((sample) => sample.viewed.some(isChanged)),
  };
}

/** The size of a family alone, without what ends an exposition. */
function bytesOf(family: Family, format: ExpositionFormat): number {
  const whole = serialiseExposition({ format, families: [family] }).length;
  return whole - serialiseExposition({ format, families: [] }).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
