// What a view does to one family, worked out once for its name and type: whether it is selected, how its labels are
// decided about, whether and how its series can be put together.

import type { FamilyKind } from '../../exposition/incremental/family-kinds.js';
import type { LabelTable } from '../../exposition/incremental/label-table.js';
import type { ExpositionFormat } from '../../exposition/model.js';
import type { CompiledView } from '../compile-view.js';
import { detect, type Detection } from '../detectors.js';
import { COUNTING_TYPES, GAUGE_TYPES } from '../family-types.js';
import { isLossy, type MetricLabelPolicy } from '../label-policy.js';
import { metricNames, type MetricNames } from '../metric-names.js';
import type { GaugeFunction } from '../options.js';
import type { ShownLabels } from './shown-labels.js';

/** What a policy is made from. */
export interface PolicyContext {
  readonly view: CompiledView;
  readonly format: ExpositionFormat;
  readonly labels: LabelTable;
  readonly shown: ShownLabels;
  readonly identify: (key: string) => string;
}

const UNKNOWN = 0;
/** Label names whose decisions are found at once. A target of many names and many families must not multiply them. */
const MAX_NEAR = 64;

/** The policy of one family. */
export class FamilyPolicy {
  readonly metric: MetricNames;
  /** Hash of the metric's name, as the counters know it. */
  readonly metricId: string;
  /** What was found in the metric's own name: then the family is not shown at all. */
  readonly nameDetection: Detection | undefined;
  readonly isSelected: boolean;
  /** Whether it holds the creation times of another family. */
  readonly isCreationTimes: boolean;
  readonly gaugeFunction: GaugeFunction | undefined;
  readonly canAggregate: boolean;

  readonly #context: PolicyContext;
  readonly #policy: MetricLabelPolicy;
  /** By label name, of which the first are near: the number of its decision, doubled, and one more where it is lossy. */
  readonly #near: number[] = [];
  readonly #others = new Map<number, number>();

  /** `counted` is the family whose creation times this one holds. */
  constructor(kind: FamilyKind, counted: FamilyKind | undefined, context: PolicyContext) {
    const { view, format } = context;
    this.#context = context;
    // Creation times are part of what they belong to, whatever they are called: no rule may miss them.
    this.metric = metricNames(counted ?? kind, format);
    this.nameDetection = detect(metricNames(kind, format).canonical);
    this.metricId = context.identify(this.metric.remembered);
    this.isSelected = view.selectionOf(this.metric).isSelected;
    this.isCreationTimes = counted !== undefined;
    this.gaugeFunction =
      counted === undefined && GAUGE_TYPES.has(kind.type)
        ? view.gaugeFunctions(this.metric)?.gaugeFunction
        : undefined;
    this.canAggregate =
      COUNTING_TYPES.has(kind.type) || this.gaugeFunction !== undefined || counted !== undefined;
    this.#policy = view.labelPolicy(this.metric);
  }

  /** The number of the decision about the labels of a name. */
  decision(nameId: number): number {
    return this.#encoded(nameId) >> 1;
  }

  /** Whether that decision makes series equal. */
  isLossy(nameId: number): boolean {
    return (this.#encoded(nameId) & 1) === 1;
  }

  #encoded(nameId: number): number {
    const known = (nameId < MAX_NEAR ? this.#near[nameId] : this.#others.get(nameId)) ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const { labels, shown } = this.#context;
    const decision = this.#policy(labels.names[nameId] ?? '');
    const isLossyHere = isLossy(decision.action);
    // Where nobody said how gauges add up, their series must stay apart as well.
    const number = shown.decisionNumber(
      isLossyHere && !this.canAggregate ? { ...decision, action: 'pseudonymise' } : decision,
    );
    const encoded = number * 2 + (isLossyHere ? 1 : 0);
    if (nameId < MAX_NEAR) {
      for (let id = this.#near.length; id <= nameId; id += 1) this.#near.push(UNKNOWN);
      this.#near[nameId] = encoded;
    } else {
      this.#others.set(nameId, encoded);
    }
    return encoded;
  }
}
