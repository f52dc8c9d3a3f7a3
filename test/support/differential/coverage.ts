// Counts what a run of sequences really did, so that a test of nothing cannot pass for a test.

import type { ExpositionFormat, ExpositionProblem } from '../../../src/exposition/model.js';
import type { Result } from '../../../src/internal/result.js';
import type { CounterSnapshot } from '../../../src/views/counter-state.js';
import type { RenderedView } from '../../../src/views/renderer.js';
import type { Scenario, ScrapeStep } from './scenario.js';

type Outcome = Result<RenderedView, ExpositionProblem>;

/** Watches the play of sequences. */
export interface Observer {
  scrape(step: ScrapeStep, expected: Outcome, actual: Outcome): void;
  /** The reference's counters at the end of a sequence. */
  end(snapshot: CounterSnapshot): void;
}

/** Counts by name, over all sequences. */
export class Coverage implements Observer {
  readonly #counts = new Map<string, number>();
  /** Why the reference refused. */
  readonly reasons: Set<string> = new Set<string>();

  /** Counts a sequence by what its generator did. */
  begin({ tags, steps }: Scenario): void {
    this.#add('sequences');
    this.#add('steps', steps.length);
    for (const tag of tags) this.#add(tag);
  }

  scrape({ body, format }: ScrapeStep, expected: Outcome, actual: Outcome): void {
    this.#add('scrapes');
    this.#add('bytes', body.length);
    if (!expected.ok) this.#refused(expected.error, actual);
    else this.#rendered(format, expected.value);
  }

  end({ slots }: CounterSnapshot): void {
    if (slots.length > 0) this.#add('with counters');
    if (slots.some(({ inputs }) => inputs.length > 1)) this.#add('with merged counters');
    if (slots.some(({ parts }) => parts.some(([, isShown]) => !isShown))) this.#add('with hidden buckets');
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Every name that was counted less than `least` times. */
  missing(names: readonly string[], least: number): readonly string[] {
    return names.filter((name) => this.count(name) < least);
  }

  /** One line for people. */
  summary(): string {
    const refused = this.count('refused');
    const same = refused === 0 ? 100 : (100 * this.count('refused alike')) / refused;
    return [
      `${this.count('sequences')} sequences`,
      `${this.count('scrapes')} renderings of ${Math.round(this.count('bytes') / 1e6)} MB`,
      `${refused} refused for ${this.reasons.size} reasons (${same.toFixed(1)} % with the same line and reason)`,
      `${this.count('with merged counters')} with merged counters`,
    ].join(', ');
  }

  #refused({ line, reason }: ExpositionProblem, actual: Outcome): void {
    this.reasons.add(reason);
    this.#add('refused');
    if (!actual.ok && actual.error.line === line && actual.error.reason === reason)
      this.#add('refused alike');
  }

  #rendered(format: ExpositionFormat, { seriesIn, seriesOut, effects, quarantined }: RenderedView): void {
    this.#add(`rendered ${format}`);
    if (quarantined !== undefined) this.#add('quarantined');
    if (seriesOut === 0) this.#add('nothing in view');
    if (seriesOut < seriesIn) this.#add('fewer series');
    if (effects.pseudonymised.size > 0) this.#add('pseudonymised');
    if (effects.dropped.size > 0) this.#add('dropped');
    if (effects.overflowed.size > 0) this.#add('overflowed');
    for (const reason of effects.withheld.keys()) this.#add(`withheld ${reason}`);
    for (const counts of effects.detected.values()) {
      for (const detection of counts.keys()) this.#add(`detected ${detection}`);
    }
    for (const place of ['__name__', '__label__', '__help__']) {
      if (effects.detected.has(place)) this.#add(`detected in ${place}`);
    }
  }

  #add(name: string, by = 1): void {
    this.#counts.set(name, this.count(name) + by);
  }
}
