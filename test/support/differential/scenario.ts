// A sequence of scrapes as data: what each view is asked to render, in which order. It can be replayed, cut down and
// printed without the generator that made it.

import type { ExpositionFormat } from '../../../src/exposition/model.js';
import type { ViewOptions } from '../../../src/views/options.js';
import type { RenderOptions } from '../../../src/views/renderer.js';

/** One body that views of a target render. */
export interface ScrapeStep {
  readonly kind: 'scrape';
  /** Steps with the same object have the same body, as readers who wait for one fetch have. */
  readonly body: Buffer;
  readonly format: ExpositionFormat;
  readonly nowMs: number;
  readonly options: RenderOptions;
  /** Which views render it, one after the other; one that is named twice is asked twice for the same bytes. */
  readonly views: readonly number[];
}

/** Renderers are replaced by new ones that continue from their snapshots. */
export interface RestartStep {
  readonly kind: 'restart';
  /** One view, as after a reload that changed it and changed it back; or all of them, as after a restart of the gate. */
  readonly view: number | 'all';
}

/** One thing that happens. */
export type Step = ScrapeStep | RestartStep;

/** A sequence and its views. */
export interface Scenario {
  readonly views: readonly ViewOptions[];
  readonly steps: readonly Step[];
  /** What the generator did, to see that nothing stays untested. */
  readonly tags: ReadonlySet<string>;
}
