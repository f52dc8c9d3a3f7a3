// What a view remembers about the series of one catalogue: its policies, its decisions, what it wrote. Everything in
// it is found out again when it is dropped; nothing that has to last is kept here.

import type { Catalogue } from '../../exposition/incremental/catalogue.js';
import type { FamilyKind } from '../../exposition/incremental/family-kinds.js';
import type { ExpositionFormat } from '../../exposition/model.js';
import type { NameEscaping } from '../../exposition/names.js';
import type { CompiledView } from '../compile-view.js';
import type { Detection } from '../detectors.js';
import type { Membership } from '../membership.js';
import type { ValueCaps } from '../value-caps.js';
import { BlockWriter } from './block-writer.js';
import { PartList } from './body-parts.js';
import { CounterGroups } from './counter-groups.js';
import { FamilyPolicy } from './family-policy.js';
import { FamilyTallies } from './family-tallies.js';
import { GaugeGroups } from './gauge-groups.js';
import { LineWriter } from './line-writer.js';
import { OutputsDraft } from './outputs-draft.js';
import { RenderedLines } from './scan-comparison.js';
import { SeriesDecisions } from './series-decisions.js';
import { ShownLabels } from './shown-labels.js';

/** What a cache is made for. */
export interface CacheContext {
  readonly view: CompiledView;
  readonly catalogue: Catalogue;
  readonly format: ExpositionFormat;
  readonly escaping: NameEscaping;
  readonly caps: ValueCaps | undefined;
  readonly membership: Membership | undefined;
  readonly identify: (key: string) => string;
}

/** The metadata of a family as it was written last. */
export interface FamilyHeader {
  readonly help: string | undefined;
  readonly unit: string | undefined;
  readonly typed: boolean;
  /** What was found in its HELP text, which then is not shown. */
  readonly detection: Detection | undefined;
  readonly bytes: Uint8Array;
}

/** What a view remembers about one catalogue, with names written in one way. */
export class ViewCache {
  readonly shown: ShownLabels;
  readonly decisions: SeriesDecisions;
  readonly tallies: FamilyTallies = new FamilyTallies();
  readonly groups: CounterGroups;
  readonly gauges: GaugeGroups;
  readonly writer: LineWriter;
  /** By number of a kind: its metadata lines. */
  readonly headers: FamilyHeader[] = [];
  /** The scan that was rendered last. */
  readonly rendered: RenderedLines = new RenderedLines();
  /** How many scrapes the counters had seen when they were last moved from here. */
  scrapes = -1;
  /** What a body is put together with. */
  readonly parts: PartList = new PartList();
  readonly draft: OutputsDraft = new OutputsDraft(this.parts);
  /** Holds what was written last. */
  readonly block: BlockWriter = new BlockWriter();
  /** The state of membership under which series were decided about. */
  readonly membershipVersion: number;

  readonly #context: CacheContext;
  /** By number of a kind: its policy, and that of which it holds the creation times. */
  readonly #policies: { readonly policy: FamilyPolicy; readonly counted: FamilyKind | undefined }[] = [];

  constructor(context: CacheContext) {
    const { view, catalogue, format, escaping, caps, membership, identify } = context;
    const { labels, series } = catalogue;
    this.#context = context;
    this.membershipVersion = membership?.version ?? 0;
    this.shown = new ShownLabels(labels, view.values, escaping);
    const { shown } = this;
    // Written out: objects that are spread are of another shape each time, for which code is compiled anew.
    const decisions = new SeriesDecisions({ view, labels, series, shown, caps, membership });
    this.decisions = decisions;
    this.groups = new CounterGroups({ catalogue, shown, decisions, identify });
    this.gauges = new GaugeGroups(decisions, { format, escaping, shown });
    this.writer = new LineWriter({ catalogue, shown, decisions, format, escaping });
  }

  /**
   * The policy of a kind; undefined where the family counts as the creation times of another family than before, so
   * that everything that was decided about its series is void.
   */
  policy(kind: number, counted: FamilyKind | undefined): FamilyPolicy | undefined {
    const known = this.#policies[kind];
    if (known !== undefined) {
      const isSame = known.counted?.name === counted?.name && known.counted?.type === counted?.type;
      return isSame ? known.policy : undefined;
    }
    const { catalogue, view, format, identify } = this.#context;
    const family = catalogue.kinds.kinds[kind] ?? { name: '', type: 'untyped' };
    const policy = new FamilyPolicy(family, counted, {
      view,
      format,
      labels: catalogue.labels,
      shown: this.shown,
      identify,
    });
    this.#policies[kind] = { policy, counted };
    return policy;
  }
}
