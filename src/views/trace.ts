// What a view decides about one exposition, all of it: for people who want to know before they serve it.
// The reference renderer tells what it did; nothing is decided here. The view's memory is empty, as at a first start,
// and nothing of it stays.

import type { Exposition, ExpositionProblem } from '../exposition/model.js';
import { ok, type Result } from '../internal/result.js';
import type { CompiledView } from './compile-view.js';
import { decideExposition, writeView, type DecidedExposition } from './reference/render.js';
import { createViewMemory } from './view-memory.js';

export type { FamilyDecision, FamilyFate, SeriesScope } from './reference/family-plan.js';
export { ruledMetric, seriesScope } from './reference/family-plan.js';
export type { ViewedLabel, ViewedSample } from './reference/series.js';

/** A view of one exposition, with every decision that led to it. */
export interface ViewTrace extends DecidedExposition {
  readonly view: CompiledView;
  readonly exposition: Exposition;
  /** The view as a first scrape would get it. */
  readonly body: Uint8Array;
}

/** Decides about a whole exposition under a view. `nowMs` is Unix time. */
export function traceView(
  view: CompiledView,
  exposition: Exposition,
  nowMs: number,
): Result<ViewTrace, ExpositionProblem> {
  const decided = decideExposition(view, createViewMemory(view), exposition, nowMs);
  if (!decided.ok) return decided;
  const body = writeView(exposition.format, decided.value.shown, 'values');
  return ok({ ...decided.value, view, exposition, body });
}
