// The one interface between an exposition and a view of it: bytes in, bytes out.
// Whatever renders behind it parses strictly, never copies a line raw, and changes its state only for a whole scrape.

import type { ExpositionFormat, ExpositionProblem, QuarantineReport } from '../exposition/model.js';
import type { NameEscaping } from '../exposition/names.js';
import type { OnMalformed } from '../exposition/quarantine.js';
import type { ByteChunks } from '../internal/byte-chunks.js';
import type { Result } from '../internal/result.js';
import type { CounterSnapshot } from './counter-state.js';
import type { Detection } from './detectors.js';

/** Why a series that a view could have shown is not in it. */
export type WithheldReason =
  /** It has a value beyond `max_values_per_label`, and nobody said how its metric adds up. */
  | 'overflow'
  /** It names no tenant, and its identifiers were seen with several. */
  | 'ambiguous';

/** What a view did to the labels of one scrape, as counts of series by label name. */
export interface ViewEffects {
  readonly pseudonymised: ReadonlyMap<string, number>;
  readonly dropped: ReadonlyMap<string, number>;
  /** Shown as `__other__`, whatever became of the value before. */
  readonly overflowed: ReadonlyMap<string, number>;
  /** Label name, or `__label__`, `__name__` and `__help__` for names and HELP → detection → how often. */
  readonly detected: ReadonlyMap<string, ReadonlyMap<Detection, number>>;
  /** Series by reason; those of other tenants are not counted. */
  readonly withheld: ReadonlyMap<WithheldReason, number>;
}

/** Text 0.0.4 has no mark for its end, and an answer without a byte looks like a broken target. */
export const NOTHING_IN_VIEW = '# no series of the target are in this view\n';

/** A view of one scrape. */
export interface RenderedView {
  readonly body: ByteChunks;
  readonly format: ExpositionFormat;
  /** Samples in the target's exposition, and in the view of it. */
  readonly seriesIn: number;
  readonly seriesOut: number;
  readonly effects: ViewEffects;
  /** The target's malformed families, which no view of this scrape has; absent when there are none. */
  readonly quarantined?: QuarantineReport;
}

/** How names beyond the classic alphabet are read and written. */
export interface NameOptions {
  /** Whether they may stand in quotes in the exposition. @default as the format has it: in OpenMetrics only */
  readonly quotedNames?: boolean;
  /** What becomes of them in the view. @default 'values' */
  readonly escaping?: NameEscaping;
}

/** How one scrape is rendered. */
export interface RenderOptions extends NameOptions {
  /** What becomes of malformed families of the target. @default 'fail' */
  readonly onMalformed?: OnMalformed;
}

/** Why there is no view of a scrape. */
export interface RenderProblem extends ExpositionProblem {
  /** Set where it is the view's: the exposition has more series than it takes, or cannot be put together as it says. */
  readonly isOfView?: true;
}

/** Renders one view of one target, scrape after scrape. */
export interface ViewRenderer {
  /**
   * `body` is a whole exposition and is not changed. `nowMs` is Unix time. Lets others run in between; scrapes are
   * rendered in the order in which they were asked for. With a problem nothing is remembered of the scrape.
   */
  render(
    body: Uint8Array,
    format: ExpositionFormat,
    nowMs: number,
    options?: RenderOptions,
  ): Promise<Result<RenderedView, RenderProblem>>;
  /** What the aggregated counters have reached and what the view has learned, to continue from after a restart. */
  snapshot(): CounterSnapshot;
}
