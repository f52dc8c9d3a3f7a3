// Counts what a view did to labels, for the gate's own metrics. Bounded: clients can make up label names.

import type { Detection } from './detectors.js';
import type { LabelOutcome } from './label-value.js';
import type { ViewEffects, WithheldReason } from './renderer.js';

/** Label names counted apart; what comes beyond them is counted together. */
const MAX_LABEL_NAMES = 200;
const OTHER_LABELS = '__other__';

/** A growing count of effects. */
export class EffectCounter implements ViewEffects {
  readonly pseudonymised: Map<string, number> = new Map<string, number>();
  readonly dropped: Map<string, number> = new Map<string, number>();
  readonly overflowed: Map<string, number> = new Map<string, number>();
  readonly withheld: Map<WithheldReason, number> = new Map<WithheldReason, number>();
  readonly detected: Map<string, Map<Detection, number>> = new Map<string, Map<Detection, number>>();

  /** Records what became of one label of one series, or of several. */
  record(label: string, outcome: LabelOutcome, times = 1): void {
    if (outcome.effect === 'pseudonymised') increment(this.pseudonymised, label, times);
    else if (outcome.effect === 'dropped') increment(this.dropped, label, times);
    else if (outcome.detection !== undefined) this.recordDetection(label, outcome.detection, times);
  }

  /** Records that a value of a label of one series is beyond the cap. */
  recordOverflow(label: string, times = 1): void {
    increment(this.overflowed, label, times);
  }

  /** Records a series that is not in the view. */
  recordWithheld(reason: WithheldReason, times = 1): void {
    this.withheld.set(reason, (this.withheld.get(reason) ?? 0) + times);
  }

  /** Records a detection; `place` is a label name, `__label__`, `__name__` or `__help__`. */
  recordDetection(place: string, detection: Detection, times = 1): void {
    const key = this.detected.has(place) || this.detected.size < MAX_LABEL_NAMES ? place : OTHER_LABELS;
    const counts = this.detected.get(key) ?? new Map<Detection, number>();
    counts.set(detection, (counts.get(detection) ?? 0) + times);
    this.detected.set(key, counts);
  }
}

function increment(counts: Map<string, number>, label: string, times: number): void {
  const key = counts.has(label) || counts.size < MAX_LABEL_NAMES ? label : OTHER_LABELS;
  counts.set(key, (counts.get(key) ?? 0) + times);
}
